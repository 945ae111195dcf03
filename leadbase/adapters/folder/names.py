"""Which paths belong to a base: what a listing passes over, and what may never be opened or made."""

import os
import re
import sys
import unicodedata
import zlib

from leadbase.errors import FileRefused

# What editors, sync programs and leadbase itself leave beside a file, from traces of 20 editors saving. `sed` and
# `.sb-` are spelt out: the loose patterns `sed??????` and `*.sb-*` would also swallow a lead named `sedona.md`.
_LITTER = re.compile(
    r"""  \..*                                    # hidden: .x.md.swp, .#x.md, .goutputstream-AB12CD, .x.md.kate-swp
        | 4913                                    # vim, trying whether it may make a file here
        | .*~ | \#.*\#                            # backups and autosaves
        | .*\.sw[a-z] | .*\.tmp | .*\.kate-swp
        | .*___jb_(?:tmp|old)___                  # JetBrains
        | sed[A-Za-z0-9]{6}                       # sed -i
        | .*\.sync-conflict-.*                    # Syncthing: the losing copy, not a second lead
        | .*\.sb-[0-9a-f]{8}-[A-Za-z0-9]{6}       # TextEdit
    """,
    re.VERBOSE | re.DOTALL,
)
_HIDDEN_BUT_OURS = frozenset({".gitignore", ".gitattributes", ".gitkeep", ".github"})
_WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_NOT_IN_NEW_NAMES = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f-\x9f]')
_LEFTOVER = re.compile(r"\.leadbase-([0-9a-f]{8})[0-9a-f]{8}\.tmp")


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name is hidden or something an editor or sync program leaves for a while."""
    return _LITTER.fullmatch(name) is not None


def parts(path: str) -> tuple[str, ...]:
    """The folders and the name in `path`, outermost first.

    FileRefused when the path is not relative with `/`, could lead out of the base (`..`), or names git's own folder in
    any spelling a file system might take for it.
    """
    pieces = tuple(path.split("/"))
    if any(piece in ("", ".", "..") or "\0" in piece for piece in pieces):
        raise FileRefused(path, "it is not a plain path inside the base")
    if sys.platform == "win32" and any(character in path for character in "\\:"):
        raise FileRefused(path, "it is not a plain path inside the base")
    if any(_is_git(piece) for piece in pieces):
        raise FileRefused(path, "it leads into git's own folder")
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        raise FileRefused(path, "its name cannot be written on this disk") from error
    return pieces


def parts_of_new(path: str) -> tuple[str, ...]:
    """As `parts`, for a file about to be made: also refuses what Windows cannot hold or a listing passes over."""
    pieces = parts(path)
    for piece in pieces:
        if reason := _unfit(piece):
            raise FileRefused(path, reason)
    return pieces


def _unfit(piece: str) -> str:
    """Why no file or folder of this name is made, or nothing when it may be."""
    if piece.startswith("-"):
        return "a name that begins with - is read as an option by other programs"
    if is_litter(piece) and piece not in _HIDDEN_BUT_OURS:
        return f"a name like {piece} is passed over when the base is read"
    if _NOT_IN_NEW_NAMES.search(piece) or piece != piece.strip() or piece.endswith("."):
        return "Windows cannot hold a name with such characters"
    if _WINDOWS_DEVICE.fullmatch(piece.partition(".")[0].rstrip()):
        return "Windows keeps this name for a device"
    return ""


def _is_git(piece: str) -> bool:
    """Whether a file system that folds case, drops invisible characters or trailing dots would open `.git`."""
    if not piece.isascii():
        piece = "".join(character for character in piece if unicodedata.category(character) != "Cf")
    return piece.casefold().partition(":")[0].rstrip(". ") in (".git", "git~1")


def leftover_name(name: str) -> str:
    """A fresh hidden name; it carries a checksum of `name`, so that after a crash one sees whose it was."""
    return f".leadbase-{_tag(name)}{os.urandom(4).hex()}.tmp"


def is_leftover(name: str) -> bool:
    """Whether `leftover_name` made this name."""
    return _LEFTOVER.fullmatch(name) is not None


def is_leftover_of(leftover: str, name: str) -> bool:
    """Whether the leftover was made for a file of this name."""
    found = _LEFTOVER.fullmatch(leftover)
    return found is not None and found.group(1) == _tag(name)


def _tag(name: str) -> str:
    return f"{zlib.crc32(os.fsencode(name)):08x}"
