"""Bringing the index up to date, or making it anew."""

from dataclasses import dataclass
from pathlib import Path

from leadbase.adapters.index.store import Lookup
from leadbase.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index holds. `path` None: it could not be kept on disk."""

    leads: int
    unreadable: int
    path: Path | None
    megabytes: float


def index_base(workspace: Workspace, *, rebuild: bool) -> Indexed:
    """Make the index say what the files say; with `rebuild`, from nothing."""
    if rebuild:
        workspace.rebuild()
    tally = workspace.ask(Lookup.tally)
    size = workspace.ask(Lookup.size_bytes)
    return Indexed(tally.leads, tally.unreadable, workspace.index.path, size / 1_000_000)
