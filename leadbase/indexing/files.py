"""Reading and scoring files for the index, in whatever process."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from leadbase.adapters.folder import Folder, Taken
from leadbase.adapters.index.rows import Fresh
from leadbase.core.entry import entries
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
    taken = list(desk.folder.read_all(paths))
    found = [hashlib.blake2b(each.raw, digest_size=16).digest() if each.raw is not None else b"" for each in taken]
    is_known = [digest != b"" and digest == digests.get(each.path) for each, digest in zip(taken, found, strict=True)]
    readings = [_reading(each, desk) for each, known in zip(taken, is_known, strict=True) if not known]
    kept = iter(entries(readings, desk.rules))
    return [
        Fresh(each.path, each.stamp, digest, _is_racy(each, now), None if known else next(kept))
        for each, digest, known in zip(taken, found, is_known, strict=True)
    ]


def _reading(taken: Taken, desk: Desk) -> Reading:
    if taken.raw is not None:
        return read(taken.raw, taken.path, desk.zone)
    reason, hint = (taken.refusal.reason, taken.refusal.hint) if taken.refusal else ("it cannot be read", "")
    return Reading(taken.path, None, (Problem(taken.path, None, "error", "unreadable", reason, hint),))


def _is_racy(taken: Taken, now: int) -> bool:
    """Whether the file must be read again whatever its stamp says; one that could not be read always."""
    return taken.raw is None or max(taken.stamp[3], taken.stamp[4]) >= now - _RACY_NS
