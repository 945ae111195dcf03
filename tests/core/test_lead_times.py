"""The times a lead can name, and the desk's day that each of them falls on."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from leadbase.core.lead import day_of, moment_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")

TIMES: dict[str, Any] = {
    "2026-04-24": date(2026, 4, 24),
    "2026-4-4": date(2026, 4, 4),
    "2026/04/24": date(2026, 4, 24),
    "2026.4.24": date(2026, 4, 24),
    "2026年4月24日": date(2026, 4, 24),
    "2026年04月24": date(2026, 4, 24),
    "0001-01-01": date(1, 1, 1),
    "9999-12-31": date(9999, 12, 31),
    "2028-02-29": date(2028, 2, 29),
    "2026-04-24T11:30": datetime(2026, 4, 24, 11, 30, tzinfo=SHANGHAI),
    "2026-04-24 11:30": datetime(2026, 4, 24, 11, 30, tzinfo=SHANGHAI),
    "2026-04-24 9:05": datetime(2026, 4, 24, 9, 5, tzinfo=SHANGHAI),
    "2026-04-24t11:30:15": datetime(2026, 4, 24, 11, 30, 15, tzinfo=SHANGHAI),
    "2026-04-24T11:30:15.5": datetime(2026, 4, 24, 11, 30, 15, 500_000, tzinfo=SHANGHAI),
    "2026-04-24T11:30:15,123456789Z": datetime(2026, 4, 24, 11, 30, 15, 123_456, tzinfo=UTC),
    "2026-04-24T11:30Z": datetime(2026, 4, 24, 11, 30, tzinfo=UTC),
    "2026-04-24T11:30z": datetime(2026, 4, 24, 11, 30, tzinfo=UTC),
    "2026-04-24T11:30+08:00": datetime(2026, 4, 24, 3, 30, tzinfo=UTC),
    "2026-04-24T11:30 -0400": datetime(2026, 4, 24, 15, 30, tzinfo=UTC),
    "2026-04-24T11:30+08": datetime(2026, 4, 24, 3, 30, tzinfo=UTC),
    # what no calendar and no clock has
    "2026-13-45": None,
    "2026-02-29": None,
    "0000-01-01": None,
    "2026-04-24T25:61": None,
    "2026-04-24T24:00": None,
    "2026-04-24T11:60": None,
    "2026-04-24T11:30+25:00": None,
    "25:61": None,
    "soon": None,
    "2026-04": None,
    "20260424": None,
    "26-04-24": None,
    "2026-04-24T": None,
    "2026-04-24T11": None,
    "2026-04-24T11:30+08:00[Asia/Shanghai]": None,
    "2026-04-24\n2026-04-25": None,
    "2026-04-24T11:30 PST": None,
    # instants whose day lies beyond the calendar in the desk's zone
    "9999-12-31T23:00Z": None,
    "0001-01-01T00:30+14:00": None,
    "": None,
}


@pytest.mark.parametrize(("written", "moment"), TIMES.items())
def test_a_time_is_a_day_or_an_instant_or_nothing(written: str, moment: date | None) -> None:
    found = moment_of(written, SHANGHAI)
    assert found == moment
    assert type(found) is type(moment)


def test_a_day_begins_where_the_desk_is() -> None:
    late = moment_of("2026-04-24T23:30Z", SHANGHAI)
    assert day_of(late, SHANGHAI) == date(2026, 4, 25)
    assert day_of(late, NEW_YORK) == date(2026, 4, 24)
    assert day_of(date(2026, 4, 24), NEW_YORK) == date(2026, 4, 24)
    assert day_of(None, NEW_YORK) is None


def test_days_hold_across_changes_of_the_clock() -> None:
    # New York sprang forward on 2026-03-08 at 02:00 and falls back on 2026-11-01 at 02:00
    for written, day in {
        "2026-03-08T02:30": date(2026, 3, 8), "2026-03-08T04:59Z": date(2026, 3, 7), "2026-03-08T05:00Z": date(2026, 3, 8),
        "2026-11-01T01:30": date(2026, 11, 1), "2026-11-02T04:59Z": date(2026, 11, 1),
        "2026-11-02T05:00Z": date(2026, 11, 2),
    }.items():  # fmt: skip
        assert day_of(moment_of(written, NEW_YORK), NEW_YORK) == day, written
    # Samoa had no 2011-12-30
    assert day_of(moment_of("2011-12-30T09:59Z", APIA), APIA) == date(2011, 12, 29)
    assert day_of(moment_of("2011-12-30T10:00Z", APIA), APIA) == date(2011, 12, 31)
