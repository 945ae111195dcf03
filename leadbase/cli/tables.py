"""Tables for the terminal: they fit its width, count Chinese characters as two columns, and stay whole in a pipe.

Only the widths are rich's: loading its table renderer would take as long as everything else `leadbase list` does.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click
from rich.cells import cell_len, set_cell_size

from leadbase.cli.output import has_color, safe

_WIDE = 100_000
_GAP = "  "
_NARROWEST = 12
_USUAL = 80


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `least` is the terminal width below which it is left out, `most` its greatest width.

    A `flexible` column gives way when the table is too wide: its cells end in an ellipsis, or fold if `folds`.
    """

    heading: str
    right: bool = False
    flexible: bool = False
    folds: bool = False
    least: int = 0
    most: int = _WIDE


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a colour of its own; a plain text is a cell without one."""

    text: str
    color: str | None = None
    bold: bool = False
    dim: bool = False


def width() -> int:
    """The columns there are: those of the terminal, or without end in a pipe, so that nothing is cut off there."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return _WIDE
    return max(_columns(), 20)


def _columns() -> int:
    """As shutil.get_terminal_size tells, whose module takes longer to load than a table to print."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _USUAL
    except (ValueError, OSError):  # no terminal, or none that knows its width
        return _USUAL


def say_table(columns: Sequence[Column], rows: Sequence[Sequence[str | Cell]], *, headed: bool = True) -> None:
    """A table without lines: headings, then rows. The last column is never padded."""
    shown = [index for index, column in enumerate(columns) if width() >= column.least]
    kept = [columns[index] for index in shown]
    table = [[_cell(row[index]) for index in shown] for row in rows]
    if headed:
        table.insert(0, [Cell(column.heading, dim=True) for column in kept])
    widths = _widths(kept, table)
    for row in table:
        for line in _lines(kept, row, widths):
            sys.stdout.write(line + "\n")


def _cell(value: str | Cell) -> Cell:
    cell = Cell(value) if isinstance(value, str) else value
    text = cell.text.replace("\t", " ")
    return Cell(safe(text), cell.color, cell.bold, cell.dim)


def _widths(columns: Sequence[Column], table: Sequence[Sequence[Cell]]) -> list[int]:
    """How wide each column is: as its widest cell, the flexible ones narrower when the terminal is."""
    widths = []
    for index, column in enumerate(columns):
        widest = max((cell_len(line) for row in table for line in row[index].text.split("\n")), default=0)
        widths.append(min(widest, column.most))
    too_wide = sum(widths) + len(_GAP) * (len(columns) - 1) - width()
    for index, column in enumerate(columns):
        if column.flexible and too_wide > 0:
            narrower = max(min(_NARROWEST, widths[index]), widths[index] - too_wide)
            too_wide -= widths[index] - narrower
            widths[index] = narrower
    return widths


def _lines(columns: Sequence[Column], row: Sequence[Cell], widths: Sequence[int]) -> list[str]:
    """A row as the lines it needs: one, or as many as its longest folded cell."""
    parts = [_fitted(column, cell, room) for column, cell, room in zip(columns, row, widths, strict=True)]
    height = max(map(len, parts))
    lines = []
    for number in range(height):
        cells = [
            _painted(column, cell, part[number] if number < len(part) else "", room)
            for column, cell, part, room in zip(columns, row, parts, widths, strict=True)
        ]
        lines.append(_GAP.join(cells).rstrip())
    return lines


def _fitted(column: Column, cell: Cell, room: int) -> list[str]:
    if column.folds:
        return [part for line in cell.text.split("\n") for part in folded(line, room)]
    line = " ".join(cell.text.split("\n"))
    return [line if cell_len(line) <= room else set_cell_size(line, max(room - 1, 0)).rstrip() + "…"]


def folded(line: str, room: int) -> list[str]:
    """The line in pieces of at most `room` columns, broken at spaces or between Chinese characters; a longer word, such
    as a path, stays whole."""
    pieces = []
    while cell_len(line) > room > 1:
        cut = _break(line, room)
        if cut == len(line):
            break
        pieces.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    return [*pieces, line]


def _break(line: str, room: int) -> int:
    """Where to break a line that is too long: the last place that fits, else the first one there is."""
    places = [place for place in range(1, len(line)) if " " in line[place - 1 : place + 1] or _is_wide(line[place])]
    fitting = [place for place in places if cell_len(line[:place].rstrip()) <= room]
    return fitting[-1] if fitting else places[0] if places else len(line)


def _is_wide(character: str) -> bool:
    return cell_len(character) > 1


def _painted(column: Column, cell: Cell, text: str, room: int) -> str:
    blank = " " * (room - cell_len(text))
    painted = text
    if text and has_color(sys.stdout) and (cell.color or cell.bold or cell.dim):
        painted = click.style(text, fg=cell.color, bold=cell.bold or None, dim=cell.dim or None)
    return blank + painted if column.right else painted + blank
