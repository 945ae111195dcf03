"""Contributions: the lines of a score. They sum exactly to the number shown."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contribution:
    """One line of a score: what rule gave how many points, on what evidence.

    `axis` is value or confidence. `field` is the front matter key (or `text`) the evidence stands in, or "" when it
    is no field's; `place` where in the normalised passage it stands, or None. (`Assessment.span` leads from there to
    the writer's own characters.)
    """

    axis: str
    rule: str
    points: int
    evidence: str = ""
    field: str = ""
    place: tuple[int, int] | None = None


def half_up(number: float) -> int:
    """Rounded to the nearest whole number, halves upwards."""
    return int((number + 0.5) // 1)


def clamped(axis: str, lines: Iterable[Contribution]) -> tuple[int, tuple[Contribution, ...]]:
    """The sum of the lines held between 0 and 100, and the lines, with one more if the sum had to be held."""
    listed = tuple(lines)
    total = sum([line.points for line in listed])
    held = min(100, max(0, total))
    if held != total:
        listed += (Contribution(axis, "clamp", held - total, f"{total} is held at {held}"),)
    return held, listed
