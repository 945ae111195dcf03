"""The confidence axis: how sure the desk may be, 0 to 100, where ten points double the odds and 40 is even."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from leadbase.core.lexicon import Found
from leadbase.core.rules import Rules
from leadbase.core.scoring.evidence import Group
from leadbase.core.scoring.facts import SHORT_TEXT, Facts
from leadbase.core.scoring.points import Contribution, half_up
from leadbase.core.scoring.value import age_days, is_future

CHECKED = frozenset({"verified", "confirmed-official", "partially-verified"})
"""The findings after which a lead is no longer waiting for its first check."""


def confidence_lines(facts: Facts, groups: Sequence[Group], rules: Rules, as_of: date | None) -> Iterator[Contribution]:
    """The lines of the confidence as of a day; None: the lead's own day."""
    table = rules.scoring["confidence"]
    yield _line("base", table["base"], "even odds")
    yield from _sources(groups, table["source"])
    yield from _directness(facts, groups, table["directness"])
    if points := table["verification"].get(facts.verification, 0):
        yield _line(f"verification.{facts.verification}", points, facts.verification, "verification")
    yield from _dispute(facts, table["dispute"])
    yield from _cues(facts, groups, table["cue"])
    yield from _age(facts, groups, table["age"]["uncorroborated"], as_of)
    for key in facts.missing:
        yield _line(f"missing.{key}", table["missing"][key], missing_words(facts, key), key)
    yield from _integrity(facts, groups, table["integrity"], as_of)


def _line(rule: str, points: int, evidence: str = "", field: str = "") -> Contribution:
    return Contribution("confidence", rule, points, evidence, field)


def _cue(facts: Facts, rule: str, points: int, cue: Found) -> Contribution:
    return Contribution("confidence", rule, points, cue.term, facts.passage.field(cue.start), (cue.start, cue.end))


def _sources(groups: Sequence[Group], table: Mapping[str, Any]) -> Iterator[Contribution]:
    """The best group always counts; a further one only when it is graded A to C, so unknown sites never corroborate."""
    weights = table["weights"]
    for number, group in enumerate(groups):
        if number == len(weights) or (number and not group.counts):
            return
        field = "source" if number == 0 else "also"
        points = half_up(table["points"][group.letter] * weights[number])
        yield _line(f"source.{number + 1}", points, f"{group.name} ({group.letter})", field)


def _directness(facts: Facts, groups: Sequence[Group], table: Mapping[str, int]) -> Iterator[Contribution]:
    primary = next((group for group in groups if group.is_primary), None)
    if primary:
        yield _line("direct.primary", table["primary"], f"first-hand: {primary.name}", "link")
    elif points := table[facts.attribution]:
        cue = next(iter(facts.cues.get(facts.attribution, ())), None)
        rule = f"direct.{facts.attribution}"
        if cue is None or facts.lead.attribution != "unspecified":
            yield _line(rule, points, facts.attribution, "attribution")
        else:
            yield _cue(facts, rule, points, cue)


def _dispute(facts: Facts, table: Mapping[str, int]) -> Iterator[Contribution]:
    denial = next(iter(facts.cues["denial"]), None)
    if facts.verification == "disputed" and (denial is None or table["disputed"] <= table["denial"]):
        yield _line("dispute.disputed", table["disputed"], "disputed", "verification")
    elif denial:
        yield _cue(facts, "dispute.denial", table["denial"], denial)


def has_self_claim(facts: Facts, groups: Sequence[Group]) -> bool:
    """Whether the lead carries a superlative that nobody but the subject, or a paper or code host, stands behind."""
    return bool(facts.cues["self-claim"]) and not any(group.is_outside for group in groups)


def _cues(facts: Facts, groups: Sequence[Group], table: Mapping[str, int]) -> Iterator[Contribution]:
    if hedge := next(iter(facts.cues["hedge"]), None):
        yield _cue(facts, "cue.hedge", table["hedge"], hedge)
    if has_self_claim(facts, groups):
        yield _cue(facts, "cue.self-claim", table["self-claim"], facts.cues["self-claim"][0])
    if facts.is_question:
        yield _line("cue.question-title", table["question-title"], "the title is a question", "title")


def missing_words(facts: Facts, key: str) -> str:
    """What is missing, in words: a short text is there and counts as missing all the same."""
    return f"a text under {SHORT_TEXT} characters" if key == "text" and facts.lead.text.strip() else f"no {key}"


def corroboration(groups: Sequence[Group]) -> int:
    """The number of independent groups graded A to C."""
    return sum(group.counts for group in groups)


def _age(
    facts: Facts, groups: Sequence[Group], bands: Sequence[tuple[int, int]], as_of: date | None
) -> Iterator[Contribution]:
    age = age_days(facts, as_of)
    is_waiting = facts.verification not in CHECKED and corroboration(groups) <= 1
    if age is None or not is_waiting or any(group.is_primary for group in groups):
        return
    for days, points in bands:
        if age >= days:
            yield _line("age.uncorroborated", points, f"nobody else in {age} days", "time")
            return


def _integrity(
    facts: Facts, groups: Sequence[Group], table: Mapping[str, int], as_of: date | None
) -> Iterator[Contribution]:
    is_counted = bool(groups) and groups[0].letter == "E"
    if facts.is_mismatched and not is_counted:
        evidence = f"{facts.lead.source} does not publish at the link's domain"
        yield _line("integrity.source-link-mismatch", table["source-link-mismatch"], evidence, "link")
    if is_future(facts, as_of):
        yield _line("integrity.future-time", table["future-time"], "dated in the future", "time")
    if facts.has_implausible_number:
        yield _line("integrity.implausible-number", table["implausible-number"], "an amount too large to believe")
