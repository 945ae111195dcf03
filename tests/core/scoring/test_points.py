"""Single rules of both axes that the worked examples do not reach, each with the lead on the other side of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from leadbase.core.lead import Evidence, Lead
from leadbase.core.rules import Rules
from leadbase.core.scoring import Assessment, assess, cheapest
from tests.core.scoring.worked_examples import EXAMPLES, example_lead

DAY = date(2026, 3, 10)
TEXT = "A plain text of more than forty characters that no rule takes any notice of at all."
WIRE = Evidence("Wire One", "https://wire-one.example/a")
LEDGER = Evidence("The Ledger", "https://ledger.example/b")
OFFICIAL = Evidence("Helios AI blog", "https://helios.example/h")
E1 = example_lead(EXAMPLES["lead"][0])


def lead(title: str = "Helios AI does a thing", **changes: Any) -> Lead:
    fields: dict[str, Any] = {
        "name": "x", "path": "leads/x.md", "title": title, "companies": ("Helios AI",), "evidence": (WIRE,),
        "time": DAY, "day": DAY, "text": TEXT, "type": "funding",
    }  # fmt: skip
    return Lead(**{**fields, **changes})


def points(assessment: Assessment) -> dict[str, int]:
    return {line.rule: line.points for line in assessment.contributions}


@pytest.mark.parametrize(("days", "lost"), [(6, None), (7, -5), (20, -5), (21, -10)])
def test_a_lead_nobody_else_reports_loses_confidence_with_age(days: int, lost: int | None, rules: Rules) -> None:
    assert points(assess(lead(), rules, DAY + timedelta(days=days))).get("age.uncorroborated") == lost


@pytest.mark.parametrize(
    "spared",
    [
        {"evidence": (WIRE, LEDGER)},
        {"evidence": (OFFICIAL,)},
        {"verification": "verified"},
        {"verification": "confirmed-official"},
        {"verification": "partially-verified"},
    ],
)
def test_a_second_source_a_document_or_a_check_spares_it_that(spared: dict[str, Any], rules: Rules) -> None:
    assert "age.uncorroborated" not in points(assess(lead(**spared), rules, DAY + timedelta(days=30)))


def test_the_cues_together_count_at_most_their_cap(rules: Rules) -> None:
    scored = points(assess(lead("【独家】Helios AI sued after its unexpected leak"), rules, DAY))
    assert [scored[f"cue.{cue}"] for cue in ("conflict", "harm", "surprise", "exclusive", "cap")] == [6, 5, 5, 4, -5]


def test_hype_counts_each_term_once_and_has_a_floor(rules: Rules) -> None:
    one = points(assess(lead("A game-changing and game changing thing"), rules, DAY))
    many = "revolutionary game-changing world-leading unprecedented disruptive best-in-class thing"
    assert one["penalty.hype"] == -2
    assert points(assess(lead(many), rules, DAY))["penalty.hype"] == -8


def test_an_advertorial_costs_twenty_and_is_not_adopted(rules: Rules) -> None:
    assessment = assess(lead("Sponsored content: Helios AI does a thing"), rules, DAY)
    assert points(assessment)["penalty.advertorial"] == -20
    assert assessment.gates[0].code == "advertorial"


def test_of_a_dispute_and_a_denial_the_stronger_counts(rules: Rules) -> None:
    confidence = rules.scoring["confidence"]
    weak = {**rules.scoring, "confidence": {**confidence, "dispute": {"disputed": -5, "denial": -12}}}
    disputed = lead("Helios AI denies a thing", verification="disputed")
    assert {rule for rule in points(assess(disputed, rules, DAY)) if "dispute" in rule} == {"dispute.disputed"}
    assert points(assess(disputed, replace(rules, scoring=weak), DAY))["dispute.denial"] == -12


def test_a_source_on_background_costs_three(rules: Rules) -> None:
    assert points(assess(lead(attribution="background"), rules, DAY))["direct.background"] == -3


def test_a_refuted_lead_has_the_digit_five(rules: Rules) -> None:
    sure = lead(evidence=(WIRE, LEDGER, OFFICIAL), verification="refuted")
    confident = {
        **rules.scoring["confidence"],
        "verification": {**rules.scoring["confidence"]["verification"], "refuted": 0},
    }
    assert assess(sure, replace(rules, scoring={**rules.scoring, "confidence": confident}), DAY).code == "A5"


def test_percentages_count_for_prices_only(rules: Rules) -> None:
    title = "Helios AI cuts what it charges by 60%"
    assert points(assess(lead(title, type="pricing"), rules, DAY))["magnitude"] == 8
    assert "magnitude" not in points(assess(lead(title), rules, DAY))


def test_exactly_the_largest_plausible_amount_is_believed(rules: Rules) -> None:
    assert "integrity.implausible-number" not in points(assess(lead("A thing of $1 trillion"), rules, DAY))
    assert "integrity.implausible-number" in points(assess(lead("A thing of $1.1 trillion"), rules, DAY))


def test_three_steps_are_found_where_two_are_not_enough(rules: Rules) -> None:
    shaky = lead(
        "Nobody reportedly denies a takeover",
        companies=("Nobody Inc",),
        type="m-and-a",
        attribution="anonymous",
        verification="disputed",
    )
    change = cheapest(assess(shaky, rules, DAY), rules)
    assert change is not None
    assert len(change.steps) == 3


def test_a_sock_puppet_tied_to_the_subject_does_not_switch_off_the_self_claim(rules: Rules) -> None:
    puppet = Evidence("Great Reviews", "https://great-reviews.example/h", origin="Helios AI")
    assert assess(replace(E1, evidence=(*E1.evidence, puppet)), rules, DAY).confidence == 73
    verified = replace(E1, evidence=(*E1.evidence, puppet), verification="verified")
    assert assess(verified, rules, DAY).form == "attributed"


def test_a_copy_of_the_subjects_own_statement_stands_behind_nothing(rules: Rules) -> None:
    copy = Evidence("The Ledger", "https://ledger.example/b", origin="Helios AI blog")
    assessment = assess(replace(E1, evidence=(*E1.evidence, copy)), rules, DAY)
    assert "cue.self-claim" in points(assessment)
    assert assessment.corroboration == 1
    assert assessment.quote_line == "according to helios ai blog"


def test_a_company_named_as_source_is_no_mismatch_where_a_registered_outlet_prints_it(rules: Rules) -> None:
    for link in ("https://preprints.example/abs/1", "https://wire-one.example/a", "https://microfeed.example/p/1"):
        named = lead(evidence=(Evidence("Helios AI", link),))
        assert "integrity.source-link-mismatch" not in points(assess(named, rules, DAY)), link
    spoofed = lead(evidence=(Evidence("Helios AI", "https://he1ios.example/blog"),))
    assert "integrity.source-link-mismatch" in points(assess(spoofed, rules, DAY))


def test_typographers_hyphens_and_quotes_are_plain_ones(rules: Rules) -> None:
    plain, set_ = (assess(lead(title), rules, DAY) for title in ("first-ever open-weights", "first‑ever open‑weights"))
    assert plain.score == set_.score
    assert "desk.topic" in points(set_)
