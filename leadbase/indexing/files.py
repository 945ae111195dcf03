"""Reading and scoring files for the index, in whatever process."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from leadbase.adapters.folder import Folder, Taken
from leadbase.adapters.index.rows import Fresh
from leadbase.core.entry import entry
from leadbase.core.lead import Reading, read
from leadbase.core.rules import Rules
from leadbase.errors import Problem

_RACY_NS = 2_000_000_000
"""Some disks keep time to two seconds (FAT), and the clocks of a network differ."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading and scoring a file takes."""

    folder: Folder
    rules: Rules
    zone: tzinfo


def indexed(paths: Iterable[str], digests: Mapping[str, bytes], desk: Desk) -> list[Fresh]:
    """The files read and scored. One whose bytes have the digest that is known of it is not scored again."""
    now = time.time_ns()
    return [_indexed(taken, digests.get(taken.path), desk, now) for taken in desk.folder.read_all(paths)]


def _indexed(taken: Taken, digest: bytes | None, desk: Desk, now: int) -> Fresh:
    if taken.raw is None:
        refusal = taken.refusal
        reason, hint = (refusal.reason, refusal.hint) if refusal else ("it cannot be read", "")
        problem = Problem(taken.path, None, "error", "unreadable", reason, hint)
        unread = entry(Reading(taken.path, None, (problem,)), desk.rules)
        return Fresh(taken.path, taken.stamp, b"", True, unread)
    found = hashlib.blake2b(taken.raw, digest_size=16).digest()
    is_racy = max(taken.stamp[3], taken.stamp[4]) >= now - _RACY_NS
    if found == digest:
        return Fresh(taken.path, taken.stamp, found, is_racy, None)
    reading = read(taken.raw, taken.path, desk.zone)
    return Fresh(taken.path, taken.stamp, found, is_racy, entry(reading, desk.rules))
