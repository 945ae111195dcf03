"""The nine worked examples: every number, line, gate and next step, and the variants that go with them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from leadbase.core.lead import Evidence
from leadbase.core.rules import Rules
from leadbase.core.scoring import assess, cheapest
from tests.core.scoring.worked_examples import EXAMPLES, example_lead

AS_OF: date = EXAMPLES["as-of"]
BY_ID = {example["id"]: example for example in EXAMPLES["lead"]}


@pytest.mark.parametrize("example", EXAMPLES["lead"], ids=list(BY_ID))
def test_a_worked_example_comes_out_to_the_point(example: Mapping[str, Any], rules: Rules) -> None:
    assessment = assess(example_lead(example), rules, AS_OF)
    change = cheapest(assessment, rules)
    assert [[line.rule, line.points] for line in assessment.lines("value")] == example["value-points"]
    assert [[line.rule, line.points] for line in assessment.lines("confidence")] == example["confidence-points"]
    assert (assessment.score, assessment.confidence) == (example["score"], example["confidence"])
    assert (assessment.code, assessment.grade, assessment.form) == (example["code"], example["grade"], example["form"])
    assert (list(change.steps) if change else [], change.cost if change else 0) == (
        example["cheapest"],
        example["cost"],
    )


def codes(example_id: str, rules: Rules) -> list[str]:
    return [gate.code for gate in assess(example_lead(BY_ID[example_id]), rules, AS_OF).gates]


def test_every_failing_gate_is_named(rules: Rules) -> None:
    assert codes("E2", rules) == ["verification", "confidence", "sourcing"]
    assert codes("E8", rules) == ["verification", "confidence", "sourcing", "dispute"]
    assert codes("E9", rules) == ["confidence", "sourcing", "source-link-mismatch", "future-time"]
    assert codes("E5", rules)[0] == "value-floor"


def test_a_seed_round_nine_points_short_says_so(rules: Rules) -> None:
    messages = [gate.message for gate in assess(example_lead(BY_ID["E5"]), rules, AS_OF).gates]
    assert messages[0] == "9 value points short of 35"


def test_official_confirmation_lifts_the_scoop_to_89(rules: Rules) -> None:
    change = cheapest(assess(example_lead(BY_ID["E2"]), rules, AS_OF), rules)
    assert change is not None
    assert (change.steps, change.confidence, change.grade) == (("official-confirmation",), 89, "quotable")


def test_twenty_reposts_and_a_sister_title_change_nothing(rules: Rules) -> None:
    lead = example_lead(BY_ID["E3"])
    reposts = tuple(Evidence("Repost Hub", f"https://reposthub.example/{n}", origin="wireone") for n in range(20))
    sister = Evidence("AI Digest", "https://aidigest.example/x")
    for more in (reposts, (sister,)):
        assessment = assess(replace(lead, evidence=(*lead.evidence, *more)), rules, AS_OF)
        assert (assessment.score, assessment.confidence) == (78, 86)


def test_three_good_sources_without_a_desk_check_are_not_quotable(rules: Rules) -> None:
    assessment = assess(example_lead(BY_ID["E3"], verification="unverified"), rules, AS_OF)
    assert (assessment.confidence, assessment.grade) == (66, "needs-verification")


def test_fifty_unknown_sites_do_not_lift_a_rumour(rules: Rules) -> None:
    lead = example_lead(BY_ID["E4"])
    crowd = tuple(Evidence(f"site {n}", f"https://site-{n}.example/a") for n in range(50))
    assessment = assess(replace(lead, evidence=(*lead.evidence, *crowd)), rules, AS_OF)
    assert (assessment.score, assessment.confidence, assessment.grade) == (62, 26, "not-adopted")


def test_an_unknown_site_does_not_erase_an_unreliable_one(rules: Rules) -> None:
    table = {**rules.scoring["confidence"]["source"]["points"]}
    assert table["E"] < table["F"] == 0
    lead = example_lead(BY_ID["E6"])
    unreliable = replace(rules.sources[5], letter="E")
    with_e = replace(rules, sources=(*rules.sources[:5], unreliable, *rules.sources[6:]))
    bad = Evidence("Repost Hub", "https://reposthub.example/x")
    alone = assess(replace(lead, evidence=(bad,)), with_e, AS_OF).confidence
    crowded = assess(replace(lead, evidence=(bad, Evidence("x", "https://x.example/a"))), with_e, AS_OF).confidence
    assert crowded == alone


def test_a_sock_puppet_does_not_switch_off_the_self_claim(rules: Rules) -> None:
    lead = example_lead(BY_ID["E1"])
    puppet = Evidence("Great Reviews", "https://great-reviews.example/helios")
    assert assess(replace(lead, evidence=(*lead.evidence, puppet)), rules, AS_OF).confidence == 73


def test_deleting_a_spoofed_link_does_not_raise_confidence(rules: Rules) -> None:
    spoofed = example_lead(BY_ID["E9"])
    unlinked = replace(spoofed, evidence=(Evidence("Wire One"),))
    assert assess(unlinked, rules, AS_OF).confidence <= assess(spoofed, rules, AS_OF).confidence


def test_deleting_the_date_does_not_escape_the_age_penalty(rules: Rules) -> None:
    dated = example_lead(BY_ID["E2"])
    later = AS_OF + timedelta(days=30)
    undated = replace(dated, time=None, day=None)
    assert assess(undated, rules, later).confidence <= assess(dated, rules, later).confidence


def test_a_denial_is_charged_once(rules: Rules) -> None:
    lines = assess(example_lead(BY_ID["E8"]), rules, AS_OF).lines("confidence")
    assert [line.rule for line in lines if line.rule.startswith("dispute")] == ["dispute.disputed"]


def test_a_refuted_lead_is_dropped_at_once(rules: Rules) -> None:
    assessment = assess(example_lead(BY_ID["E8"], verification="refuted"), rules, AS_OF)
    assert assessment.lines("confidence")[-1].points == 12
    assert (assessment.confidence, assessment.grade) == (0, "not-adopted")
    assert cheapest(assessment, rules) is None


def test_the_preprint_ages_as_the_table_says(rules: Rules) -> None:
    lead = example_lead(BY_ID["E6"])
    scores = [assess(lead, rules, lead.day + timedelta(days=n)).score for n in range(9)] if lead.day else []
    assert scores == [38, 37, 36, 35, 34, 34, 33, 32, 31]
