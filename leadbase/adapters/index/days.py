"""Conditions over the leads of an index: which have a part in the report of a day."""

from datetime import date

from leadbase.adapters.index.sql import Condition
from leadbase.core.grades import NOT_ADOPTED

_ALONE = "name_key NOT IN (SELECT name_key FROM lead GROUP BY name_key HAVING count(*) > 1)"
WHOLE = f"NOT is_failed AND {_ALONE}"
"""Nothing keeps the lead out of a report."""


def is_public(day: date) -> Condition:
    """The leads that may be named on a day."""
    return Condition(f"{WHOLE} AND attribution != 'off-record' AND free_from <= ?", (day.toordinal(),))


def held_back(day: date) -> Condition:
    """The leads of a day or before it that an embargo keeps back on that day."""
    sql = f"{WHOLE} AND attribution != 'off-record' AND day <= ? AND free_from > ?"
    return Condition(sql, (day.toordinal(), day.toordinal()))


def off_record(day: date) -> Condition:
    """The leads of a day that are off the record."""
    return Condition(f"{WHOLE} AND attribution = 'off-record' AND day = ?", (day.toordinal(),))


def taking_part(day: date, open_days: int) -> Condition:
    """Every broken file, every lead that is news on a day, and older ones, up to so many days, that may be open.

    A lead that was not adopted on its own day is not on a later one: age only takes away.
    """
    own = day.toordinal()
    sql = """is_failed OR (attribution != 'off-record' AND free_from <= ? AND day <= ?
        AND (max(day, free_from) = ? OR (day >= ? AND grade != ?)))"""
    return Condition(sql, (own, own, own, own - open_days, NOT_ADOPTED))
