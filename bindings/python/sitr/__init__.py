# SPDX-License-Identifier: Apache-2.0
"""Finds copies of images by what they look like.

    import sitr

    mine = sitr.sign("mine.jpg", regions=True)
    found = sitr.sign(data, regions=True, query=True)
    match = sitr.match_pair(mine, found)
    if match.verdict == sitr.Verdict.COPY:
        print(match.kind, match.turn, match.false_positive_rate)

Everything but IndexBuilder may be used by any number of threads at a time, and the GIL
is released where it takes long. Whatever fails raises a sitr.Error.
"""
from sitr._errors import (
    AccessError,
    ArgumentError,
    CorruptError,
    DataError,
    Error,
    FileError,
    FormatError,
    LimitError,
    NotFoundError,
    OutOfMemoryError,
    Status,
    TruncatedError,
    UnsupportedError,
    VersionError,
    WorkerDiedError,
    WorkerError,
    WorkerTimeoutError,
)
from sitr._sitr import (
    Context,
    Hash,
    Hits,
    Index,
    IndexBuilder,
    Match,
    Signature,
    distance,
    distances,
    hash_pixels,
    match_pair,
    match_scan,
    probe,
    sign,
    version,
)
from sitr._values import Algo, Format, Hit, ImageInfo, Kind, Turn, Verdict

__version__ = version()

__all__ = [
    "AccessError",
    "Algo",
    "ArgumentError",
    "Context",
    "CorruptError",
    "DataError",
    "Error",
    "FileError",
    "Format",
    "FormatError",
    "Hash",
    "Hit",
    "Hits",
    "ImageInfo",
    "Index",
    "IndexBuilder",
    "Kind",
    "LimitError",
    "Match",
    "NotFoundError",
    "OutOfMemoryError",
    "Signature",
    "Status",
    "TruncatedError",
    "Turn",
    "UnsupportedError",
    "Verdict",
    "VersionError",
    "WorkerDiedError",
    "WorkerError",
    "WorkerTimeoutError",
    "distance",
    "distances",
    "hash_pixels",
    "match_pair",
    "match_scan",
    "probe",
    "sign",
    "version",
]
