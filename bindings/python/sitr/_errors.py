# SPDX-License-Identifier: Apache-2.0
"""One exception for each status, and those of Python that people catch already."""
from __future__ import annotations

import enum


class Status(enum.IntEnum):
    """Numbers of sitr_status, which are never reused."""

    EINVAL = -1
    ENOMEM = -2
    EIO = -3
    ENOENT = -4
    EACCES = -5
    EFORMAT = -6
    EUNSUPPORTED = -7
    ETRUNCATED = -8
    ECORRUPT = -9
    ELIMIT = -10
    EVERSION = -11
    ETIMEOUT = -13
    EDIED = -14


class Error(Exception):
    """The library failed; `status` says how."""

    status: Status


class ArgumentError(Error, ValueError):
    """The call broke what the manual asks of it."""

    status = Status.EINVAL


class OutOfMemoryError(Error, MemoryError):
    """There was no memory."""

    status = Status.ENOMEM


class FileError(Error, OSError):
    """Reading or writing a file failed."""

    status = Status.EIO


class NotFoundError(FileError, FileNotFoundError):
    """No such file."""

    status = Status.ENOENT


class AccessError(FileError, PermissionError):
    """Not allowed to read or write it."""

    status = Status.EACCES


class DataError(Error, ValueError):
    """Something is wrong with the picture, the index or the signature itself."""


class FormatError(DataError):
    """Not a format we know."""

    status = Status.EFORMAT


class UnsupportedError(DataError):
    """Known, but not to this build."""

    status = Status.EUNSUPPORTED


class TruncatedError(DataError):
    """The data ends early."""

    status = Status.ETRUNCATED


class CorruptError(DataError):
    """The data is damaged or hostile."""

    status = Status.ECORRUPT


class LimitError(DataError):
    """Beyond the limits of the context."""

    status = Status.ELIMIT


class VersionError(DataError):
    """Written by a newer library than this one."""

    status = Status.EVERSION


class WorkerError(Error):
    """A worker that decodes for others failed."""


class WorkerTimeoutError(WorkerError, TimeoutError):
    """Took longer than it may."""

    status = Status.ETIMEOUT


class WorkerDiedError(WorkerError):
    """Ended the worker that decoded it."""

    status = Status.EDIED


#: What the extension module raises, by the number of the status.
BY_STATUS: dict[int, type[Error]] = {
    int(error.status): error
    for error in (
        ArgumentError,
        OutOfMemoryError,
        FileError,
        NotFoundError,
        AccessError,
        FormatError,
        UnsupportedError,
        TruncatedError,
        CorruptError,
        LimitError,
        VersionError,
        WorkerTimeoutError,
        WorkerDiedError,
    )
}
