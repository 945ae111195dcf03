"""The cheapest change: what it proposes, and that doing it to the lead gives just what it promised."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from leadbase.core.lead import Evidence, Lead
from leadbase.core.rules import Rules
from leadbase.core.scoring import Change, assess, cheapest, step_words
from tests.core.scoring.test_laws import DAY, RULES, leads
from tests.core.scoring.worked_examples import EXAMPLES, example_lead

BY_ID = {example["id"]: example for example in EXAMPLES["lead"]}
TEXT = "A plain text about the matter, with nothing in it that a rule would notice."
START = Lead(
    name="x",
    path="leads/x.md",
    title="Helios AI buys a rival",
    companies=("Helios AI",),
    type="m-and-a",
    evidence=(Evidence("Wire One", "https://wire-one.example/a"),),
    time=DAY,
    day=DAY,
    text=TEXT,
)


def promised(lead: Lead, rules: Rules = RULES, as_of: date | None = None) -> Change:
    change = cheapest(assess(lead, rules, as_of), rules)
    assert change is not None
    return change


def verified(lead: Lead) -> Lead:
    return replace(lead, verification="verified")


def on_record(lead: Lead) -> Lead:
    return replace(lead, attribution="on-record")


def filled(lead: Lead) -> Lead:
    own = lead.evidence[0]
    source = RULES.source_named(own.source)
    link = own.link or (f"https://{source.domain}/" if source else "https://somewhere.example/")
    return replace(
        lead,
        evidence=(replace(own, source=own.source or "someone", link=link), *lead.evidence[1:]),
        text=lead.text if len(lead.text) >= 40 else f"{lead.text} {TEXT}".strip(),
        time=lead.time or DAY,
        day=lead.day or DAY,
    )


def with_source(lead: Lead) -> Lead:
    return replace(lead, evidence=(*lead.evidence, Evidence("New", "https://chipblog-b.example/1")))


def confirmed(lead: Lead) -> Lead:
    channels = [RULES.official_source(found.id) for name in lead.companies if (found := RULES.company(name))]
    channel = next(each for each in channels if each)
    more = Evidence(channel.name, f"https://{channel.domain}/")
    status = lead.verification if lead.verification == "verified" else "confirmed-official"
    return replace(lead, evidence=(*lead.evidence, more), verification=status)


def undisputed(lead: Lead) -> Lead:
    return replace(lead, verification="unverified" if lead.verification == "disputed" else lead.verification)


DOING: dict[str, Callable[[Lead], Lead]] = {
    "desk-verification": verified,
    "fill-field": filled,
    "get-on-record": on_record,
    "independent-source-B": with_source,
    "official-confirmation": confirmed,
    "resolve-denial": undisputed,
}
B_SOURCE = replace(RULES.sources[2], domain="chipblog-b.example", names=("New",), owner="new", letter="B", subject="")
WITH_B = replace(RULES, sources=(*RULES.sources, B_SOURCE))


def done(lead: Lead, change: Change) -> Lead:
    """The lead after a desk took the steps, in the order in which the scorer takes them."""
    for step in change.steps:
        lead = DOING[step](lead)
    return lead


@settings(max_examples=150, deadline=None)
@given(leads())
def test_doing_what_is_proposed_gives_what_was_promised(lead: Lead) -> None:
    change = cheapest(assess(lead, WITH_B, DAY), WITH_B)
    if change is None or ("resolve-denial" in change.steps and assess(lead, WITH_B, DAY).facts.cues["denial"]):
        return  # a denial stands in the text; no field can take it back
    after = assess(done(lead, change), WITH_B, DAY)
    assert (after.grade, after.confidence) == (change.grade, change.confidence), change.steps


@pytest.mark.parametrize(
    ("lead", "steps", "cost"),
    [
        (replace(START, verification="verified"), ("get-on-record",), 3),
        (START, ("official-confirmation",), 3),
        (replace(START, companies=("Nobody",)), ("desk-verification", "get-on-record"), 7),
        (replace(START, verification="verified", attribution="on-record", text=""), ("fill-field",), 1),
        (
            replace(START, verification="verified", attribution="on-record", evidence=(Evidence("Wire One"),)),
            ("fill-field",),
            1,
        ),
    ],
)
def test_the_cheapest_steps_are_proposed(lead: Lead, steps: tuple[str, ...], cost: int) -> None:
    change = promised(lead)
    assert (change.steps, change.cost, change.grade) == (steps, cost, "quotable")


def test_a_filled_in_link_of_the_subjects_own_channel_is_first_hand() -> None:
    named = replace(START, evidence=(Evidence("Helios AI blog"),), verification="confirmed-official")
    change = promised(named)
    assert change.steps == ("fill-field",)
    after = assess(filled(named), RULES)
    assert (after.confidence, after.grade) == (change.confidence, change.grade)


def test_a_link_that_is_filled_in_is_the_leads_own_and_not_another_reports() -> None:
    lead = replace(START, evidence=(Evidence(), Evidence("Wire One")), verification="verified", attribution="on-record")
    change = promised(lead)
    assert "fill-field" in change.steps
    after = assess(done(lead, change), RULES)
    assert (after.confidence, after.grade) == (change.confidence, change.grade)


def test_nothing_is_proposed_for_what_no_step_can_lift() -> None:
    for fields in ({"verification": "refuted"}, {"verification": "retracted"}, {"duplicate_of": "other"}):
        assert cheapest(assess(replace(START, **fields), RULES), RULES) is None  # type: ignore[arg-type]
    worthless = replace(START, companies=("Nobody",), type="other", verification="verified")
    assert assess(worthless, RULES).grade == "not-adopted"
    assert cheapest(assess(worthless, RULES), RULES) is None


def test_value_is_never_among_the_steps() -> None:
    for example in EXAMPLES["lead"]:
        change = cheapest(assess(example_lead(example), RULES, DAY), RULES)
        assert change is None or set(change.steps) <= set(DOING)


def test_a_lead_that_is_not_adopted_is_at_least_lifted_to_be_checked() -> None:
    # an unknown company has no channel to confirm it, and the rumour stays a rumour
    lead = replace(START, type="rumor", title="网传，知情人士称", evidence=(Evidence("x", "https://x.example/"),))
    assert assess(lead, RULES).grade == "not-adopted"
    change = promised(lead)
    assert change.grade == "needs-verification"


def test_the_desks_own_costs_decide() -> None:
    dear = replace(RULES, scoring={**RULES.scoring, "cost": {**RULES.scoring["cost"], "official-confirmation": 99}})
    assert "official-confirmation" not in promised(START, dear).steps


def test_steps_are_told_as_a_sentence() -> None:
    lead = replace(START, companies=("Nobody",), evidence=(Evidence("Wire One"),), text="")
    assessment = assess(lead, RULES)
    change = Change(("desk-verification", "fill-field", "get-on-record"), 8, 70, "quotable")
    words = step_words(change, assessment)
    assert words.count(" and ") == 1 and ", " in words
    assert "link" in words and "text" in words
    single = step_words(Change(("official-confirmation",), 3, 70, "quotable"), assess(START, RULES))
    assert "helios ai" in single
