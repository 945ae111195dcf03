"""Making a base: a folder with settings, rules, a template, three example leads and a git repository."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from leadbase.adapters.folder import Folder
from leadbase.adapters.history import create_repository
from leadbase.adapters.settings import SETTINGS_FILE, STARTER
from leadbase.errors import LeadbaseError, UsageError
from leadbase.workspace import Workspace

_PLACE = re.compile(rb"\{\{(?:DAY|NAME|ZONE)\}\}")


@dataclass(frozen=True, slots=True)
class Made:
    """The new base: its root, the files that were laid down, and whether a git repository was made there."""

    root: Path
    paths: tuple[str, ...]
    has_new_repository: bool


def init_base(target: Path, *, name: str, zone_name: str, today: date) -> Made:
    """Lay down a base in `target`, which may be missing or hold other things; its leads are dated `today`.

    Raises LeadbaseError, and changes nothing, when the folder is in a base already or a file is in the way.
    """
    _refuse_a_base(target)
    files = dict(_files(name, zone_name, today))
    linked = [name for name in ("leads", "rules", "templates") if (target / name).is_symlink()]
    in_the_way = linked + [path for path in files if os.path.lexists(target / path)]
    if in_the_way:
        raise LeadbaseError(
            f"{target}: nothing was made, these are in the way: {', '.join(in_the_way)}",
            "choose an empty or a new folder",
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LeadbaseError(f"{target}: the folder cannot be made: {error.strerror}") from error
    folder = Folder(target)
    for path, content in files.items():
        folder.create(path, content)
    _score(target)
    return Made(folder.root, tuple(files), create_repository(folder.root))


def _refuse_a_base(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file, not a folder")
    here = target.resolve()
    for each in (here, *here.parents):
        if (each / SETTINGS_FILE).exists():
            where = "is a base already" if each == here else f"lies inside the base {each}"
            raise LeadbaseError(f"{target} {where}; nothing was changed")


def _files(name: str, zone_name: str, today: date) -> Iterator[tuple[str, bytes]]:
    """Every file of a new base. In the starter, DAY stands for the day, NAME and ZONE for the desk's, _ for a dot."""
    base = STARTER / "base"
    words = {b"{{DAY}}": today.isoformat().encode(), b"{{NAME}}": _toml_text(name), b"{{ZONE}}": _toml_text(zone_name)}
    for file in sorted(each for each in base.rglob("*") if each.is_file()):
        path = file.relative_to(base).as_posix()
        content = _PLACE.sub(lambda place: words[place[0]], file.read_bytes())
        if path.startswith("leads/"):
            path = f"leads/{today:%Y}/{today:%m}/{today.isoformat()}-{file.name}"
        yield path.replace("_gitignore", ".gitignore"), content
    for file in sorted((STARTER / "templates").glob("*.j2")):
        yield f"templates/{file.name}", file.read_bytes()


def _toml_text(text: str) -> bytes:
    escaped = "".join(character if character.isprintable() else " " for character in text)
    return escaped.replace("\\", "\\\\").replace('"', '\\"').encode()


def _score(target: Path) -> None:
    """Give the example leads their score, as `leadbase score` would."""
    workspace = Workspace.open(target)
    for reading in workspace.readings:
        if scored := workspace.assess(reading):
            workspace.write_score(scored)
