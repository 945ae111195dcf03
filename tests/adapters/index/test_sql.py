"""A query answered by SQL finds what it finds among leads in memory: for every query, over any leads."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.adapters.index import schema
from leadbase.adapters.index.rows import Fresh, Rows
from leadbase.adapters.index.sql import Functions, compiled, ordered
from leadbase.core.entry import entries
from leadbase.core.lead import Evidence, Lead, Reading
from leadbase.core.query import SORT_KEYS, Query, Sort
from leadbase.core.scoring import assess
from leadbase.errors import UsageError
from tests.core.query.desk import RULES, TODAY, ZONE, Held, ask, lead


class Base:
    """Leads in an index in memory, and beside it."""

    def __init__(self, leads: Sequence[Lead]) -> None:
        self.connection = schema.connect(":memory:")
        self.functions = Functions(self.connection)
        self.leads = [replace(each, path=f"leads/{number}/{each.path}") for number, each in enumerate(leads)]
        self.scored = [scored(each) for each in self.leads]
        readings = [*(Reading(each.path, each) for each in self.leads), Reading("leads/broken.md", None)]
        rows = Rows(self.connection)
        with rows.change():
            rows.put([Fresh(each.path, (0, 0, 0, 0, 0), b"", False, entries([each], RULES)[0]) for each in readings])

    def values(self, field: str) -> list[tuple[int, str, str]]:
        return self.connection.execute("SELECT id, text, canon FROM value WHERE field = ?", (field,)).fetchall()

    def found(self, query: Query) -> list[str]:
        """The paths of the leads the index finds, in the order it gives them."""
        where = compiled(query.tree, self.functions, self.values)
        sql = f"SELECT folder || '/' || file FROM lead WHERE {where.sql} ORDER BY {ordered(query.sort)}"
        return [path for (path,) in self.connection.execute(sql, where.parameters)]

    def matching(self, query: Query) -> list[str]:
        """The paths of the leads that match in memory."""
        return [each.lead.path for each in self.scored if query.matches(each)]


def scored(each: Lead) -> Held:
    numbers = assess(each, RULES)
    return Held(each, numbers.score, numbers.confidence, numbers.grade, numbers.code)


@contextmanager
def base(*leads: Lead) -> Iterator[Base]:
    made = Base(leads)
    try:
        yield made
    finally:
        made.connection.close()


# --------------------------------------------------------------------------------------------------- random leads

PIECES = [
    "GPT", "gpt-5", "ＧＰＴ", "发布", "新模型", "融资", "fund", "Funding", "a", "x_fund", "C++", "$2", "'", '"', "%", "*", "。", "，", "\n",
    " ", "　", "\x1c", "-", "/", "straße", "STRASSE", "cafe\u0301", "CAFÉ", "İ", "ﬁ", "ไทย", "한국", "𠀀", "\u200b", "{title}", "OR", ")",
]  # fmt: skip
said = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
stripped = said.map(str.strip)
NAMES = ["Helios AI", "赫利俄斯", "helios  ai", "borealis chips", "ACME Labs", "Acme", "ACME", "星海智能", "a/b", "'x'"]
OUTLETS = ["Wire One", "第一通讯社", "tech daily", "AI Digest", "a friend", "", "100% true", "O'Brien"]
LINKS = [
    "https://www.aidigest.example/a", "https://wire-one.example/b", "https://sub.acme.com.cn/x?y=1", "notes/call.md", "",
    "https://ACME.example:80/%27/$2", "https://acme.example/融资",
]  # fmt: skip
LABELS = ["AI", "ai", "open weights", "Open  Weights", "芯片", "zh", "a", "other", "é", "e\u0301"]
names = st.lists(st.sampled_from(NAMES), max_size=2).map(tuple)
labels = st.lists(st.sampled_from(LABELS), max_size=2).map(tuple)
days = st.none() | st.integers(-40, 3).map(lambda n: TODAY + timedelta(days=n))
hours = st.integers(0, 40 * 24).map(lambda n: datetime(2026, 2, 1, tzinfo=UTC) + timedelta(hours=n))
origins = st.sampled_from(OUTLETS)
evidence = st.builds(Evidence, source=st.sampled_from(OUTLETS), link=st.sampled_from(LINKS), origin=origins)


def timed(each: Lead, moment: date | None) -> Lead:
    day = moment.astimezone(ZONE).date() if isinstance(moment, datetime) else moment
    return replace(each, time=moment, day=day)


leads = st.builds(
    timed,
    st.builds(
        Lead,
        name=st.sampled_from(["2026-03-openai", "x", "X", "融资"]),
        path=st.sampled_from(["x.md", "X.md", "融资/a b.md"]),
        title=stripped,
        companies=names,
        type=st.sampled_from(["funding", "m-and-a", "legal", "other"]),
        evidence=st.lists(evidence, min_size=1, max_size=3).map(tuple),
        verification=st.sampled_from(["verified", "unverified", "refuted"]),
        attribution=st.sampled_from(["unspecified", "on-record", "anonymous"]),
        verified_by=stripped,
        verified_at=st.sampled_from(["", "2026-03-01"]),
        embargo_until=days | st.just(date.max) | hours.map(lambda at: at.astimezone(ZONE)),
        language=st.sampled_from(["", "zh", "zh_CN", "en-GB"]),
        tags=labels,
        follow_up_of=labels,
        same_as=labels,
        not_same_as=labels,
        duplicate_of=st.sampled_from(["", *LABELS]),
        note=stripped,
        text=said,
    ),
    days | hours,
)

# ------------------------------------------------------------------------------------------------- random queries


def quoted(text: str) -> str:
    return '"' + re.sub(r'([\\"＂“”「」『』])', r"\\\1", text) + '"'


def is_query(text: str) -> bool:
    try:
        return bool(ask(text))
    except UsageError:
        return False


POOLS = {
    "company": ["helios-ai", "赫利俄斯", "acme", "ACME labs", "星海", "Helios AI", "'x'", "nobody"],
    "source": ["wire one", "第一", "科技每日", "digest", "friend", "acme", "100% true", "O'Brien"],
    "domain": ["aidigest.example", "acme.com.cn", ".cn", ".example", "acme.example", "www.wire-one.example"],
    "link": ["/a", "https://acme.example/融资", "notes", "x?y", "%27", "ACME", "$2", "notes/call.md"],
    "tags": LABELS,
    "language": ["zh", "zh-cn", "zh_CN", "en", "en-gb"],
    "name": ["2026", "x", "X", "融资"],
    "path": ["X.md", "a b", "leads/", "融资/a", "leads/4/leads/x.md"],
    "origin": OUTLETS[:-3],
    "verified-by": ["gpt", "L. 融资", "融资", "'", "strasse"],
    "verified-at": ["2026-03", "03-01", "2026-03-01"],
    "title": ["gpt", "GPT 5", "新模", "融", "c++", "fund"],
    "text": ["gpt", "发布新", "$2", "strasse", "发布。新"],
    "note": ["gpt", "发布新", "$2", "strasse", "café"],
    **dict.fromkeys(("follow-up-of", "same-as", "not-same-as", "duplicate-of"), LABELS),
}
PATTERNS = ["^gpt", r"\\d", "融资$", "a.*b", "[a-f]x|发|e", "'", r"\\.(md|example)", "^(h|2026|zh|ai|other)", "^$2|%"]
pooled = st.sampled_from([(field, value) for field, values in POOLS.items() for value in values])
ends = st.integers(0, 100)
FIXED = [
    "time:..2026-02", "time:today", "time:2026", "embargo-until:today..", "embargo:9999", "type:funding,legal", "verification:verified",
    "attribution:on-record,anonymous", "grade:quotable,needs-verification", "grade:not-adopted", "code:A,B2,3", "code:F", "code:C2", "code:6",
    "confidence:40..", "score:..30", '(type:legal confidence:0..100 time:"" 发布)', "(score:0..100 time:2026 | type:funding gpt)", *(f'{field}:""' for field in (*POOLS, "time", "embargo-until")),
]  # fmt: skip
terms = st.one_of(
    st.builds(lambda thing, star: quoted(thing) + star, said, st.sampled_from(["", "*"])),
    st.builds(lambda field, thing, star: f"{field}:{quoted(thing)}{star}", st.sampled_from(["title", "text", "note"]), said, st.sampled_from(["", "*"])),
    st.builds(lambda field, thing: f"{field}:{quoted(thing)}", st.sampled_from([*POOLS]), said),
    pooled.map(lambda chosen: f"{chosen[0]}:{quoted(chosen[1])}"),
    pooled.map(lambda chosen: f"{chosen[0]}:={quoted(chosen[1])}"),
    st.builds(lambda one, other: f"{one[0]}:{quoted(one[1])} | {other[0]}:{quoted(other[1])}", pooled, pooled).map(lambda text: f"({text})"),
    st.builds(lambda field, pattern: f"{field}:/{pattern}/", st.sampled_from([*POOLS]), st.sampled_from(PATTERNS)),
    st.builds(lambda field, low, more: f"{field}:{low}..{min(100, low + more)}", st.sampled_from(["score", "confidence"]), ends, ends),
    st.builds(lambda field, back: f"{field}:-{back}d..", st.sampled_from(["time", "embargo-until"]), st.integers(0, 40)),
    st.sampled_from(FIXED),
).filter(is_query)  # fmt: skip
queries = st.recursive(
    terms,
    lambda inner: (
        st.builds(lambda one, other: f"({one} {other})", inner, inner)
        | st.builds(lambda one, other: f"({one} | {other})", inner, inner)
        | inner.map(lambda one: f"-{one}")
    ),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None)
@given(st.lists(leads, min_size=1, max_size=4), st.lists(queries, min_size=2, max_size=6))
def test_an_index_finds_what_is_found_in_memory(some: list[Lead], asked: list[str]) -> None:
    with base(*some) as made:
        for text in asked:
            query = ask(text)
            assert sorted(made.found(query)) == made.matching(query), text


RICH = (
    timed(
        lead(title="GPT-5 发布新模型", companies=("Helios AI", "ACME Labs"), source="Wire One", link="https://wire-one.example/a", tags=("AI",)),
        date(2026, 3, 6),
    ),
    timed(
        lead(
            title="新一轮融资", companies=("赫利俄斯",), source="O'Brien", origin="第一通讯社", language="zh_CN", name="融资", note="C++ 发布新闻",
            also=(Evidence("a friend", "https://www.aidigest.example/%27", origin="Wire One"),), verified_by="L. 融资", follow_up_of=("a", "other"),
        ),
        datetime(2026, 2, 1, 23, 30, tzinfo=UTC),
    ),
    lead(
        title="Funding, $2", companies=("'x'", "星海智能"), link="notes/call.md", type="funding", text="STRASSE cafe\u0301 gpt", verification="verified",
        also=(Evidence("", "https://sub.acme.com.cn/x?y=1"),), embargo_until=date.max, duplicate_of="other", same_as=("zh",), language="en-GB",
    ),
    lead(
        title="c++", source="100% true", link="https://ACME.example:80/融资/$2", not_same_as=("AI", "芯片"), verified_at="2026-03-01", text="发布。新",
        embargo_until=datetime(2026, 3, 12, 9, tzinfo=ZONE), attribution="anonymous", tags=("Open  Weights", "芯片"), path="融资/X.md", type="legal",
    ),
    lead(title="a fund", text="GPT\n发布 新模型 融资", note="gpt", origin="tech daily", tags=("e\u0301",), verification="refuted"),
)  # fmt: skip


def test_an_index_finds_what_is_found_in_memory_whatever_field_is_asked_in_whatever_form() -> None:
    forms = [
        f"{field}:{sign}{quoted(value)}" for field, values in POOLS.items() for value in values for sign in ("", "=")
    ]
    forms += [f"{field}:/{pattern}/" for field in POOLS for pattern in PATTERNS]
    with base(*RICH) as made:
        answers = {}
        for text in filter(is_query, [*forms, *FIXED]):
            answers[text] = made.found(ask(text))
            assert sorted(answers[text]) == made.matching(ask(text)), text
            assert sorted(made.found(ask(f"-{text}"))) == made.matching(ask(f"-{text}")), text
        for field in POOLS:
            for form in (f"{field}:/", f"{field}:=", f'{field}:"'):
                found = [paths for text, paths in answers.items() if text.startswith(form)]
                assert any(found), form
        assert len({tuple(paths) for paths in answers.values()}) > 15


# -------------------------------------------------------------------------------------------------------- order

sorts = st.lists(st.builds(Sort, st.sampled_from(SORT_KEYS), st.booleans()), min_size=1, max_size=3)


def in_order(some: list[Lead], keys: Sequence[Sort]) -> list[str]:
    """The paths in the order of a list in memory."""
    values = {
        "time": lambda each: (
            each.day or date.min,
            each.time.timestamp() if isinstance(each.time, datetime) else float("inf"),
        ),
        "score": lambda each: scored(each).score,
        "confidence": lambda each: scored(each).confidence,
        "title": lambda each: each.title.casefold(),
        "company": lambda each: tuple(name.casefold() for name in each.companies),
        "name": lambda each: each.name,
    }
    found = sorted(some, key=lambda each: (each.name, each.path))
    for key in reversed(keys):
        found.sort(key=values[key.key], reverse=key.falls)
    return [each.path for each in found]


@settings(max_examples=40, deadline=None)
@given(st.lists(leads, min_size=2, max_size=7), sorts)
def test_an_index_sorts_as_a_list_in_memory(some: list[Lead], keys: list[Sort]) -> None:
    with base(*some) as made:
        assert made.found(replace(ask(""), sort=tuple(keys))) == in_order(made.leads, keys)


def test_titles_and_companies_are_sorted_without_regard_to_capitals() -> None:
    with base(*(lead(title=each, companies=(each, "x")) for each in ("b", "A", "a", "B"))) as made:
        for query in ("sort:title", "sort:company"):
            assert [path.split("/")[1] for path in made.found(ask(query))] == ["1", "2", "0", "3"]


def test_the_latest_leads_come_first_when_a_query_does_not_say() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=ZONE)
    some = [timed(lead(), each) for each in (noon, None, date(2026, 3, 1), date(2026, 3, 2), noon + timedelta(hours=1))]
    with base(*some) as made:
        assert [path.split("/")[1] for path in made.found(ask(""))] == ["3", "2", "4", "0", "1"]


# -------------------------------------------------------------------------------------------------------- limits


def test_a_file_that_cannot_be_read_is_never_found() -> None:
    with base(lead(title="alpha")) as made:
        for query in (
            "",
            "alpha",
            "-beta",
            "-(beta title:/x/)",
            "-text:/x/",
            "-score:100",
            "-company:helios-ai",
            "-time:2026",
        ):
            assert len(made.found(ask(query))) == 1, query


def test_nothing_a_person_writes_becomes_sql() -> None:
    with base(lead(title="O'Brien \"); DROP TABLE lead; --")) as made:
        for query in (
            '"\'); DROP"',
            'title:="x\' OR 1=1"',
            'tag:="\') OR (1"',
            '"title : brien"',
            '"NEAR(o, brien)"',
            'company:"x\') --"',
        ):
            assert made.found(ask(query)) == made.matching(ask(query)), query
        assert len(made.found(ask("brien"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        " ".join(map(chr, range(0x4E00, 0x4E00 + 1_000))),
        " | ".join(map(chr, range(0x4E00, 0x4E00 + 1_000))),
        " | ".join(f"title:/a{number}/" for number in range(240)),
        "(" * 50 + "a" + ")" * 50,
        "tag:" + ",".join(f"t{number}" for number in range(600)),
    ],
)
def test_the_largest_queries_are_answered(text: str) -> None:
    with base(lead(title="a 一 a239", tags=("t599",))) as made:
        query = ask(text)
        assert made.found(query) == made.matching(query)


def test_a_deep_and_wide_query_is_answered() -> None:
    text = "a"
    for level in range(48):
        text = f"-({text} {' '.join(f'w{level}x{number}' for number in range(7))})"
    with base(lead(title="a")) as made:
        query = ask(text)
        assert made.found(query) == made.matching(query)


def test_a_company_that_hundreds_of_names_answer_to_is_found_in_all_of_them() -> None:
    with base(*(lead(companies=(f"Acme {number}",)) for number in range(300))) as made:
        assert len(made.found(ask("company:acme"))) == 300
        assert len(made.found(ask("company:acme29"))) == 11


def test_the_tests_of_many_queries_are_forgotten_again() -> None:
    with base(lead(title="a5000")) as made:
        for number in range(5_001):
            where = compiled(ask(f"title:=a{number}").tree, made.functions, made.values)
        (count,) = made.connection.execute(f"SELECT count(*) FROM lead WHERE {where.sql}").fetchone()
        assert count == 1
        assert len(made.functions._tests) == 4_000
