"""Every error leadbase raises on purpose, and the problem it reports.

    LeadbaseError                 a sentence for a person, and what to try; exit code 1
    ├── UsageError                the command line asks for something that is not there; exit code 2
    ├── ProblemsError             one or more problems found in files, each with its place
    │   ├── LeadFileError         a lead's file cannot be read or edited
    │   ├── RulesError            a file under rules/ is wrong
    │   ├── SettingsError         leadbase.toml is wrong
    │   └── TemplateError         a template does not compile or names what is not there
    ├── NotABase                  no leadbase.toml here or above
    ├── LeadNotFound              no lead, or more than one, answers to a name
    └── FileRefused               a file is left alone, and why
        ├── Unreadable            it is not a plain, small enough, readable file
        ├── ChangedMeanwhile      it is no longer what was read; nothing was overwritten
        └── AlreadyThere          a new file's name is taken

Any other exception that reaches the command line is a bug and is shown as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one file.

    `path` is relative to the base, with `/`; `line` counts from 1, and None means the file as a whole.
    `code` is a stable hyphenated word such as `unclosed-front-matter`. `hint` says what to try, or is empty.
    """

    path: str
    line: int | None
    level: Level
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line is not None else self.path
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {self.level} {self.code}: {self.message}{hint}"


class LeadbaseError(Exception):
    """An expected failure: `message` is a sentence, `hint` what to try (or empty)."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LeadbaseError):
    """The words of the command ask for something that is not there."""

    exit_code = 2


class ProblemsError(LeadbaseError):
    """One or more problems in files; `problems` holds all of them, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class LeadFileError(ProblemsError):
    """A lead's file cannot be read or edited; its bytes were left alone."""


class RulesError(ProblemsError):
    """A file under rules/ is wrong."""


class SettingsError(ProblemsError):
    """leadbase.toml is wrong."""


class TemplateError(ProblemsError):
    """A template does not compile, names a variable that is not there, or does too much."""


class NotABase(LeadbaseError):
    """There is no leadbase.toml in the folder or above it."""


class LeadNotFound(UsageError):
    """No lead answers to a name, or several do; `candidates` are the names that might be meant."""

    def __init__(self, message: str, candidates: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint)
        self.candidates = tuple(candidates)


class FileRefused(LeadbaseError):
    """A file was left alone. `path` is relative to the base; `reason` completes "left alone: …"."""

    def __init__(self, path: str, reason: str, hint: str = "") -> None:
        super().__init__(f"{path}: left alone: {reason}", hint)
        self.path = path
        self.reason = reason


class Unreadable(FileRefused):
    """Not a regular file, too large, a link, or not permitted."""


class ChangedMeanwhile(FileRefused):
    """The file is no longer what was read. Both versions are kept; nothing newer was overwritten."""


class AlreadyThere(FileRefused):
    """A file of that name exists; it was not touched."""
