"""What is wrong in the files under rules/, collected so that one run names everything."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from leadbase.core import vocabulary
from leadbase.errors import Problem
from leadbase.late import late

if TYPE_CHECKING:
    import json
else:
    json = late("json")

_MANY = 50
"""After so many mistakes no further one is given a suggestion, which takes time."""


class Mistakes:
    """Collects problems of rules files: `file` is a name such as scoring, `key` the place in it."""

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, file: str, key: str, message: str, hint: str = "") -> None:
        """Something that keeps the rules from being used."""
        self.errors.append(Problem(f"rules/{file}.toml", None, "error", "rules", f"{key}: {message}", hint))

    def warning(self, file: str, key: str, message: str, hint: str = "") -> None:
        """Something that is likely not meant."""
        self.warnings.append(Problem(f"rules/{file}.toml", None, "warning", "rules", f"{key}: {message}", hint))

    def unknown_key(self, file: str, key: str, known: Iterable[str]) -> None:
        """A key that is none of the known ones, with the nearest of them."""
        near = vocabulary.nearest(key.rpartition(".")[2], known) if len(self.errors) < _MANY else None
        self.error(file, key, "is not a key leadbase knows", f"did you mean {near}?" if near else "")


def shown(value: object) -> str:
    """A value as a message quotes it: as JSON, cut at 60 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"
