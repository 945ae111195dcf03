"""What a half-written word can become: fields, values and saved queries, quoted as the query language wants them."""

from collections.abc import Iterable
from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbase.cli.completion import table
from leadbase.core.completion import beginning, names, query, written
from leadbase.core.query import FIELDS, ORDERS, parse
from leadbase.core.query.tree import Exact

TABLE = table()
BASE = {
    "company": [("OpenAI", "openai"), ("Mistral AI", "mistral"), ("阿里巴巴", "alibaba"), ("AT&T", "")],
    "source": [("Reuters", ""), ("Wall Street Journal", "")],
    "domain": [("openai.com", "")],
    "tag": [("agents", ""), ("long, with comma", "")],
    "lead": [("2026-04-24-gpt-5", "")],
    "query": [("fresh", ""), ("本周融资", "")],
}


class NoRules:
    """A registry that knows nobody."""

    def company(self, name: str) -> None: ...
    def source_named(self, name: str) -> None: ...
    def source_of(self, link: str) -> None: ...


def values(kind: str, typed: str) -> Iterable[tuple[str, str]]:
    return BASE[kind]


def completed(word: str) -> list[str]:
    return query(word, TABLE, values)


def parsed(word: str) -> object:
    saved = dict.fromkeys((name for name, _ in BASE["query"]), "title:x")
    return parse(word, rules=NoRules(), today=date(2026, 4, 24), zone=UTC, saved=saved).tree


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("comp", ["company:"]),
        ("-comp", ["-company:"]),
        ("--comp", ["--company:"]),
        ("类", ["类型:", "类别:"]),
        ("zzz", []),
        ("company:op", ["company:openai"]),
        ("company:Op", ["company:OpenAI"]),
        ("company:mis", ["company:mistral"]),
        ("company:Mis", ['company:"Mistral AI"']),
        ("company:阿", ["company:阿里巴巴"]),
        ("company:ali", ["company:alibaba"]),
        ("公司：阿", ["公司：阿里巴巴"]),
        ("-COMPANY:阿", ["-COMPANY:阿里巴巴"]),
        ("company:at", ["company:AT&T"]),
        ('company:"At', ['company:"AT&T"']),
        ('company:"Mistral AI"', []),
        ('company:"Mistral AI",op', ['company:"Mistral AI",openai']),
        ("company:openai,Mis", ['company:openai,"Mistral AI"']),
        ("source:w", ['source:"Wall Street Journal"']),
        ("domain:", ["domain:openai.com"]),
        ("tags:l", ['tags:"long, with comma"']),
        ("name:2026", ["name:2026-04-24-gpt-5"]),
        ("type:funding,m-", ["type:funding,m-and-a"]),
        ("类型:fund", ["类型:funding"]),
        ("grade:", ["grade:quotable", "grade:needs-verification", "grade:not-adopted"]),
        ("sort:score-,ti", ["sort:score-,time-", "sort:score-,time+", "sort:score-,title-", "sort:score-,title+"]),
        ("time:yes", ["time:yesterday"]),
        ("title:x", []),
        ("nothing:x", []),
        ("@", ["@fresh", "@本周融资"]),
        ("-@fr", ["-@fresh"]),
        ("grade:quotable (company:op", ["grade:quotable (company:openai"]),
        ("grade:quotable|source:r", ["grade:quotable|source:Reuters"]),
        ('"new words" comp', ['"new words" company:']),
        ('"comp', []),
        ('"', []),
    ],
)
def test_a_word_goes_on(word: str, found: list[str]) -> None:
    assert completed(word) == found


def test_every_field_is_offered_and_every_offer_begins_with_what_was_typed() -> None:
    assert completed("") == [f"{field}:" for field in (*FIELDS, *ORDERS)]
    for head in ("", "(", "grade:quotable -"):
        for each in completed(head):
            assert each.startswith(head)


def test_every_value_that_is_offered_means_something() -> None:
    for field in (*FIELDS, *ORDERS):
        for word in completed(f"{field}:"):
            parsed(word)
    for word in completed("@"):
        parsed(word)


def test_every_other_name_of_a_field_leads_to_its_values() -> None:
    others = [each.split("=") for each in TABLE if "=" in each]
    assert ["公司", "company"] in others
    for name, field in others:
        wanted = [each.partition(":")[2] for each in completed(f"{field}:")]
        assert [each.partition(":")[2] for each in completed(f"{name}:")] == wanted


def test_of_the_words_for_one_thing_the_nearest_is_offered() -> None:
    pairs = [("OpenAI", "openai"), ("openai", "openai"), ("OPENAI", "openai"), ("OpenAI Inc", "openai")]
    assert beginning("op", pairs) == ["openai"]
    assert beginning("OpenAI I", pairs) == ["OpenAI Inc"]
    assert beginning("OP", pairs) == ["OPENAI", "OpenAI Inc"]


@pytest.mark.parametrize("hidden", ["\n", "\r", "\x1b", "\0", "\t", "\u2028", "\u202e", "\x9b", "\ud800", "\u200b"])
def test_what_no_line_can_hold_is_left_out(hidden: str) -> None:
    value = f"Open{hidden}AI"
    assert beginning("", [(value, ""), ("fine", value)]) == ["fine"]
    assert names([value, "fine"]) == ["fine"]


@given(st.text(min_size=1).filter(str.isprintable))
def test_a_value_is_read_again_as_it_was(value: str) -> None:
    assert parsed(f"title:={written(value)}") == Exact("title", value)
    assert completed_with(value, "company:") == [f"company:{written(value)}"]
    assert completed_with(value, "grade:quotable -company:a,") == [f"grade:quotable -company:a,{written(value)}"]


def completed_with(value: str, word: str) -> list[str]:
    return query(word, TABLE, lambda kind, typed: [(value, "")])


@given(st.text(alphabet='ab:,"\\ ()|@-“”「」=/*公司：', max_size=12))
def test_any_word_can_be_completed(word: str) -> None:
    for each in completed(word):
        assert each.isprintable()
