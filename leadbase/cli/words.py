"""The words a person types for days and ranges, and the ones shown for grades."""

import re
from datetime import date, datetime, timedelta, tzinfo

import click

from leadbase.core.grades import NEEDS_VERIFICATION, NOT_ADOPTED, QUOTABLE

GRADE_COLORS = {QUOTABLE: "green", NEEDS_VERIFICATION: "yellow", NOT_ADOPTED: "bright_black"}
GRADE_WORDS = {QUOTABLE: "quotable", NEEDS_VERIFICATION: "verify", NOT_ADOPTED: "not adopted"}
_BACK = re.compile(r"-?(\d{1,4})d")
_RANGE = re.compile(r"(\d{1,3})?(?:(\.\.)(\d{1,3})?)?")


def today(zone: tzinfo) -> date:
    """The desk's day now."""
    return datetime.now(zone).date()


def day(word: str, zone: tzinfo, option: str) -> date:
    """The day a word means: 2026-04-24, today, yesterday, or 3d for three days ago. Raises a usage error."""
    now = today(zone)
    if word in ("today", "yesterday"):
        return now - timedelta(days=word == "yesterday")
    if back := _BACK.fullmatch(word):
        return now - timedelta(days=int(back[1]))
    try:
        return date.fromisoformat(word)
    except ValueError:
        message = f"{option} {word}: write a day such as 2026-04-24, today, yesterday or 3d (three days ago)"
        raise click.UsageError(message) from None


def score_range(word: str) -> tuple[int, int]:
    """The range MIN..MAX, MIN.., ..MAX, or one number for exactly that. Raises a usage error."""
    match = _RANGE.fullmatch(word)
    if match is None or not (match[1] or match[3]):
        raise click.UsageError(f"--score {word}: write a range such as 60..80, 60.. or ..40")
    least = int(match[1] or 0)
    most = int(match[3] or 100) if match[2] else least
    if least > most:
        raise click.UsageError(f"--score {word}: the smaller number goes first")
    return least, most


def words(values: tuple[str, ...]) -> tuple[str, ...]:
    """The values of a repeatable option, each of which may be a list with commas."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
