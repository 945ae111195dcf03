"""Laws of the query language, over random queries and random leads.

A random query is made together with what it means, written down here a second time and without any code of the query
language: the query as text and the meaning as a function of a lead must always agree.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core import links, vocabulary
from leadbase.core.lead import Evidence, Lead
from leadbase.core.query import FIELDS, SORT_KEYS, explain, parse, to_text
from leadbase.errors import UsageError
from tests.core.query.desk import RULES, TODAY, ZONE, Held, ask

Meaning = Callable[[Held], bool]


@dataclass(frozen=True)
class Asked:
    """A query and what it means. `is_loose`: it has a bar outside brackets."""

    text: str
    means: Meaning
    is_loose: bool = False


law = settings(max_examples=120, deadline=None)

# --------------------------------------------------------------------------------------------------------------- leads

NAMES = ["Helios AI", "赫利俄斯", "borealis chips", "ACME Labs", "Acme", "星海智能"]
OUTLETS = ["Wire One", "第一通讯社", "tech daily", "AI Digest", "a friend", ""]
LINKS = [
    "https://www.aidigest.example/a",
    "https://wire-one.example/b",
    "https://sub.acme.com.cn/x?y=1",
    "notes/call.md",
    "",
]
PHRASES = [
    "GPT发布",
    "GPT",
    "gpts",
    "a Fund",
    "funding",
    "新一轮融资",
    "ＧＰＴ-５",
    "融资",
    "chips\n new",
    "x_fund",
    "C++",
    "。",
]
prose = st.lists(st.sampled_from(PHRASES), max_size=4).map(" ".join)
glued = st.lists(st.sampled_from(PHRASES), max_size=4).map("".join)
days = st.none() | st.integers(-40, 3).map(lambda n: TODAY + timedelta(days=n))
evidence = st.builds(Evidence, source=st.sampled_from(OUTLETS), link=st.sampled_from(LINKS))
leads = st.builds(
    Lead,
    name=st.sampled_from(["2026-03-openai", "x"]),
    path=st.sampled_from(["leads/2026/03/x.md", "leads/X.md"]),
    title=prose | glued,
    companies=st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
    type=st.sampled_from(["funding", "m-and-a", "legal", "other"]),
    evidence=st.lists(evidence, min_size=1, max_size=3).map(tuple),
    day=days,
    verification=st.sampled_from(["verified", "unverified", "refuted"]),
    tags=st.lists(st.sampled_from(["AI", "open weights", "芯片"]), max_size=2).map(tuple),
    note=st.sampled_from(["", "called"]),
    text=prose | glued,
)
held = st.builds(
    Held,
    leads,
    score=st.integers(0, 100),
    confidence=st.integers(0, 100),
    grade=st.sampled_from(list(vocabulary.GRADES)),
    code=st.sampled_from(["", "A1", "B2", "C2"]),
)

# ----------------------------------------------------------------------------------- what queries mean, a second time


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def said(lead: Lead) -> list[str]:
    return [plain(each) for each in (lead.title, *lead.companies, lead.text)]


def word(stem: str, *, may_go_on: bool) -> re.Pattern[str]:
    """The word in a text of these tests, whose only letters with capitals are Latin."""
    start = r"(?<![a-z0-9_])" if re.match(r"\w", stem, re.ASCII) else ""
    end = "" if may_go_on or not re.search(r"\w\Z", stem, re.ASCII) else r"(?![a-z0-9_])"
    return re.compile(start + re.escape(stem) + end)


def words(written: str, where: Callable[[Lead], list[str]] = said) -> Meaning:
    pattern = word(plain(written.strip('"*“”')), may_go_on=written.endswith("*"))
    return lambda each: any(pattern.search(text) for text in where(each.lead))


def company(each: Held, name: str) -> bool:
    known = RULES.company(name)
    if known:
        return any(RULES.company(own) == known for own in each.lead.companies)
    return any(vocabulary.folded(name) in vocabulary.folded(own) for own in each.lead.companies)


def source(each: Held, name: str) -> bool:
    asked = RULES.source_named(name)
    for own in each.lead.evidence:
        found = RULES.source_of(own.link) or RULES.source_named(own.source)
        if asked and found and found.owner == asked.owner:
            return True
        if vocabulary.folded(name) in vocabulary.folded(own.source) or name.casefold() in links.host(own.link):
            return True
    return False


def listed(field: str, names: list[str], means: Callable[[Held, str], bool]) -> Asked:
    values = ",".join(f'"{name}"' if " " in name else name for name in names)
    return Asked(f"{field}:{values}", lambda each: any(means(each, name) for name in names))


def between(field: str, low: int | None, high: int | None) -> Asked:
    text = f"{field}:{'' if low is None else low}..{'' if high is None else high}"
    return Asked(text, lambda each: (low or 0) <= getattr(each, field) <= (100 if high is None else high))


def since(back: int) -> Asked:
    first = TODAY - timedelta(days=back)
    return Asked(f"time:-{back}d..", lambda each: each.lead.day is not None and each.lead.day >= first)


def in_month(month: int) -> Asked:
    def means(each: Held) -> bool:
        return each.lead.day is not None and (each.lead.day.year, each.lead.day.month) == (2026, month)

    return Asked(f"时间:2026-{month:02}", means)


def names(*choices: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(choices), min_size=1, max_size=3)


SYNONYMS = {"融资": "funding", "funding": "funding", "并购": "m-and-a", "legal": "legal", "其他": "other"}
WORDS = [
    "gpt",
    "GPT",
    "gpt*",
    "fund",
    "FUND*",
    "“a fund”",
    '"a fund"*',
    "融资",
    "资",
    "GPT发布",
    "发布*",
    "c++",
    "chips",
    '"chips new"',
]
FIXED = [
    Asked('company:""', lambda each: not each.lead.companies),
    Asked('link:""', lambda each: not each.lead.evidence[0].link),
    Asked('source:""', lambda each: not each.lead.evidence[0].source),
    Asked('time:""', lambda each: each.lead.day is None),
    Asked('-note:""', lambda each: bool(each.lead.note)),
    Asked("grade:可直接引用", lambda each: each.grade == "quotable"),
    Asked("verification:已核实,refuted", lambda each: each.lead.verification != "unverified"),
    Asked("code:B", lambda each: each.code[:1] == "B"),
    Asked("code:2", lambda each: each.code[1:] == "2"),
    Asked("tag:ai", lambda each: "AI" in each.lead.tags),
    Asked('标签:=AI,"Open  Weights"', lambda each: bool({"AI", "open weights"} & set(each.lead.tags))),
    Asked("company:=Acme", lambda each: "Acme" in each.lead.companies),
    Asked("domain:acme.com.cn", lambda each: any("acme.com.cn" in own.link for own in each.lead.evidence)),
    Asked('path:"/2026/"', lambda each: "/2026/" in each.lead.path),
    Asked("title:/^gpt/", lambda each: plain(each.lead.title).startswith("gpt")),
    Asked("name:openai", lambda each: "openai" in each.lead.name),
    Asked("title:融资", words("融资", lambda lead: [plain(lead.title)])),
]
numbers = st.none() | st.integers(0, 100)
ranges = st.tuples(numbers, numbers).filter(
    lambda ends: ends != (None, None) and (ends[0] or 0) <= (100 if ends[1] is None else ends[1])
)
terms = st.one_of(
    st.sampled_from(WORDS).map(lambda text: Asked(text, words(text))),
    st.sampled_from(FIXED),
    names(*SYNONYMS).map(lambda chosen: listed("类型", chosen, lambda each, name: each.lead.type == SYNONYMS[name])),
    names("helios-ai", "赫利俄斯", "acme", "ACME labs", "星海").map(lambda chosen: listed("company", chosen, company)),
    names("wire one", "科技每日", "digest", "friend", "acme").map(lambda chosen: listed("source", chosen, source)),
    st.builds(lambda field, ends: between(field, *ends), st.sampled_from(["score", "confidence"]), ranges),
    st.integers(0, 40).map(since),
    st.integers(1, 4).map(in_month),
)


def bracketed(one: Asked) -> str:
    return f"({one.text})" if one.is_loose else one.text


def both(one: Asked, other: Asked) -> Asked:
    return Asked(f"{bracketed(one)} {bracketed(other)}", lambda each: one.means(each) and other.means(each))


def either(one: Asked, other: Asked) -> Asked:
    return Asked(f"{one.text} | {other.text}", lambda each: one.means(each) or other.means(each), is_loose=True)


def neither(one: Asked) -> Asked:
    return Asked(f"-({one.text})", lambda each: not one.means(each))


queries = st.recursive(
    terms,
    lambda inner: st.builds(both, inner, inner) | st.builds(either, inner, inner) | st.builds(neither, inner),
    max_leaves=7,
)

# ---------------------------------------------------------------------------------------------------------------- laws


@law
@given(queries, st.lists(held, min_size=1, max_size=6))
def test_a_query_finds_what_it_means_and_nothing_else(asked: Asked, among: list[Held]) -> None:
    query = ask(asked.text)
    for each in among:
        assert query.matches(each) == asked.means(each), (asked.text, each)


orders = st.tuples(
    st.lists(st.sampled_from(SORT_KEYS), max_size=2), st.sampled_from(["", "+", "-"]), st.none() | st.integers(1, 50)
)


@law
@given(queries, orders)
def test_a_query_said_again_is_the_same_query(asked: Asked, order: tuple[list[str], str, int | None]) -> None:
    keys, way, limit = order
    said_order = f"sort:{','.join(key + way for key in keys)} " * bool(keys) + f"limit:{limit} " * bool(limit)
    query = ask(said_order + asked.text)
    again = ask(to_text(query))
    assert again == query
    assert to_text(again) == to_text(query)
    assert explain(query) == explain(again)


@law
@given(queries, queries, held)
def test_de_morgan_and_double_negation_hold(one: Asked, other: Asked, each: Held) -> None:
    def is_found(text: str) -> bool:
        return ask(text).matches(each)

    a, b = f"({one.text})", f"({other.text})"
    assert is_found(f"-({a} {b})") == is_found(f"-{a} | -{b}")
    assert is_found(f"-({a} | {b})") == is_found(f"-{a} -{b}")
    assert is_found(f"--{a}") == is_found(a) == (not is_found(f"-{a}"))
    assert is_found(f"{a} ({b} | -{b})") == is_found(a)


PIECES = st.sampled_from(
    [*(f"{name}:" for name in FIELDS), "sort:", "limit:", "公司：", "@a", "@b", "(", ")", "（", "|", "-", '"', "“", "」", "「", "*", "/",
     "\\", "=", ",", "..", "70", "-3d", "2026-04", "today", "a", "融资", "\x00", "\ud800", "\u202e", " ", " ", " ", "[", "a+", "{2}"]
)  # fmt: skip
garbage = st.text(max_size=40) | st.lists(PIECES, max_size=16).map("".join)


@settings(max_examples=250, deadline=None)
@given(garbage, garbage, st.dates() | st.just(TODAY), held)
def test_any_text_is_a_query_or_a_usage_error(text: str, saved: str, today: date, each: Held) -> None:
    try:
        query = parse(text, rules=RULES, today=today, zone=ZONE, saved={"a": saved, "b": "@a x"})
    except UsageError as error:
        assert error.message
        return
    assert query.matches(each) in (True, False)
    assert explain(query)
    assert parse(to_text(query), rules=RULES, today=TODAY, zone=ZONE) == query


@law
@given(st.text(min_size=1, max_size=12))
def test_any_text_that_has_something_to_find_finds_itself_when_quoted(text: str) -> None:
    quoted = '"' + re.sub(r'([\\"＂])', r"\\\1", text) + '"'
    try:
        query = ask(quoted)
    except UsageError as error:
        assert error.message.startswith("there is nothing to look for")
        return
    assert query.matches(Held(Lead(name="x", path="x.md", title=text)))
