"""The times that a lead names: a day, or an instant."""

import re
from datetime import date, datetime, tzinfo

Moment = date | datetime
"""A day, or an instant with its offset. (A datetime is a date too: ask for the datetime first.)"""

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_LONGEST_DAY = len("2026年04月24日")
# no hour 24: whether Python takes 24:00 for the next day depends on its version
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ]+((?:[01]?\d|2[0-3]):\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?) ?([Zz]|[+-]\d{2}(?::?\d{2})?)?"
)


def moment_of(written: str, zone: tzinfo) -> Moment | None:
    """The day or the instant that a text names, or None. A time without an offset is in `zone`."""
    try:
        if len(written) <= _LONGEST_DAY and (day := _DAY.fullmatch(written)):
            return date(int(day[1]), int(day[2]), int(day[3]))
        if instant := _INSTANT.fullmatch(written):
            clock = instant[2] if instant[2].index(":") == 2 else f"0{instant[2]}"
            offset = (instant[3] or "").upper()
            moment = datetime.fromisoformat(f"{instant[1]}T{clock.replace(',', '.')}{offset}")
            aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            if not date.min.year < aware.year < date.max.year:
                aware.astimezone(zone)  # an instant at the edge of the calendar has no day in another zone
            return aware
    except (ValueError, OverflowError):
        return None
    return None


def day_of(moment: Moment | None, zone: tzinfo) -> date | None:
    """The day of a moment in the desk's time zone."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
