# SPDX-License-Identifier: Apache-2.0
"""A signal type for python-threatexchange: PDQ, computed and searched by sitr.

    from sitr.threatexchange import PdqSignal

stands in for threatexchange.signal_type.pdq.signal.PdqSignal. Where that package is
installed it is a subclass of its base classes, and gives its results; where it is not,
it works by itself, with results that have the same attributes.

As there, the Exif orientation is ignored, and what is of less quality than 50 has no
hash; a picture that cannot be read has none either. Files that are not there raise.
"""
from __future__ import annotations

import io
import pathlib
import pickle
import random
import re
import threading
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, TypeVar

import sitr

if TYPE_CHECKING:
    from sitr._interface import (
        IndexMatch,
        PhotoContent,
        SignalBase,
        SignalComparisonResult,
        SignalTypeIndex,
        Similarity,
    )
else:
    try:
        from threatexchange.content_type.photo import PhotoContent
        from threatexchange.exchanges.impl.fb_threatexchange_signal import (
            HasFbThreatExchangeIndicatorType,
        )
        from threatexchange.signal_type import signal_base
        from threatexchange.signal_type.index import (
            IndexMatchUntyped as IndexMatch,
            SignalSimilarityInfoWithIntDistance as Similarity,
            SignalTypeIndex,
        )
        from threatexchange.signal_type.signal_base import SignalComparisonResult

        class SignalBase(
            signal_base.SimpleSignalType,
            signal_base.BytesHasher,
            HasFbThreatExchangeIndicatorType,
            # which came in a later version
            *filter(None, [getattr(signal_base, "CanGenerateRandomSignal", None)]),
        ):
            pass

    except ImportError:
        from sitr._interface import (
            IndexMatch,
            PhotoContent,
            SignalBase,
            SignalComparisonResult,
            SignalTypeIndex,
            Similarity,
        )

_T = TypeVar("_T")

#: Hashes no farther apart than this are the same picture.
PDQ_CONFIDENT_MATCH_THRESHOLD = 31

_DIGITS = re.compile("[0-9a-f]{64}")


