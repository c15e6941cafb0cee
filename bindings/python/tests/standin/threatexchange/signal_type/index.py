# SPDX-License-Identifier: Apache-2.0
import pickle
import typing

T = typing.TypeVar("T")


class SignalSimilarityInfo:
    """How alike two signals are, of any sort."""

    def pretty_str(self):
        return "-"


class SignalSimilarityInfoWithIntDistance(SignalSimilarityInfo):
    """The same, as one number."""

    def __init__(self, distance):
        self.distance = distance

    def pretty_str(self):
        return str(self.distance)

    def __eq__(self, other):
        return isinstance(other, SignalSimilarityInfoWithIntDistance) and (
            self.distance == other.distance
        )

    def __lt__(self, other):
        return self.distance < other.distance


class IndexMatchUntyped(typing.Generic[T]):
    """An entry that is near, with similarity_info and metadata."""

    def __init__(self, similarity_info, metadata):
        self.similarity_info = similarity_info
        self.metadata = metadata

    def __eq__(self, other):
        return (self.similarity_info, self.metadata) == (other.similarity_info, other.metadata)


class SignalTypeIndex(typing.Generic[T]):
    """Entries by their signals; several may have the same, and all are found."""

    def query(self, query):
        raise NotImplementedError

    @classmethod
    def build(cls, entries):
        out = cls()
        out.add_all(entries)
        return out

    def add(self, signal_str, entry):
        raise NotImplementedError

    def add_all(self, entries):
        for signal_str, entry in entries:
            self.add(signal_str, entry)

    def serialize(self, fout):
        fout.write(pickle.dumps(self))

    @classmethod
    def deserialize(cls, fin):
        return pickle.loads(fin.read())
