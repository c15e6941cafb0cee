# SPDX-License-Identifier: Apache-2.0
"""What sitr.threatexchange needs of python-threatexchange, where that is not installed."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

_T = TypeVar("_T")


@dataclass(order=True)
class Similarity:
    """How alike two signals are: the bits that differ."""

    distance: int

    def pretty_str(self) -> str:
        return str(self.distance)


class SignalComparisonResult(NamedTuple):
    """Whether two signals are of the same picture, and how alike they are."""

    match: bool
    distance: Similarity


class IndexMatch(Generic[_T]):
    """A signal of an index that is near, and what was stored with it."""

    __slots__ = ("similarity_info", "metadata")

    def __init__(self, similarity_info: Similarity, metadata: _T) -> None:
        self.similarity_info = similarity_info
        self.metadata = metadata

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, IndexMatch):
            return NotImplemented
        return bool(
            self.similarity_info == other.similarity_info and self.metadata == other.metadata
        )


class SignalTypeIndex(Generic[_T]):
    """Of which an index is."""


class SignalBase:
    """Of which a signal type is."""


class PhotoContent:
    """What is hashed."""

    @classmethod
    def get_name(cls) -> str:
        return "photo"
