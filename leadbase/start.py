"""Where the program starts: the command line, or a word completed for a shell, which loads next to nothing.

    leadbase --complete KIND BASE WORD [TABLE]

is what the scripts of `leadbase completion` ask while a person waits at the Tab key. KIND is `query`, `lead`,
`company`, `source` or `tag`; BASE the folder of --base or ""; TABLE the words of the query language. It answers with a
line for each way to go on, and with nothing where something is wrong: nobody wants an error in the middle of a line.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leadbase.late import late

if TYPE_CHECKING:
    from leadbase import cli
    from leadbase.adapters import settings
    from leadbase.adapters.index import peek
    from leadbase.core import completion
else:
    cli = late("leadbase.cli")
    completion = late("leadbase.core.completion")
    peek = late("leadbase.adapters.index.peek")
    settings = late("leadbase.adapters.settings")

_SETTINGS_FILE = "leadbase.toml"  # as in adapters.settings, which loads too much for a word
_MOST_SETTINGS = 2_000_001


def main() -> None:
    """The entry point of `leadbase` and of `python -m leadbase`."""
    if sys.argv[1:2] == ["--complete"]:
        _answer(sys.argv[2:])
    else:
        cli.main()


def _answer(asked: Sequence[str]) -> None:
    try:
        lines = complete(*asked)
        sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
        sys.stdout.buffer.flush()
    except Exception:
        os._exit(0)


def complete(kind: str, base: str, word: str, table: str = "") -> list[str]:
    """The ways to go on with a word; [] outside of a base."""
    root = _root(Path(base).expanduser() if base else Path.cwd())
    if root is None:
        return []
    if kind == "lead":
        return completion.names(peek.names(root, word))
    if kind == "query":
        return completion.query(word, table.split(), lambda field, typed: _values(root, field, typed))
    return completion.beginning(word, _values(root, kind, word))


def _root(start: Path) -> Path | None:
    here = start.resolve()
    return next((each for each in (here, *here.parents) if (each / _SETTINGS_FILE).is_file()), None)


def _values(root: Path, kind: str, typed: str) -> Iterable[tuple[str, str]]:
    if kind == "query":
        with (root / _SETTINGS_FILE).open("rb") as file:
            return [(name, "") for name in settings.parse_settings(file.read(_MOST_SETTINGS)).queries]
    if kind == "lead":
        return [(name, "") for name in peek.names(root, typed)]
    return peek.values(root, kind)
