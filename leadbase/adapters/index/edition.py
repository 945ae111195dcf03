"""Editions: what the numbers in an index depend on beside the files of the leads, as one word."""

import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from leadbase import __version__
from leadbase.adapters.index.schema import TABLES

_PACKAGE = Path(__file__).resolve().parent.parent.parent
_READ_BY = ("core", "starter/defaults")
"""The parts of leadbase that decide what is kept of a lead: its own reading and scoring, and the rules it ships."""


def edition_of(rules: Mapping[str, bytes], zone_name: str) -> str:
    """The edition, 12 hex digits, of a base with these rules files (name → bytes) and time zone.

    It is another one for another leadbase: where its code is being worked on, each changed file counts.
    """
    digest = hashlib.sha256(f"{__version__}\0{TABLES}\0{zone_name}\0{_platform()}".encode())
    for name, content in sorted(rules.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    for folder in _READ_BY:
        for line in sorted(_stamps(str(_PACKAGE / folder))):
            digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:12]


def _platform() -> str:
    """What decides which characters are letters, and what SQLite makes of them."""
    return f"{sys.version_info.major}.{sys.version_info.minor} {sqlite3.sqlite_version}"


def _stamps(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".toml")):
                state = entry.stat()
                yield f"{folder}/{entry.name} {state.st_size} {state.st_mtime_ns}\n"
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _stamps(entry.path)
