"""The eleven laws of the scoring, over random leads made of hostile and ordinary parts."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.adapters.settings import shipped_rules
from leadbase.core import vocabulary
from leadbase.core.lead import Evidence, Lead
from leadbase.core.rules import build
from leadbase.core.scoring import QUOTABLE, Assessment, assess
from tests.core.scoring.worked_examples import EXAMPLES, example_rules

RULES = example_rules()
DAY = date(2026, 3, 10)
LINKS = [
    "https://wire-one.example/a", "https://ledger.example/b", "https://techdaily.example/c",
    "https://aidigest.example/d", "https://chipblog.example/e", "https://reposthub.example/f",
    "https://microfeed.example/g", "https://helios.example/blog", "https://preprints.example/abs/1",
    "https://regulator.example/n", "https://unknown.example/x", "https://wire-0ne.example/y", "notes/call.md", "",
]  # fmt: skip
NAMES = ["Wire One", "The Ledger", "tech daily", "Helios AI", "星海智能官网", "a friend", "Repost Hub", ""]
COMPANIES = ["Helios AI", "星海智能", "Borealis Chips", "国家人工智能监管局", "Nobody Inc"]
PHRASES = [
    "Helios AI sues Borealis", "leak", "first", "Exclusive:", "in talks", "sources say", "denies", "outperforms",
    "according to Wire One", "revolutionary", "game-changing", "sponsored", "top 10", "you won't believe", "!!",
    "$12 billion", "3 million accounts", "裁员 1200 名员工", "网传", "知情人士", "否认", "超越", "首次", "独家",
    "推理", "中国",     "press release", "may be", "50%", "$9 trillion", "quarterly notes", "据第一通讯社报道", "record profit", "?",
]  # fmt: skip

evidence = st.builds(
    Evidence, source=st.sampled_from(NAMES), link=st.sampled_from(LINKS), origin=st.sampled_from(["", "", "wireone"])
)
passages = st.lists(st.sampled_from(PHRASES), max_size=6).map(" ".join)
days = st.integers(min_value=0, max_value=120).map(lambda n: DAY - timedelta(days=n))


@st.composite
def leads(draw: st.DrawFn) -> Lead:
    day = draw(st.one_of(st.none(), days))
    return Lead(
        name="x",
        path="leads/x.md",
        title=draw(passages) or "untitled",
        companies=tuple(draw(st.lists(st.sampled_from(COMPANIES), max_size=2))),
        type=draw(st.sampled_from(list(vocabulary.TYPES))),
        evidence=tuple(draw(st.lists(evidence, min_size=1, max_size=5))),
        time=day,
        day=day,
        verification=draw(st.sampled_from(list(vocabulary.VERIFICATIONS))),
        attribution=draw(st.sampled_from(list(vocabulary.ATTRIBUTIONS))),
        text=draw(passages),
    )


def at(lead: Lead) -> Assessment:
    return assess(lead, RULES, DAY)


law = settings(max_examples=150, deadline=None)


@law
@given(leads())
def test_law_1_the_lines_sum_to_the_scores(lead: Lead) -> None:
    assessment = at(lead)
    assert sum(line.points for line in assessment.lines("value")) == assessment.score
    assert sum(line.points for line in assessment.lines("confidence")) == assessment.confidence
    assert 0 <= assessment.score <= 100
    assert 0 <= assessment.confidence <= 100


@law
@given(leads())
def test_law_2_without_a_desk_check_nothing_is_quotable(lead: Lead) -> None:
    if lead.verification not in ("verified", "confirmed-official"):
        assert at(lead).grade != QUOTABLE


@law
@given(leads(), st.integers(min_value=0, max_value=4))
def test_law_3_a_copy_changes_neither_axis(lead: Lead, number: int) -> None:
    copied = lead.evidence[number % len(lead.evidence)]
    copy = replace(lead, evidence=(*lead.evidence, copied))
    assert (at(copy).score, at(copy).confidence) == (at(lead).score, at(lead).confidence)


@law
@given(leads())
def test_law_4_an_independent_good_source_never_hurts(lead: Lead) -> None:
    further = Evidence("The Ledger", "https://ledger.example/new")
    more = at(replace(lead, evidence=(*lead.evidence, further)))
    assert more.confidence >= at(lead).confidence
    assert more.score == at(lead).score


@law
@given(leads(), st.integers(min_value=1, max_value=30))
def test_law_5_unknown_domains_never_corroborate(lead: Lead, count: int) -> None:
    crowd = tuple(Evidence(f"s{n}", f"https://s{n}.example/") for n in range(count))
    crowded = at(replace(lead, evidence=(*lead.evidence, *crowd)))
    assert crowded.confidence <= at(lead).confidence


@law
@given(leads(), st.integers(min_value=0, max_value=90), st.integers(min_value=0, max_value=90))
def test_law_6_time_never_adds(lead: Lead, first: int, more: int) -> None:
    earlier = assess(lead, RULES, DAY + timedelta(days=first))
    later = assess(lead, RULES, DAY + timedelta(days=first + more))
    assert later.score <= earlier.score
    assert later.confidence <= earlier.confidence


@law
@given(leads(), passages)
def test_law_7_text_after_the_lede_and_repeated_cues_do_not_count(lead: Lead, phrase: str) -> None:
    long = replace(lead, text=lead.text.ljust(400, ".") + " end.")
    assert at(replace(long, text=long.text + " " + phrase)).score == at(long).score
    cue = "leak exclusive "
    once, often = (replace(lead, title=lead.title + " | " + cue * n) for n in (1, 3))
    assert at(once).score == at(often).score


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@law
@given(leads())
def test_law_8_width_case_and_hidden_characters_do_not_count(lead: Lead) -> None:
    for change in (wide, str.upper, "\u200b".join):
        disguised = replace(lead, title=change(lead.title), text=change(lead.text))
        assert (at(disguised).score, at(disguised).confidence) == (at(lead).score, at(lead).confidence)


@law
@given(leads(), st.randoms(use_true_random=False))
def test_law_9_order_does_not_count(lead: Lead, random: object) -> None:
    first, *others = lead.evidence
    random.shuffle(others)  # type: ignore[attr-defined]
    shuffled = replace(lead, evidence=(first, *others))
    assert at(shuffled).contributions == at(lead).contributions


def test_law_9_order_of_the_rules_does_not_count() -> None:
    shipped = shipped_rules()
    turned = {
        **shipped,
        "companies": {"company": EXAMPLES["company"][::-1]},
        "sources": {"source": EXAMPLES["source"][::-1]},
    }
    backwards = build(turned, {})
    for example in EXAMPLES["lead"]:
        lead = Lead(
            example["id"], "leads/x.md", example["title"], (example["company"],), example["type"],
            tuple(Evidence(**each) for each in example["evidence"]), text=example["text"],
        )  # fmt: skip
        assert assess(lead, backwards, DAY).contributions == at(lead).contributions


@law
@given(leads(), st.integers(min_value=1, max_value=990), st.integers(min_value=1, max_value=990))
def test_law_10_a_larger_amount_never_lowers_the_value(lead: Lead, one: int, other: int) -> None:
    small, large = sorted((one, other))
    for unit in ("million", "billion"):
        smaller, larger = (replace(lead, title=f"${n} {unit} for x") for n in (small, large))
        assert at(smaller).score <= at(larger).score


@law
@given(leads())
def test_law_11_removing_link_time_or_text_never_adds_confidence(lead: Lead) -> None:
    alone = replace(lead, evidence=lead.evidence[:1])
    assert at(replace(alone, evidence=(replace(alone.evidence[0], link=""),))).confidence <= at(alone).confidence
    unlinked = replace(lead, evidence=tuple(replace(each, link="") for each in lead.evidence))
    undated = replace(lead, time=None, day=None)
    for less in (unlinked, undated):
        assert at(less).confidence <= at(lead).confidence
    plain = replace(lead, text="Forty characters and more that no rule takes any notice of.")
    assert at(replace(plain, text="")).confidence <= at(plain).confidence
