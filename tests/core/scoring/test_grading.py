"""Grades: every gate, the grade code, the embargo, how to quote, and that no readable lead defeats the scorer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.adapters.settings import shipped_rules
from leadbase.core import vocabulary
from leadbase.core.lead import Evidence, Lead, read
from leadbase.core.rules import Rules, build
from leadbase.core.scoring import Assessment, assess, cheapest, likelihood
from leadbase.core.scoring.grading import embargo_day
from tests.core.scoring.worked_examples import example_rules

DAY = date(2026, 3, 10)
WIRE = Evidence("Wire One", "https://wire-one.example/a")
LEDGER = Evidence("The Ledger", "https://ledger.example/b")
DAILY = Evidence("Tech Daily", "https://techdaily.example/c")
BLOG = Evidence("Chip Blog", "https://chipblog.example/e")
FEED = Evidence("Microfeed", "https://microfeed.example/g")
OFFICIAL = Evidence("Helios AI blog", "https://helios.example/h")
TEXT = "A plain text about the matter, with nothing in it that a rule would notice."
GOOD = Lead(
    name="x",
    path="leads/x.md",
    title="Helios AI buys a rival",
    companies=("Helios AI",),
    type="m-and-a",
    evidence=(WIRE, LEDGER),
    time=DAY,
    day=DAY,
    verification="verified",
    text=TEXT,
)
"""A lead that passes every gate."""


def ends(assessment: Assessment) -> date | None:
    return embargo_day(assessment.facts, assessment.as_of)


def with_rules(rules: Rules, *path: str, value: object) -> Rules:
    """The rules with one value of the scoring table changed."""

    def changed(table: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
        first, *rest = keys
        assert first in table
        return {**table, first: changed(table[first], tuple(rest)) if rest else value}

    return replace(rules, scoring=changed(rules.scoring, path))


def codes(assessment: Assessment) -> list[tuple[str, str]]:
    return [(gate.bars, gate.code) for gate in assessment.gates]


def changed(**fields: Any) -> Lead:
    return replace(GOOD, **fields)


def test_a_good_lead_is_quotable_and_no_gate_fails(rules: Rules) -> None:
    assessment = assess(GOOD, rules)
    assert (assessment.grade, assessment.gates, assessment.form) == ("quotable", (), "fact")
    assert cheapest(assessment, rules) is None


GATES = {
    "verification": (changed(verification="in-progress"), [("quotable", "verification")]),
    "sourcing": (changed(evidence=(WIRE,)), [("quotable", "sourcing")]),
    "a second source of C": (changed(evidence=(WIRE, BLOG)), [("quotable", "sourcing")]),
    "a denial": (changed(title="Helios AI denies that it buys a rival"), [("quotable", "dispute")]),
    "rumour": (changed(type="rumor"), [("quotable", "type")]),
    "no text": (changed(text="short"), [("quotable", "no-text")]),
    "no time": (changed(time=None, day=None), [("quotable", "no-time")]),
    "off the record": (changed(attribution="off-record"), [("quotable", "off-record")]),
    "embargo": (changed(embargo_until=date(2026, 3, 11)), [("quotable", "embargoed")]),
    "embargo without end": (changed(embargo_until=date.max), [("quotable", "embargoed")]),
    "mismatch": (changed(evidence=(replace(WIRE, source="The Ledger"), DAILY)), [("quotable", "source-link-mismatch")]),
    "duplicate": (changed(duplicate_of="other"), [("adopted", "duplicate")]),
    "refuted": (changed(verification="refuted"), [("adopted", "refuted"), ("adopted", "confidence-floor")]),
    "retracted": (changed(verification="retracted"), [("adopted", "retracted"), ("adopted", "confidence-floor")]),
    "advertorial": (changed(text="Sponsored content. " + TEXT), [("adopted", "advertorial")]),
    "value": (changed(type="other", companies=("Nobody",), evidence=(WIRE, LEDGER)), [("adopted", "value-floor")]),
}  # fmt: skip


@pytest.mark.parametrize(("lead", "expected"), GATES.values(), ids=GATES)
def test_each_gate_alone_bars_the_lead(lead: Lead, expected: list[tuple[str, str]], rules: Rules) -> None:
    assessment = assess(lead, rules)
    assert codes(assessment)[: len(expected)] == expected
    assert assessment.grade == ("not-adopted" if expected[0][0] == "adopted" else "needs-verification")
    assert assessment.form == assessment.quote_line == ""


def test_confidence_below_the_line_bars_quoting(rules: Rules) -> None:
    higher = with_rules(rules, "grades", "confidence_quotable", value=95)
    assert codes(assess(GOOD, higher)) == [("quotable", "confidence")]
    assert codes(assess(GOOD, with_rules(rules, "grades", "confidence_quotable", value=94))) == []


def test_no_source_and_no_link_are_gates_of_their_own(rules: Rules) -> None:
    official = changed(evidence=(Evidence("", ""), OFFICIAL), verification="confirmed-official")
    failed = codes(assess(official, rules))
    assert ("quotable", "no-link") in failed
    assert ("quotable", "no-source") in failed


def test_all_gates_that_fail_are_told_and_not_only_the_first(rules: Rules) -> None:
    bad = Lead("x", "leads/x.md", "Nothing much", type="rumor", attribution="off-record", embargo_until=date.max)
    assert codes(assess(bad, rules)) == [
        ("adopted", "confidence-floor"), ("adopted", "value-floor"), ("quotable", "verification"), ("quotable", "confidence"),
        ("quotable", "sourcing"), ("quotable", "type"), ("quotable", "no-link"), ("quotable", "no-source"),
        ("quotable", "no-text"), ("quotable", "no-time"), ("quotable", "off-record"), ("quotable", "embargoed"),
    ]  # fmt: skip


def test_a_big_rumour_is_worth_a_phone_call(rules: Rules) -> None:
    small = changed(
        title="网传，知情人士称", companies=("星海智能",), type="personnel", evidence=(FEED,), verification="unverified"
    )
    big = replace(small, companies=("Helios AI",), type="m-and-a", title="网传某公司起诉，估值 900 亿美元，知情人士称")
    for lead, grade in ((small, "not-adopted"), (big, "needs-verification")):
        assessment = assess(lead, rules)
        assert 20 <= assessment.confidence < 30
        assert (assessment.score >= 70) == (grade == "needs-verification")
        assert assessment.grade == grade


# ----------------------------------------------------------------------------------------------------------- sourcing


@pytest.mark.parametrize(
    ("evidence", "fields", "is_enough"),
    [
        ((WIRE, LEDGER), {}, True),
        ((WIRE, DAILY), {}, True),
        ((WIRE, BLOG), {}, False),
        ((WIRE,), {}, False),
        ((WIRE,), {"attribution": "on-record"}, True),
        ((WIRE,), {"attribution": "on-record", "verification": "confirmed-official"}, False),
        ((DAILY,), {"attribution": "on-record"}, False),
        ((OFFICIAL,), {}, True),
        ((Evidence("", "https://preprints.example/1"),), {}, True),
        ((Evidence("", "https://regulator.example/1"),), {}, True),
    ],
)
def test_the_ways_of_sourcing(
    evidence: tuple[Evidence, ...], fields: dict[str, Any], is_enough: bool, rules: Rules
) -> None:
    failed = [code for _, code in codes(assess(changed(evidence=evidence, **fields), rules))]
    assert ("sourcing" not in failed) == is_enough


def test_a_desk_may_accept_fewer_ways_of_sourcing(rules: Rules) -> None:
    strict = with_rules(rules, "grades", "quotable", "sourcing", value=["primary"])
    assert codes(assess(GOOD, strict)) == [("quotable", "sourcing")]


def test_a_desk_may_ask_for_a_signature(rules: Rules) -> None:
    signed = with_rules(rules, "grades", "quotable", "require_verifier", value=True)
    assert codes(assess(GOOD, signed)) == [("quotable", "verifier")]
    assert codes(assess(changed(verified_by="王"), signed)) == [("quotable", "verifier")]
    assert codes(assess(changed(verified_by="王", verified_at="2026-03-10"), signed)) == []


# ---------------------------------------------------------------------------------------------------- time and embargo


def test_an_embargo_holds_until_its_day(rules: Rules) -> None:
    embargoed = changed(embargo_until=date(2026, 3, 12))
    until = {day: ends(assess(embargoed, rules, date(2026, 3, day))) for day in (11, 12, 13)}
    assert until == {11: date(2026, 3, 12), 12: None, 13: None}
    assert ends(assess(embargoed, rules)) == date(2026, 3, 12)


def test_an_embargo_until_an_hour_holds_for_the_whole_of_that_day(rules: Rules) -> None:
    embargoed = changed(embargo_until=datetime(2026, 3, 12, 9, tzinfo=UTC))
    held = {day: ends(assess(embargoed, rules, date(2026, 3, day))) for day in (11, 12, 13)}
    assert held == {11: date(2026, 3, 12), 12: date(2026, 3, 12), 13: None}


def test_an_embargo_is_held_for_a_lead_without_a_day(rules: Rules) -> None:
    undated = changed(time=None, day=None, embargo_until=date(2020, 1, 1))
    assert ends(assess(undated, rules)) == date(2020, 1, 1)
    assert ends(assess(undated, rules, DAY)) is None


@pytest.mark.parametrize(("days_ahead", "is_future"), [(0, False), (1, False), (2, True), (400, True)])
def test_a_lead_of_the_future_is_flagged_and_gets_no_timeliness(days_ahead: int, is_future: bool, rules: Rules) -> None:
    assessment = assess(GOOD, rules, DAY - timedelta(days=days_ahead))
    assert (("quotable", "future-time") in codes(assessment)) == is_future
    assert ("timeliness" in [line.rule for line in assessment.contributions]) != is_future


def test_an_unverified_lead_expires_and_a_verified_one_does_not(rules: Rules) -> None:
    unverified = changed(verification="unverified")
    half_lives = {30: False, 31: True}  # a takeover has a half-life of 5 days
    for days, is_expired in half_lives.items():
        as_of = DAY + timedelta(days=days)
        assert assess(unverified, rules, as_of).is_expired == is_expired
        assert not assess(GOOD, rules, as_of).is_expired
    assert not assess(unverified, rules).is_expired


def test_as_of_its_own_day_a_lead_never_ages(rules: Rules) -> None:
    old = changed(time=date(1999, 1, 1), day=date(1999, 1, 1))
    assert assess(old, rules).score == assess(GOOD, rules).score
    assert assess(old, rules).age_days == 0
    assert assess(old, rules, DAY).age_days == 9930


# ----------------------------------------------------------------------------------------------------------- the code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "A1"),
        ({"evidence": (WIRE,)}, "A2"),
        ({"evidence": (WIRE, BLOG)}, "A1"),
        ({"evidence": (WIRE, FEED)}, "A2"),
        ({"evidence": (BLOG,), "verification": "unverified"}, "C3"),
        ({"evidence": (FEED,), "verification": "unverified"}, "F3"),
        ({"evidence": (FEED,), "verification": "unverified", "title": "据传某事"}, "F4"),
        ({"verification": "unverifiable"}, "A6"),
        ({"verification": "refuted"}, "A5"),
        ({"verification": "retracted"}, "A5"),
        ({"evidence": (FEED,), "verification": "unverified", "title": "据传某事，否认，知情人士称"}, "F5"),
        ({"verification": "disputed"}, "A3"),
        ({"title": "Helios AI denies that it buys a rival"}, "A2"),
        ({"evidence": (Evidence(),)}, "F6"),
        ({"evidence": (Evidence(),), "verification": "refuted"}, "F6"),
    ],
)
def test_the_grade_code_says_how_sure_the_desk_may_be(fields: dict[str, Any], code: str, rules: Rules) -> None:
    assert assess(changed(**fields), rules).code == code


# ------------------------------------------------------------------------------------------------------------ quoting


def test_two_good_sources_make_a_fact_and_the_subject_alone_is_quoted_by_name(rules: Rules) -> None:
    assert assess(GOOD, rules).form == "fact"
    announced = assess(changed(evidence=(OFFICIAL,), verification="confirmed-official"), rules)
    assert (announced.grade, announced.form) == ("quotable", "attributed")
    assert announced.quote_line == "according to helios ai blog"
    chinese = assess(changed(title="赫利俄斯收购对手", evidence=(OFFICIAL,), verification="confirmed-official"), rules)
    assert chinese.quote_line.startswith("据")
    assert "helios ai blog" in chinese.quote_line
    checked = assess(changed(evidence=(OFFICIAL,)), rules)
    assert (checked.form, checked.quote_line) == ("fact", "")
    boast = assess(changed(evidence=(OFFICIAL,), title="Helios AI outperforms its rival"), rules)
    assert boast.form in ("attributed", "")


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(100, "almost certain"), (83, "almost certain"), (82, "very likely"), (60, "very likely"), (59, "likely"), (43, "likely"),
     (42, "roughly even"), (37, "roughly even"), (36, "unlikely"), (20, "unlikely"), (19, "very unlikely"), (0, "very unlikely")],
)  # fmt: skip
def test_confidence_in_words(confidence: int, words: str) -> None:
    assert likelihood(confidence) == words


# --------------------------------------------------------------------------------------------------- whatever is read

ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["according to ", "据", "reported ", "$1 billion", "?", "\u200b", "ﬁ", "百分之5", "!!", "first", "网传", "\n"]),
)  # fmt: skip
SHIPPED = build(shipped_rules(), {})
EXAMPLES = example_rules()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(ODD, max_size=6).map("".join),
    st.lists(ODD, max_size=6).map("".join),
    st.sampled_from(list(vocabulary.TYPES)),
)
def test_whatever_can_be_read_can_be_scored_and_explained(title: str, text: str, kind: str) -> None:
    lead = Lead(
        "x",
        "leads/x.md",
        title,
        (title, text[:5]),
        kind,
        (Evidence(title, text), Evidence(text)),
        text=text,
        time=DAY,
        day=DAY,
    )
    for rules in (SHIPPED, EXAMPLES):
        for as_of in (None, DAY, date.max, date.min):
            assessment = assess(lead, rules, as_of)
            assert 0 <= assessment.score <= 100
            assert 0 <= assessment.confidence <= 100
            for line in assessment.contributions:
                if span := assessment.span(line):
                    assert span.end <= len(title if span.field == "title" else text)
    cheapest(assess(lead, SHIPPED), SHIPPED)


def test_a_score_is_a_function_of_the_files_bytes() -> None:
    raw = "---\ntitle: 据悉 OpenAI 洽谈融资，估值逾 200 亿美元\ncompany: OpenAI\ntype: 融资\ntime: 2026-03-10\n---\n\n正文。\n".encode()
    first, second = (read(raw, "leads/x.md", UTC).lead for _ in range(2))
    assert first is not None
    assert second is not None
    assert assess(first, SHIPPED) == assess(second, SHIPPED)
