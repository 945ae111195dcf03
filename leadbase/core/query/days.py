"""The days and numbers of a query: `-3d..`, `2026-04`, `last-week`, `今天`, `60..80`."""

import re
from collections.abc import Mapping
from datetime import date, timedelta, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING

from leadbase.core import text, vocabulary
from leadbase.errors import UsageError
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core import lead
else:
    lead = late("leadbase.core.lead")

Period = tuple[date, date]
"""First and last day, both included."""

_NAMED: Mapping[str, str] = MappingProxyType(
    {
        "today": "0d", "今天": "0d", "今日": "0d", "yesterday": "-1d", "昨天": "-1d", "昨日": "-1d",
        "tomorrow": "+1d", "明天": "+1d", "明日": "+1d",
        "this-week": "week 0", "本周": "week 0", "这周": "week 0", "last-week": "week -1", "上周": "week -1",
        "this-month": "month 0", "本月": "month 0", "这个月": "month 0",
        "last-month": "month -1", "上月": "month -1", "上个月": "month -1",
        "this-year": "year 0", "今年": "year 0", "last-year": "year -1", "去年": "year -1",
    }
)  # fmt: skip
_ENGLISH = tuple(name for name in _NAMED if name.isascii())
_SPAN = re.compile(r"(week|month|year) (-?\d)")
_RELATIVE = re.compile(r"([-+]?)(\d{1,4})([dwmy])")
_AGO = re.compile(r"()(\d{1,4})(天|周|个月|月|年)前")
_UNITS = MappingProxyType({"天": "d", "周": "w", "个月": "m", "月": "m", "年": "y"})
_YEAR = re.compile(r"(\d{4})年?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_DOTS = re.compile(r"\.{2,3}")  # the sign … is three of them
_NUMBER = re.compile(r"\d{1,3}")
_HIGHEST = 100
_FORMS = "write 2026, 2026-04, 2026-04-24, -3d, today, yesterday, this-week, or a range of them such as -3d.."


def days(word: str, today: date, zone: tzinfo) -> tuple[date | None, date | None]:
    """The first and the last day that a word or a range means; None leaves that side open, never both.

    A week begins on Monday; -1m is the same day of the month before, or its last one. Raises UsageError.
    """
    low, dots, high = _sides(word)
    first = _period(low, today, zone)[0] if low else None
    last = _period(high if dots else low, today, zone)[1] if high or not dots else None
    if first is None and last is None:
        raise UsageError(f"'{word}' is not a range", _FORMS)
    if first and last and first > last:
        raise UsageError(f"'{word}' ends before it begins ({first} to {last})", "the earlier day goes first")
    return first, last


def numbers(word: str, field: str) -> tuple[int | None, int | None]:
    """The lowest and the highest number that a word or a range means; None leaves that side open, never both.

    Raises UsageError.
    """
    low, dots, high = _sides(word)
    least = _number(low, word, field) if low else None
    most = _number(high, word, field) if high else (None if dots else least)
    if least is None and most is None:
        raise UsageError(f"'{word}' is not a range", f"write {field}:60..80, {field}:60.., {field}:..40 or {field}:70")
    if least is not None and most is not None and least > most:
        raise UsageError(f"'{word}' ends before it begins", f"the smaller number goes first: {field}:{most}..{least}")
    return least, most


def _sides(word: str) -> tuple[str, str, str]:
    """What stands before and after the dots, and the dots, or "" when there are none."""
    folded = text.folded(word)
    dots = _DOTS.search(folded)
    if dots is None:
        return folded, "", ""
    return folded[: dots.start()].strip(), dots[0], folded[dots.end() :].strip()


def _number(side: str, word: str, field: str) -> int:
    if not _NUMBER.fullmatch(side):
        hint = f"write {field}:60..80, {field}:60.., {field}:..40 or {field}:70"
        raise UsageError(f"'{word}' is not a number or a range of numbers", hint)
    if int(side) > _HIGHEST:
        raise UsageError(f"{field} lies between 0 and {_HIGHEST}")
    return int(side)


def _period(word: str, today: date, zone: tzinfo) -> Period:
    try:
        period = _relative(word, today) or _absolute(word, zone)
    except (ValueError, OverflowError):  # a month 13, or before the year 1
        raise UsageError(f"'{word}' is not in the calendar", _FORMS) from None
    if period is None:
        near = vocabulary.nearest(word, _ENGLISH)
        raise UsageError(f"'{word}' is not a day", f"did you mean {near}?" if near else _FORMS)
    return period


def _relative(word: str, today: date) -> Period | None:
    meaning = _NAMED.get(word, word)
    if span := _SPAN.fullmatch(meaning):
        return _span(span[1], int(span[2]), today)
    match = _RELATIVE.fullmatch(meaning) or _AGO.fullmatch(meaning)
    if match is None:
        return None
    count = int(match[2]) * (1 if match[1] == "+" else -1)
    unit = _UNITS.get(match[3], match[3])
    if unit in "dw":
        day = today + timedelta(days=count * (7 if unit == "w" else 1))
    else:
        year, month = _months_on(today, count * (12 if unit == "y" else 1))
        day = date(year, month, min(today.day, _length(year, month)))
    return day, day


def _span(unit: str, count: int, today: date) -> Period:
    if unit == "week":
        monday = today + timedelta(days=7 * count - today.weekday())
        return monday, monday + timedelta(days=6)
    if unit == "month":
        return _month(*_months_on(today, count))
    return _year(today.year + count)


def _absolute(word: str, zone: tzinfo) -> Period | None:
    if year := _YEAR.fullmatch(word):
        return _year(int(year[1]))
    if month := _MONTH.fullmatch(word):
        return _month(int(month[1]), int(month[2]))
    day = lead.day_of(lead.moment_of(word, zone), zone)
    return (day, day) if day else None


def _year(year: int) -> Period:
    return date(year, 1, 1), date(year, 12, 31)


def _month(year: int, month: int) -> Period:
    return date(year, month, 1), date(year, month, _length(year, month))


def _months_on(day: date, count: int) -> tuple[int, int]:
    years, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return years, month + 1


def _length(year: int, month: int) -> int:
    return 31 if month == 12 else (date(year, month + 1, 1) - timedelta(days=1)).day
