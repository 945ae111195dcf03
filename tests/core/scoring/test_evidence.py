"""Evidence: what each report is worth, which reports are independent, and what gives a borrowed name away."""

import re
from datetime import date
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.adapters.settings import shipped_rules
from leadbase.core import text
from leadbase.core.lead import Evidence, Lead
from leadbase.core.registry import Source
from leadbase.core.rules import Rules, build
from leadbase.core.scoring import assess
from leadbase.core.scoring.evidence import _ORIGIN_CUE, _REPORTED, named_origins
from leadbase.core.text import folded
from tests.core.scoring.worked_examples import example_rules

DAY = date(2026, 3, 10)
WIRE, LEDGER = "https://wire-one.example/a", "https://ledger.example/b"
DAILY, DIGEST = "https://techdaily.example/c", "https://aidigest.example/d"
BLOG, HUB, FEED = "https://chipblog.example/e", "https://reposthub.example/f", "https://microfeed.example/g"
OFFICIAL, PREPRINT, REGULATOR = (
    "https://helios.example/h",
    "https://preprints.example/abs/1",
    "https://regulator.example/n",
)


def lead(*evidence: Evidence, title: str = "Helios AI changes something", text: str = "", **fields: object) -> Lead:
    return Lead(
        name="x",
        path="leads/x.md",
        title=title,
        companies=("Helios AI",),
        type="funding",
        evidence=evidence or (Evidence(),),
        time=DAY,
        day=DAY,
        text=text or "A plain text about the matter, with nothing in it that a rule would notice.",
        **fields,  # type: ignore[arg-type]
    )


def groups(rules: Rules, *evidence: Evidence, **fields: object) -> list[tuple[str, list[str]]]:
    """Letter and members of each independent group, best first."""
    found = assess(lead(*evidence, **fields), rules).groups  # type: ignore[arg-type]
    return [(group.letter, [member.name for member in group.members]) for group in found]


def link(*links: str) -> list[Evidence]:
    return [Evidence("", each) for each in links]


# -------------------------------------------------------------------------------------------------------------- worth


@pytest.mark.parametrize(
    ("evidence", "letter"),
    [
        (Evidence("Wire One", WIRE), "A"),
        (Evidence("", WIRE), "A"),
        (Evidence("", "https://www.wire-one.example/a"), "A"),
        (Evidence("", "https://live.wire-one.example/a"), "A"),
        (Evidence("Wire One"), "D"),  # named, not linked
        (Evidence("第一通讯社"), "D"),
        (Evidence("Microfeed"), "F"),  # unlinked makes no source better
        (Evidence("a friend"), "F"),
        (Evidence("", "https://unknown.example/"), "F"),
        (Evidence("Wire One", "https://unknown.example/"), "F"),  # the link decides
        (Evidence("Wire One", "https://wire-0ne.example/"), "F"),
        (Evidence("", "https://wire-one.example.evil.example/"), "F"),
        (Evidence("", "https://wire-one.example@evil.example/"), "F"),
        (Evidence("", "notes/call.md"), "F"),
        (Evidence("Wire One", "notes/call.md"), "D"),
        (Evidence("", HUB), "D"),
    ],
)
def test_what_one_report_is_worth(evidence: Evidence, letter: str, rules: Rules) -> None:
    [(found, _)] = groups(rules, evidence)
    assert found == letter


def test_a_report_without_source_and_link_is_no_evidence(rules: Rules) -> None:
    assert groups(rules, Evidence()) == []
    assert groups(rules, Evidence(origin="Wire One")) == []


@pytest.mark.parametrize(
    ("evidence", "is_primary"),
    [
        (Evidence("", OFFICIAL), True),
        (Evidence("Helios AI blog", OFFICIAL), True),
        (Evidence("Helios AI blog"), False),  # named, not linked
        (Evidence("", "https://xinghai.example/x"), False),  # another company's channel
        (Evidence("", PREPRINT), True),
        (Evidence("", REGULATOR), True),
        (Evidence("", WIRE), False),
        (Evidence("", "notes/helios.example.md"), False),
    ],
)
def test_what_is_first_hand(evidence: Evidence, is_primary: bool, rules: Rules) -> None:
    [group] = assess(lead(evidence), rules).groups
    assert group.is_primary == is_primary


# ------------------------------------------------------------------------------------------------------- independence


def test_different_owners_are_independent_and_the_best_comes_first(rules: Rules) -> None:
    found = groups(rules, *link(BLOG, FEED, LEDGER, HUB, WIRE))
    assert [letter for letter, _ in found] == ["A", "A", "C", "D", "F"]
    assert assess(lead(*link(BLOG, FEED, LEDGER, HUB, WIRE)), rules).corroboration == 3


