"""Days and ranges: absolute, relative to the desk's day, in English and Chinese."""

from datetime import UTC, date

import pytest

from leadbase.core.query.days import days, numbers
from leadbase.errors import UsageError
from tests.core.query.desk import TODAY, ZONE


def period(word: str, today: date = TODAY) -> str:
    first, last = days(word, today, ZONE)
    return f"{first or ''}..{last or ''}"


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("2026", "2026-01-01..2026-12-31"),
        ("2026年", "2026-01-01..2026-12-31"),
        ("2026-04", "2026-04-01..2026-04-30"),
        ("2024/2", "2024-02-01..2024-02-29"),
        ("２０２６年２月", "2026-02-01..2026-02-28"),
        ("2026-04-24", "2026-04-24..2026-04-24"),
        ("2026.4.24", "2026-04-24..2026-04-24"),
        ("2026年4月24日", "2026-04-24..2026-04-24"),
        ("2026-04-20..2026-04-24", "2026-04-20..2026-04-24"),
        ("2026.4.20..2026.4.24", "2026-04-20..2026-04-24"),
        ("2026-02..2026-03", "2026-02-01..2026-03-31"),
        ("2026..", "2026-01-01.."),
        ("..2026-04", "..2026-04-30"),
        ("9999-12", "9999-12-01..9999-12-31"),
        ("today", "2026-03-11..2026-03-11"),
        ("Yesterday", "2026-03-10..2026-03-10"),
        ("tomorrow", "2026-03-12..2026-03-12"),
        ("this-week", "2026-03-09..2026-03-15"),
        ("last-week", "2026-03-02..2026-03-08"),
        ("this-month", "2026-03-01..2026-03-31"),
        ("last-month", "2026-02-01..2026-02-28"),
        ("this-year", "2026-01-01..2026-12-31"),
        ("last-year", "2025-01-01..2025-12-31"),
        ("本周", "2026-03-09..2026-03-15"),
        ("上个月", "2026-02-01..2026-02-28"),
        ("昨天..今天", "2026-03-10..2026-03-11"),
        ("-3d", "2026-03-08..2026-03-08"),
        ("3d", "2026-03-08..2026-03-08"),
        ("3天前", "2026-03-08..2026-03-08"),
        ("+3d", "2026-03-14..2026-03-14"),
        ("-2w", "2026-02-25..2026-02-25"),
        ("-1m", "2026-02-11..2026-02-11"),
        ("-3m", "2025-12-11..2025-12-11"),
        ("两个月前", ""),
        ("2个月前", "2026-01-11..2026-01-11"),
        ("-1y", "2025-03-11..2025-03-11"),
        ("-3d..", "2026-03-08.."),
        ("-7d..-1d", "2026-03-04..2026-03-10"),
        ("..last-week", "..2026-03-08"),
        ("last-week..this-week", "2026-03-02..2026-03-15"),
        ("0d..", "2026-03-11.."),
    ],
)
def test_a_word_means_a_period(word: str, means: str) -> None:
    if means:
        assert period(word) == means
    else:
        with pytest.raises(UsageError, match="is not a day"):
            period(word)


def test_a_month_back_from_a_long_month_is_the_last_day_of_a_short_one() -> None:
    assert period("-1m", date(2026, 3, 31)) == "2026-02-28..2026-02-28"
    assert period("-1y", date(2024, 2, 29)) == "2023-02-28..2023-02-28"
    assert period("last-month", date(2026, 1, 1)) == "2025-12-01..2025-12-31"


def test_an_instant_means_its_day_at_the_desk() -> None:
    assert period("2026-04-24T23:30Z") == "2026-04-25..2026-04-25"
    assert period("2026-04-24T23:30") == "2026-04-24..2026-04-24"
    assert days("2026-04-24T23:30Z", TODAY, UTC) == (date(2026, 4, 24), date(2026, 4, 24))


@pytest.mark.parametrize(
    ("word", "message", "hint"),
    [
        ("soon", "'soon' is not a day", "write 2026, "),
        ("last-wek", "'last-wek' is not a day", "did you mean last-week?"),
        ("2026-13", "'2026-13' is not in the calendar", "write 2026, "),
        ("2026-02-30", "'2026-02-30' is not a day", "write 2026, "),
        ("0000", "'0000' is not in the calendar", "write 2026, "),
        ("-9999y", "'-9999y' is not in the calendar", "write 2026, "),
        ("+9999y", "'+9999y' is not in the calendar", "write 2026, "),
        ("..", "'..' is not a range", "write 2026, "),
        ("today..yesterday", "'today..yesterday' ends before it begins (2026-03-11 to 2026-03-10)", "the earlier"),
        ("2026..2026..", "'2026..' is not a day", "write 2026, "),
    ],
)
def test_what_is_no_day_is_an_error(word: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        period(word)
    assert raised.value.message == message
    assert raised.value.hint.startswith(hint)


def test_the_edges_of_the_calendar_hold() -> None:
    for word in ("last-week", "-1d", "last-year"):
        with pytest.raises(UsageError, match="not in the calendar"):
            period(word, date.min)
    with pytest.raises(UsageError, match="not in the calendar"):
        period("tomorrow", date.max)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("80..60", "the smaller number goes first: score:60..80"), (">70", "write score:60..80"),
        ("60-80", "write score:60..80"), ("..", "write score:60..80"), ("", "write score:60..80"), ("101..", ""),
        ("-5", "write score:60..80"), ("7.5", "write score:60..80"), ("1..2..3", "write score:60..80"),
    ],
)  # fmt: skip
def test_what_is_no_range_of_numbers_is_an_error(word: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        numbers(word, "score")
    assert raised.value.hint.startswith(hint)
