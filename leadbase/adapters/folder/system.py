"""The calls to the operating system that Python has no name for, each with what it does where it is missing."""

import ctypes
import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "linux":
    import fcntl

_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
_FORBIDDEN = frozenset({errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOTSUP})
_ACL = "system.posix_acl_access"
_RenameCall = Callable[[int, bytes, int, bytes, int], int]


def _rename_with_flags() -> tuple[_RenameCall | None, int, int]:
    """The call that renames with a flag, and its flags for "swap the two" and "only onto a free name".

    renameat2 is in glibc 2.28 and later, renameatx_np in macOS 10.12 and later; None elsewhere.
    """
    if sys.platform == "linux":
        name, swap, free = "renameat2", 2, 1
    elif sys.platform == "darwin":
        name, swap, free = "renameatx_np", 2, 4
    else:
        return None, 0, 0
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if call is not None:
        call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call, swap, free


_RENAME, _SWAP, _ONTO_A_FREE_NAME = _rename_with_flags()


def exchange(at: int | None, one: str, other: str) -> bool:
    """Swap two names of the folder `at` in one step. False, with nothing done, when this disk or system cannot."""
    return _rename(at, one, other, _SWAP)


def put_new(at: int | None, source: str, target: str) -> None:
    """Give the file `source` the name `target` in one step, or FileExistsError; never replaces a file.

    Where only a hard link can do that, `source` remains beside it for the caller to remove.
    """
    if sys.platform == "win32":
        Path(source).rename(target)  # on Windows this refuses a taken name
    elif not _rename(at, source, target, _ONTO_A_FREE_NAME):
        second_name(at, source, target)


def second_name(at: int | None, source: str, target: str) -> None:
    """Give the file `source` a second name, a hard link; OSError EOPNOTSUPP where the disk knows no such thing."""
    # Not following a link, where that can be asked for: `source` may have become one since it was looked at.
    follow = os.link not in os.supports_follow_symlinks
    try:
        os.link(source, target, src_dir_fd=at, dst_dir_fd=at, follow_symlinks=follow)
    except OSError as error:
        if error.errno in _UNSUPPORTED | {errno.EPERM, errno.EMLINK}:
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP), target) from error
        raise


def _rename(at: int | None, source: str, target: str, flag: int) -> bool:
    if _RENAME is None or at is None:
        return False
    if _RENAME(at, os.fsencode(source), at, os.fsencode(target), flag) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), target)


def someone_writes(fd: int) -> bool | None:
    """Whether another program has this file open for writing; None when the system cannot say.

    Linux gives a read lease only on a file no one has open for writing; the lease is handed back at once. A program
    that opens the file in that instant breaks the lease, and the signal for it is SIGIO, which ends a process; SIGURG,
    which is ignored unless asked for, is chosen in its place.
    """
    if sys.platform != "linux":
        return None
    try:
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    return False


def copy_attributes(source: int, target: int) -> None:
    """Give the open file `target` the owner, extended attributes, access list and mode of `source`. OSError if refused.

    Labels of the security.* and trusted.* kind are the kernel's to give: those it forbids are left out.
    """
    like = os.fstat(source)
    if sys.platform == "win32":
        return
    mine = os.fstat(target)
    if (like.st_uid, like.st_gid) != (mine.st_uid, mine.st_gid):
        os.fchown(target, like.st_uid, like.st_gid)
    if sys.platform == "linux":
        _copy_xattrs(source, target)
    elif sys.platform == "darwin":
        copyfile_acl, copyfile_xattr = 1, 4
        if ctypes.CDLL(None, use_errno=True).fcopyfile(source, target, None, copyfile_acl | copyfile_xattr) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    os.fchmod(target, like.st_mode & 0o7777)


if sys.platform == "linux":

    def _copy_xattrs(source: int, target: int) -> None:
        names = _xattrs(source)
        if _ACL in _xattrs(target) and _ACL not in names:
            os.removexattr(target, _ACL)  # inherited from the folder's default list; the file it replaces had none
        for name in names:
            try:
                os.setxattr(target, name, os.getxattr(source, name))
            except OSError as error:
                if error.errno not in _FORBIDDEN or not name.startswith(("security.", "trusted.")):
                    raise

    def _xattrs(fd: int) -> list[str]:
        try:
            return os.listxattr(fd)
        except OSError as error:
            if error.errno in _UNSUPPORTED:
                return []
            raise


def sync_folder(at: int | None) -> None:
    """Have the names in an open folder written to the disk, where the system can do that for a folder."""
    if at is None:
        return
    try:
        os.fsync(at)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C, a hang-up and a request to stop until the block is done; they arrive right after it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