class PdqIndex(SignalTypeIndex[_T]):
    """PDQ hashes with what is stored of each, and all of them within 31 bits of one.

    What is added is compared one by one at first, and arranged when it has become much:
    a query that comes then takes longer. Queries may come from several threads at a
    time, also while something is added.
    """

    _MAGIC: ClassVar[bytes] = b"sitr-tx1"

    @classmethod
    def get_match_threshold(cls) -> int:
        return PDQ_CONFIDENT_MATCH_THRESHOLD

    def __init__(self, entries: Iterable[tuple[str, _T]] = ()) -> None:
        self._lock = threading.Lock()
        self._hashes = bytearray()  # 32 bytes of each entry
        self._entries: list[_T] = []
        self._index: sitr.Index | None = None  # of the first of them
        self.add_all(entries)

    def __len__(self) -> int:
        return len(self._entries)

    @classmethod
    def build(cls, entries: Iterable[tuple[str, _T]]) -> PdqIndex[_T]:
        return cls(entries)

    def add(self, signal_str: str, entry: _T) -> None:
        self.add_all(((signal_str, entry),))

    def add_all(self, entries: Iterable[tuple[str, _T]]) -> None:
        """All of them, or none where one is not a hash."""
        hashes = bytearray()
        stored = []
        for signal_str, entry in entries:
            hashes += bytes.fromhex(PdqSignal.validate_signal_str(signal_str))
            stored.append(entry)
        with self._lock:
            self._hashes += hashes
            self._entries += stored

    def _arranged(self) -> tuple[sitr.Index | None, int, bytes]:
        """The index, how many it has, and the hashes that are not in it yet."""
        with self._lock:
            n = 0 if self._index is None else len(self._index)
            total = len(self._entries)
            # so that each is arranged a few times at most, however they come
            if total - n > max(4096, n // 4):
                builder = sitr.IndexBuilder()
                builder.add_hashes(range(total), bytes(self._hashes))
                self._index, n = builder.build(), total
            return self._index, n, bytes(memoryview(self._hashes)[n * 32 :])

    def query(self, hash: str) -> list[IndexMatch[_T]]:
        wanted = sitr.Hash(PdqSignal.validate_signal_str(hash))
        radius = self.get_match_threshold()
        index, n, rest = self._arranged()
        found = []
        if index is not None:
            found += [(hit.distance, hit.id) for hit in index.search(wanted, radius)]
        found += [
            (distance, n + i)
            for i, distance in enumerate(sitr.distances(wanted, rest))
            if distance <= radius
        ]
        found.sort()
        return [IndexMatch(Similarity(distance), self._entries[i]) for distance, i in found]

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            return {"hashes": bytes(self._hashes), "entries": list(self._entries)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        hashes, entries = state["hashes"], state["entries"]
        if len(hashes) != 32 * len(entries):
            raise ValueError("an index with more or less hashes than entries")
        self._lock = threading.Lock()
        self._hashes = bytearray(hashes)
        self._entries = list(entries)
        self._index = None

    def serialize(self, fout: BinaryIO) -> None:
        """Writes it all. What was stored with the hashes is pickled, as
        python-threatexchange does: it may be anything."""
        packed = pickle.dumps(self)
        fout.write(self._MAGIC + zlib.crc32(packed).to_bytes(4, "big"))
        fout.write(packed)

    @classmethod
    def deserialize(cls, fin: BinaryIO) -> PdqIndex[_T]:
        """Back from what serialize wrote. It is unpickled, which runs what whoever
        wrote it wants to be run: only for files of your own."""
        head, packed = fin.read(12), fin.read()
        if head[:8] != cls._MAGIC or zlib.crc32(packed).to_bytes(4, "big") != head[8:]:
            raise ValueError("not an index that serialize wrote, or a damaged one")
        out = pickle.load(io.BytesIO(packed))
        if not isinstance(out, cls):
            raise ValueError("not an index of this class")
        return out


class PdqSignal(SignalBase):
    """PDQ, a hash of 256 bits that is near for pictures that look alike."""

    INDICATOR_TYPE: ClassVar[str] = "HASH_PDQ"
    PDQ_CONFIDENT_MATCH_THRESHOLD: ClassVar[int] = PDQ_CONFIDENT_MATCH_THRESHOLD
    QUALITY_THRESHOLD: ClassVar[int] = 50

    @classmethod
    def get_name(cls) -> str:
        return "pdq"

    @classmethod
    def get_content_types(cls) -> list[type[PhotoContent]]:
        return [PhotoContent]

    @classmethod
    def get_index_cls(cls) -> type[PdqIndex[Any]]:
        return PdqIndex

    @classmethod
    def validate_signal_str(cls, signal_str: str) -> str:
        """The same text, or ValueError: 64 hexadecimal digits, small letters."""
        if not _DIGITS.fullmatch(signal_str):
            raise ValueError("invalid PDQ hash")
        return signal_str

    @classmethod
    def compare_hash(
        cls,
        hash1: str,
        hash2: str,
        pdq_dist_threshold: int = PDQ_CONFIDENT_MATCH_THRESHOLD,
    ) -> SignalComparisonResult:
        distance = sitr.distance(cls.validate_signal_str(hash1), cls.validate_signal_str(hash2))
        return SignalComparisonResult(distance <= pdq_dist_threshold, Similarity(distance))

    @classmethod
    def _hash(cls, source: bytes | pathlib.Path) -> str:
        try:
            found = sitr.sign(source, as_stored=True).hash()
        except sitr.DataError:
            return ""
        return found.hex() if found.quality >= cls.QUALITY_THRESHOLD else ""

    @classmethod
    def hash_from_bytes(cls, bytes_: bytes) -> str:
        """The hash of an encoded picture; "" where it has none."""
        return cls._hash(bytes_)

    @classmethod
    def hash_from_file(cls, file: pathlib.Path) -> str:
        return cls._hash(pathlib.Path(file))

    @classmethod
    def get_random_signal(cls) -> str:
        return f"{random.getrandbits(256):064x}"

    @staticmethod
    def get_examples() -> list[str]:
        """Of pictures that ship with sitr's tests."""
        return [
            "53d1ab5594652ef3b5c9cbad7646742939d0458bafa5e06212a13d5aaa3cae85",
            "999363b6f3e27164366910db0c999d18cb19e71ef66672e628e7f1c219991c15",
            "40e1b88f777408cbdca945543b9e3873956ac29f62d48c48ddabb3b40a747c8f",
            "15b56e30e9e9b076ec18e92d74f6fed9b3a56df45bf001c425f1016b45062153",
        ]
