"""How commands speak: results to stdout, problems to stderr, nothing that a terminal would obey.

Colour is only ever decoration: it is off for pipes and under NO_COLOR.
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from leadbase.errors import Problem
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core import escape
else:
    escape = late("leadbase.core.escape")


# controls beyond those that JSON escapes by itself, marks of direction, separators, half pairs, hidden characters
_OBEYED = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_PATIENCE_S = 0.5
_REDRAW_S = 0.1


def say(text: str = "", *, bold: bool = False) -> None:
    """A line of the result, and one line only, whatever a lead's title holds."""
    _line(_one_line(text), sys.stdout, bold=bold)


def say_text(text: str) -> None:
    """A text of several lines."""
    _line(safe(text), sys.stdout)


def complain(text: str) -> None:
    """A line about a problem, or a notice."""
    sys.stdout.flush()  # so that both streams keep their order where they end up in one place
    _line(_one_line(text), sys.stderr)


def complain_problems(problems: Iterable[Problem]) -> None:
    """Each problem on its own line: `path:line: level code: message (hint)`."""
    for problem in problems:
        complain(str(problem))


def say_exactly(text: str) -> None:
    """Text that is a format of its own - a report, JSON, CSV - with no terminal in between when it is piped."""
    sys.stdout.write(safe(text) if sys.stdout.isatty() else text)


def say_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """A value as indented JSON."""
    say_exactly(as_json(value, indent=2) + "\n")


def as_json(value: Mapping[str, Any] | Sequence[Any], *, indent: int | None = None) -> str:
    """A value as JSON; what a terminal would obey is written as an escape, which is the same to a reader of JSON."""
    return _tamed(json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def say_record(record: str) -> None:
    """A record that is JSON on one line already."""
    say_exactly(_tamed(record) + "\n")


def _tamed(written: str) -> str:
    return written if written.replace("\n", "").isprintable() else _OBEYED.sub(_as_escape, written)


def _as_escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1].replace("\x7f", "\\u007f")


Item = TypeVar("Item")


class Bar:
    """A bar on stderr for work that takes longer than half a second on a terminal; nothing otherwise."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._started = self._shown = time.monotonic()
        self._is_terminal = sys.stderr.isatty()

    def show(self, done: int, length: int) -> None:
        """Show how far the work is."""
        now = time.monotonic()
        is_due = now - self._started > _PATIENCE_S and now - self._shown > _REDRAW_S
        if self._is_terminal and is_due and done < length:
            full = 24 * done // max(length, 1)
            sys.stderr.write(f"\r{self._doing} {'█' * full}{'░' * (24 - full)} {done} of {length}\r")
            sys.stderr.flush()
            self._shown = now
        if done >= length:
            self.clear()

    def clear(self) -> None:
        """Make way for a line; the bar comes back below it."""
        if self._shown != self._started:
            sys.stderr.write("\x1b[2K")


def progress(items: Iterable[Item], length: int, doing: str) -> Iterator[Item]:
    """The items, with a bar when they take their time; it gives way to every line that is said while it is shown."""
    bar = Bar(doing)
    for number, item in enumerate(items):
        bar.show(number, length)
        bar.clear()
        yield item
    bar.clear()


def safe(text: str) -> str:
    """The text with nothing in it that a terminal would obey; its line breaks and tabs stay."""
    # what Python calls printable has no control, format, private or surrogate character: most text needs no more
    if text.replace("\n", "").isprintable():
        return text
    return escape.terminal(text, multiline=True).replace("\u2028", " ").replace("\u2029", " ")


def _one_line(text: str) -> str:
    return text if text.isprintable() else escape.terminal(text)


def has_color(stream: IO[str]) -> bool:
    """Whether colour may be used: a terminal, and no NO_COLOR (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _line(text: str, stream: IO[str], *, bold: bool = False) -> None:
    if bold and has_color(stream):
        text = click.style(text, bold=True)
    click.echo(text, file=stream, color=True)