def test_titles_of_one_owner_are_one_source(rules: Rules) -> None:
    [(letter, members)] = groups(rules, *link(DAILY, DIGEST))
    assert letter == "B"
    assert len(members) == 2


def test_pages_of_one_registrable_domain_are_one_source(rules: Rules) -> None:
    assert len(groups(rules, *link("https://a.unknown.example/1", "https://b.unknown.example/2"))) == 1
    assert len(groups(rules, *link("https://one.github.io/", "https://two.github.io/"))) == 2
    assert len(groups(rules, *link(WIRE, "https://wire-one.example/z"))) == 1


def test_two_desk_notes_are_one_source(rules: Rules) -> None:
    assert len(groups(rules, Evidence("", "notes/a.md"), Evidence("", "notes/b.md"))) == 1


def test_one_name_in_two_spellings_is_one_source(rules: Rules) -> None:
    assert len(groups(rules, Evidence("A Friend"), Evidence("a-friend"))) == 1
    assert len(groups(rules, Evidence("A Friend"), Evidence("Another"))) == 2


@pytest.mark.parametrize("origin", ["Wire One", "wire-one", "第一通讯社", WIRE, "wireone", "https://wire-one.example/"])
def test_a_report_with_a_stated_origin_joins_it(origin: str, rules: Rules) -> None:
    assert len(groups(rules, Evidence("", WIRE), Evidence("", LEDGER, origin=origin))) == 1


def test_reports_of_one_unknown_origin_are_one_source(rules: Rules) -> None:
    for one, other in (("Der Bote", "der bote"), ("https://bote.example/1", "https://www.bote.example/2")):
        assert len(groups(rules, Evidence("", WIRE, origin=one), Evidence("", LEDGER, origin=other))) == 1
    assert len(groups(rules, Evidence("", WIRE, origin="Der Bote"), Evidence("", LEDGER, origin="Die Post"))) == 2


def test_dependence_is_passed_on(rules: Rules) -> None:
    chain = [Evidence("", WIRE), Evidence("", LEDGER, origin="Wire One"), Evidence("", DAILY, origin="The Ledger")]
    assert len(groups(rules, *chain)) == 1


def test_a_repost_of_a_good_source_is_worth_what_the_repost_is(rules: Rules) -> None:
    assert groups(rules, Evidence("", HUB, origin="Wire One")) == [("D", ["repost hub"])]


def test_the_order_of_reports_does_not_count(rules: Rules) -> None:
    first, *others = link(BLOG, WIRE, DAILY, HUB)
    assert groups(rules, first, *others) == groups(rules, first, *reversed(others))


@pytest.mark.parametrize(
    "passage",
    [
        "The deal is done, according to Wire One.",
        "The deal, according to the Wire One agency",
        "as reported by Wire One on Monday",
        "Wire One reported on Monday that",
        "On Monday Wire One first reported that",
        "a person said, citing Wire One",
        "according to a memo, according to Wire One",
        "据第一通讯社报道，",
        "据悉，据第一通讯社周一报道，",
        "来源：第一通讯社",
        "转自第一通讯社",
        "综合第一通讯社消息",
        "援引《第一通讯社》的消息",
        "Ａｃｃｏｒｄｉｎｇ　ｔｏ　Ｗｉｒｅ　Ｏｎｅ",
        "第一通讯社报道称，",
        "而第一通讯社报道",
    ],
)
def test_a_text_that_names_its_origin_makes_the_report_dependent(passage: str, rules: Rules) -> None:
    assert {source.domain for source in named_origins(folded(passage), rules)} == {"wire-one.example"}
    both = [Evidence("", LEDGER), Evidence("", WIRE)]
    assert len(groups(rules, *both, text=passage + " and more words, so that the text is long enough.")) == 1


def test_a_name_with_an_article_is_recognised_as_an_origin(rules: Rules) -> None:
    for passage in ("according to The Ledger", "according to Ledger's own", "citing the ledger,"):
        found = [source.domain for source in named_origins(folded(passage), rules)]
        assert found == (["ledger.example"] if "the" in passage.lower() else []), passage


@pytest.mark.parametrize(
    "passage",
    [
        "Wire One is a company",
        "according to Wire Onerous",
        "according to someone",
        "the wire one wire",
        "据知情人士称",
        "数据一",
        "",
        "据",
    ],
)
def test_a_text_that_names_no_origin_leaves_the_report_independent(passage: str, rules: Rules) -> None:
    assert list(named_origins(folded(passage), rules)) == []


