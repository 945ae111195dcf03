"""Tables for the terminal: they fit its width, count Chinese characters as two columns, and stay plain in a pipe."""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from leadbase.cli.output import has_color
from leadbase.core import escape

_WIDE = 100_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `least` is the terminal width below which it is left out, `fold` lets long cells use more lines."""

    heading: str
    right: bool = False
    fold: bool = False
    least: int = 0
    most: int | None = None


def width() -> int:
    """The columns there are: those of the terminal, or without end in a pipe, so that nothing is cut off there."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return _WIDE
    return shutil.get_terminal_size((80, 24)).columns


def console() -> Console:
    """A console on stdout with the colours and the width this output has."""
    coloured = has_color(sys.stdout)
    return Console(
        file=sys.stdout, width=width(), no_color=not coloured, force_terminal=coloured, highlight=False, markup=False,
        emoji=False, legacy_windows=False, soft_wrap=False,
    )  # fmt: skip


def cell(text: str, style: str = "") -> Text:
    """Third-party text for a cell: one line, nothing in it that a terminal would obey."""
    return Text(escape.terminal(text), style=style)


def say_table(columns: Sequence[Column], rows: Sequence[Sequence[str | Text]]) -> None:
    """A table without lines: headings, then rows. Cells that do not fit end in an ellipsis or fold."""
    shown = [index for index, column in enumerate(columns) if width() >= column.least]
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for index in shown:
        column = columns[index]
        table.add_column(
            column.heading,
            justify="right" if column.right else "left",
            no_wrap=not column.fold,
            overflow="fold" if column.fold else "ellipsis",
            max_width=column.most if width() < _WIDE else None,
            min_width=len(column.heading),
        )
    for row in rows:
        cells = [row[index] for index in shown]
        table.add_row(*(each if isinstance(each, Text) else cell(each) for each in cells))
    out = console()
    with out.capture() as captured:
        out.print(table)
    for line in captured.get().splitlines():
        sys.stdout.write(line.rstrip() + "\n")
