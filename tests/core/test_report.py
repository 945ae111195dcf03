import json
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core.lead import Evidence, Lead, Reading
from leadbase.core.report import Edition, Provenance, edition, fingerprint, free_from, stamps, surroundings, tidy
from leadbase.core.rules import Rules
from leadbase.core.scoring import assess
from leadbase.core.scoring.grading import embargo_day
from tests.core.report_desk import (
    COMMITTED,
    DAY,
    DAYS,
    GOLDEN,
    TEXT,
    ZONE,
    compiled,
    desk_day,
    desk_rules,
    from_file,
    lead,
    readings,
)

RULES: Rules = desk_rules()


def of(leads: Iterable[Lead], day: date = DAY, rules: Rules = RULES) -> Edition:
    return edition(readings(leads), rules, surroundings(readings(leads), day), ZONE, "Asia/Shanghai")


def names(edited: Edition) -> list[str]:
    return [entry.lead.name for entry in edited.leads]


@pytest.mark.parametrize("day", DAYS)
def test_a_report_is_the_golden_one(day: str) -> None:
    markdown, sidecar, _ = compiled(DAYS[day], RULES)
    assert markdown == (GOLDEN / f"report-{day}.md").read_text("utf-8")
    assert sidecar == (GOLDEN / f"report-{day}.leads.json").read_text("utf-8")


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_files_makes_no_difference(seed: int) -> None:
    shuffled = desk_day()
    random.Random(seed).shuffle(shuffled)
    assert compiled(shuffled, RULES)[:2] == compiled(desk_day(), RULES)[:2]