def plainly(passage: str, rules: Rules) -> list[Source]:
    """What is found when every cue is searched for and every beginning and end of what stands there is looked up."""
    found = []
    for match in islice(re.finditer(_ORIGIN_CUE, passage), 8):
        for rest in (match["after"] or match["zh"], (match["after"] or match["zh"]).removeprefix("the ")):
            ends = [end for end in range(min(len(rest), 40), 1, -1) if not goes_on(rest, end)]
            if source := next(filter(None, (rules.source_named(rest[:end]) for end in ends)), None):
                found.append(source)
                break
    for match in islice(re.finditer(_REPORTED, passage), 8):
        clause = re.split(r"[\n.,;:!?、。]", passage[max(0, match.start() - 60) : match.start()])[-1].lstrip()
        starts = [
            at
            for at in range(len(clause) - 1)
            if not at or clause[at - 1] == " " or not clause[at - 1 : at + 1].isascii()
        ]
        found += [source for start in starts if (source := rules.source_named(clause[start:]))][:1]
    return found


def goes_on(rest: str, end: int) -> bool:
    """Whether the text goes on with a letter of the same word."""
    return end < len(rest) and rest[end].isascii() and rest[end].isalnum() and rest[end - 1].isascii()


NAMES = sorted({name for source in example_rules().sources for name in (*source.names, source.domain, source.owner)})
PIECES = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(
        [
            "according to ", "as reported by ", "first reported by ", "citing ", "via ", "the ", "转自", "转载自", "来源:", "综合", "援引",
            "引述", "据", "《", "》", " reported ", " first reported", " reports", "报道", " ", ", ", ". ", "\n", "-", "s", "·", "的", "x",
        ]
    ),
    st.text(max_size=3),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=20).map("".join))
def test_every_origin_is_found_that_stands_behind_a_cue_or_before_a_report(rules: Rules, raw: str) -> None:
    passage = text.passage(raw[:30], raw[30:], 400).text
    assert list(named_origins(passage, rules)) == plainly(passage, rules)


def test_every_shipped_domain_has_a_dot_inside_and_no_space() -> None:
    """What spares the search for a name the look-up of domains."""
    for source in build(shipped_rules(), {}).sources:
        assert "." in source.domain[:-1].partition("/")[0], source.domain
        assert not any(map(str.isspace, source.domain)), source.domain


def test_only_the_leads_own_report_is_tied_to_what_its_text_says(rules: Rules) -> None:
    text = "according to Wire One, this and that has happened at the company today"
    found = groups(rules, Evidence("", LEDGER), Evidence("", DAILY), Evidence("", WIRE), text=text)
    assert sorted(len(members) for _, members in found) == [1, 2]


def test_a_press_release_belongs_to_its_subject(rules: Rules) -> None:
    release = "Press release. The company says that it has done this and that, and more."
    assert len(groups(rules, Evidence("", LEDGER), Evidence("", OFFICIAL), text=release)) == 1
    assert len(groups(rules, Evidence("", LEDGER), Evidence("", OFFICIAL))) == 2


# ----------------------------------------------------------------------------------------------------------- mismatch


@pytest.mark.parametrize(
    ("source", "address", "is_mismatched"),
    [
        ("Wire One", WIRE, False),
        ("Wire One", "https://live.wire-one.example/", False),
        ("Wire One", "https://wire-0ne.example/", True),
        ("Wire One", LEDGER, True),
        ("Wire One", HUB, False),  # an aggregator carries others' stories
        ("Tech Daily", DIGEST, False),  # one owner
        ("Wire One", "", False),
        ("Wire One", "notes/call.md", False),
        ("a friend", "https://wire-0ne.example/", False),
        ("", WIRE, False),
    ],
)
def test_a_borrowed_name_is_a_mismatch(source: str, address: str, is_mismatched: bool, rules: Rules) -> None:
    assessment = assess(lead(Evidence(source, address), verification="verified"), rules)
    assert ("source-link-mismatch" in [gate.code for gate in assessment.gates]) == is_mismatched
    points = [line.points for line in assessment.contributions if line.rule == "integrity.source-link-mismatch"]
    assert points == ([-10] if is_mismatched else [])


def test_a_lead_whose_own_report_is_linked_badly_is_flagged_once(rules: Rules) -> None:
    # the link already costs the letter E, so that the points are not taken twice; the gate stays
    unreliable = [Evidence("Wire One", "https://unreliable.example/x")]
    from_desk = Rules(
        rules.scoring,
        rules.companies,
        (*rules.sources, type(rules.sources[0])("unreliable.example", ("Unreliable",), "blog", "unreliable", "E")),
        rules.lexicon,
        rules.digest,
    )
    assessment = assess(lead(*unreliable), from_desk)
    assert "source-link-mismatch" in [gate.code for gate in assessment.gates]
    assert not any(line.rule.startswith("integrity") for line in assessment.contributions)
