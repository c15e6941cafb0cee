# SPDX-License-Identifier: Apache-2.0
import abc
import typing

from threatexchange.signal_type import index


class SignalComparisonResult(typing.NamedTuple):
    """What compare_hash gives."""

    match: bool
    distance: index.SignalSimilarityInfo


class SignalType(abc.ABC):
    """A sort of hash; everything is asked of the class, which is never made one of."""

    @classmethod
    @abc.abstractmethod
    def get_content_types(cls):
        """The sorts of content that it is made of."""

    @classmethod
    @abc.abstractmethod
    def get_index_cls(cls):
        """The index for it."""

    @staticmethod
    @abc.abstractmethod
    def get_examples():
        """Signals for demonstrations, all of them valid."""


class SimpleSignalType(SignalType):
    """One that by itself compares as text."""

    @classmethod
    def compare_hash(cls, hash1, hash2):
        return SignalComparisonResult(hash1 == hash2, index.SignalSimilarityInfo())


class FileHasher(abc.ABC):
    """One that can hash files; an empty text where there is no hash."""

    @classmethod
    @abc.abstractmethod
    def hash_from_file(cls, file):
        pass


class BytesHasher(FileHasher):
    """One that can hash bytes."""

    @classmethod
    @abc.abstractmethod
    def hash_from_bytes(cls, bytes_):
        pass

    @classmethod
    def hash_from_file(cls, file):
        return cls.hash_from_bytes(file.read_bytes())