def test_leads_of_the_day_in_the_desks_time_zone_are_its_news() -> None:
    late = datetime(2026, 4, 23, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    leads = [
        lead("in", time=late),
        lead("before", time=late - timedelta(seconds=1)),
        lead("after", time=date(2026, 4, 25)),
    ]
    assert names(of(leads)) == ["in"]


def test_leads_are_ordered_by_value_then_confidence_then_time_then_name() -> None:
    noon = datetime(2026, 4, 24, 12, 0, tzinfo=ZONE)
    leads = [
        lead("b"),
        lead("a"),
        lead("later", time=noon),
        lead("surer", verification="verified"),
        lead("bigger", type="model-release"),
    ]
    assert names(of(leads)) == ["bigger", "surer", "later", "a", "b"]


def test_every_lead_is_scored_as_of_the_reports_day() -> None:
    old = lead("old", type="model-release", time=date(2026, 4, 14))
    entry = of([old]).open[0]
    assert entry.assessment.score == assess(old, RULES, DAY).score < assess(old, RULES).score
    assert entry.assessment.age_days == 10


def test_a_lead_stays_open_until_the_age_at_which_it_expires() -> None:
    oldest = DAY - timedelta(days=30)  # a model release has a half-life of 5 days, and expires after 6 of them
    leads = [
        lead("last", type="model-release", time=oldest),
        lead("expired", type="model-release", time=oldest - timedelta(days=1)),
        lead(
            "signed-long-ago", type="model-release", time=oldest - timedelta(days=9), verification="verified", text=""
        ),
        lead("quotable", type="model-release", time=oldest, verification="verified"),
        lead("duplicate", type="model-release", time=oldest, duplicate_of="last"),
    ]
    assert [entry.lead.name for entry in of(leads).open] == ["last"]


def test_only_so_many_open_leads_are_listed_and_the_rest_are_counted() -> None:
    rules = replace(RULES, scoring={**RULES.scoring, "report": {"open_limit": 2}})
    leads = [lead(f"open-{number}", time=DAY - timedelta(days=number)) for number in range(1, 6)]
    edited = of(leads, rules=rules)
    assert [entry.lead.name for entry in edited.open] == ["open-1", "open-2"]
    assert edited.open_count == edited.counts["open"] == 5
    assert "\nAnd 3 more still open.\n" in compiled(readings(leads), rules)[0]


def test_an_embargoed_lead_is_news_on_the_first_day_after_the_embargo() -> None:
    by_day = lead("by-day", time=date(2026, 4, 20), embargo_until=date(2026, 4, 23))
    by_hour = lead("by-hour", time=date(2026, 4, 20), embargo_until=datetime(2026, 4, 22, 9, tzinfo=ZONE))
    assert names(of([by_day, by_hour], date(2026, 4, 22))) == []
    assert of([by_day, by_hour], date(2026, 4, 22)).embargoed == 2
    assert names(of([by_day, by_hour], date(2026, 4, 23))) == ["by-day", "by-hour"]
    assert names(of([by_day, by_hour], date(2026, 4, 24))) == []


def test_an_embargo_that_cannot_be_read_never_ends() -> None:
    secret = lead("secret", embargo_until=date.max)
    assert (names(of([secret])), of([secret]).embargoed) == ([], 1)


@settings(max_examples=100, deadline=None)
@given(
    st.dates(date(2026, 1, 1), date(2026, 3, 1)),
    st.one_of(
        st.dates(date(2026, 1, 1), date(2026, 3, 1)),
        st.integers(0, 59 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(hours=hours)),
    ),
)
def test_the_report_and_the_scorer_agree_on_when_an_embargo_ends(day: date, until: date | datetime) -> None:
    held = lead("held", embargo_until=until)
    assert (embargo_day(assess(held, RULES, day).facts, day) is None) == (free_from(held) <= day)


def test_off_record_leads_are_counted_on_their_day_only() -> None:
    off = lead("off", attribution="off-record")
    assert (names(of([off])), of([off]).off_record) == ([], 1)
    assert of([off], DAY + timedelta(days=1)).off_record == 0


MARK = "SECRETMARK"


def secrets() -> list[Reading]:
    """Everything that must stay at the desk, each with the mark in it, beside leads that are published."""
    mark = {"note": MARK, "verified_by": MARK, "extra": {MARK: MARK}, "same_as": (MARK,), "not_same_as": (MARK,)}
    embargoed = f"{MARK}-embargoed".casefold()
    leads = [
        lead("plain", **mark),
        lead(
            "background",
            attribution="background",
            source=MARK,
            link="",
            also=(Evidence(MARK), Evidence(MARK, "notes/x")),
        ),
        lead(
            "told",
            attribution="anonymous",
            source=MARK,
            link=f"notes/{MARK}.md",
            also=(Evidence("Wire One", origin=MARK),),
        ),
        lead("by-its-words", source=MARK, link="", text=f"People familiar with the matter said so. {TEXT}"),
        lead("copy", duplicate_of=embargoed, follow_up_of=(embargoed,)),
        lead(embargoed, title=MARK, companies=(MARK,), text=MARK, embargo_until=date(2026, 4, 25), tags=(MARK,)),
        lead(f"{MARK}-off", title=MARK, companies=(MARK,), text=MARK, attribution="off-record"),
        lead(f"{MARK}-open", title=MARK, text=MARK, attribution="off-record", time=date(2026, 4, 23)),
    ]
    front = "---\ntitle: {mark}\ntime: 2026-04-24\nverification: {mark}\n{line}\n---\n{mark}\n"
    broken = [
        from_file(f"{MARK}-unclear", front.format(mark=MARK, line=f"embargo-until: {MARK}")),
        from_file(f"{MARK}-unsure", front.format(mark=MARK, line=f"attribution: {MARK}")),
        from_file(f"{MARK}-later", front.format(mark=MARK, line="embargo-until: 2026-05-01")),
        from_file("unreadable", f"---\ntitle: x\nnote: {MARK}\nnote: {MARK} again\n---\n{MARK}\n"),
        from_file("unclosed", f"---\ntitle: x\nnote: {MARK}\n"),
        from_file("syntax", f"---\ntitle: [x\nnote: {MARK}: {MARK}: [\n---\n"),
    ]
    return [*readings(leads), *broken]


def test_what_must_stay_at_the_desk_is_in_neither_file() -> None:
    markdown, sidecar, edited = compiled(secrets(), RULES)
    assert MARK.casefold() not in markdown.casefold()
    assert MARK.casefold() not in sidecar.casefold()
    assert set(names(edited)) == {"plain", "background", "told", "by-its-words", "copy"}
    assert (edited.embargoed, edited.off_record, edited.withheld_broken, len(edited.broken)) == (1, 1, 3, 3)
    assert "held back: 1 under embargo, 1 off the record." in markdown
    assert "\n3 more may not be named.\n" in markdown
    assert "source not named · Northwind AI" in markdown


def test_a_medium_is_named_even_when_its_own_sources_are_not() -> None:
    leads = [lead("a", attribution="anonymous", source="Wire One", link="https://wire.example/1"),
             lead("b", attribution="anonymous", source="The Daily", link="")]  # fmt: skip
    markdown, _, _ = compiled(readings(leads), RULES)
    assert "[wire.example](https://wire.example/1) · " in markdown
    assert "source The Daily, no link · " in markdown


def test_a_duplicate_names_the_other_lead_by_its_short_id() -> None:
    markdown, sidecar, edited = compiled(readings([lead("first"), lead("second", duplicate_of="first")]), RULES)
    assert f"Not adopted: duplicate of lead {edited.ids['first']}." in markdown
    assert json.loads(sidecar)["leads"][1]["duplicate_of"] == "first"


def test_a_report_is_dated_by_its_commit_but_never_after_its_day() -> None:
    edited = of([])
    assert stamps(edited, COMMITTED) == ("2026-04-24T18:30:00+08:00", "2026-04-24T18:30:00+08:00")
    later = Provenance("abc", datetime(2026, 4, 26, 1, 2, 3, 4, tzinfo=UTC))
    assert stamps(edited, later) == ("2026-04-24T23:59:59+08:00", "2026-04-26T09:02:03+08:00")


def test_a_report_of_uncommitted_files_says_so() -> None:
    markdown, sidecar, _ = compiled([], RULES, provenance=Provenance("", COMMITTED.at))
    assert "compiled from uncommitted files with rules" in markdown
    assert json.loads(sidecar)["commit"] is None


def test_the_sidecar_has_every_key_of_the_schema() -> None:
    markdown, sidecar, _ = compiled(desk_day(), RULES)
    value = json.loads(sidecar)
    assert list(value) == [
        "schema", "day", "timezone", "window", "date", "lastmod", "commit", "rules", "counts", "report_sha256", "leads",
        "open", "broken",
    ]  # fmt: skip
    assert list(value["counts"]) == [
        "leads", "quotable", "needs_verification", "not_adopted", "open", "broken", "embargoed", "off_record",
    ]  # fmt: skip
    assert list(value["leads"][0])[-4:] == ["age_days", "reason", "next", "summary"]
    assert list(value["broken"][0]) == ["path", "line", "code", "message"]
    assert (
        value["report_sha256"] == fingerprint(markdown.encode()) == fingerprint(markdown.replace("\n", "\r\n").encode())
    )


def test_front_matter_has_no_third_party_text() -> None:
    odd = lead("odd", title="a: b", companies=('"x": [', "---", "On", "2026", "月之暗面", "北风智能"))
    front = yaml.safe_load(compiled(readings([odd]), RULES)[0].split("---\n")[1])
    assert front["companies"] == ["company-2026", "company-on", "northwind", "x", "yue-zhi-an-mian"]
    assert front["tags"] == ["daily-report", *front["companies"]]
    assert front["lead_types"] == ["partnership"]
    assert front["title"] == "AI lead report 2026-04-24"


def test_a_lead_of_the_first_and_of_the_last_day_there_is_can_be_ranked() -> None:
    ends = [lead("first", time=date.min), lead("last", time=date.max), lead("now", time=DAY)]
    assert names(of(ends)) == ["now"]
    assert names(of(ends, date.min)) == ["first"]
    assert names(of(ends, date.max)) == ["last"]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="a \t\r\n", max_size=40))
def test_tidying_twice_changes_nothing(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert once.endswith("\n")
    assert "\n\n\n" not in once
    assert " \n" not in once
    assert "\r" not in once
