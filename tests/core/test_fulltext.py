"""Words: what a text's tokens are, that FTS5 finds the same phrases, and what is shown of a text."""

import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core.fulltext import (
    TOKENIZER,
    Phrase,
    Snippet,
    column,
    ends_in_a_word,
    match_expression,
    phrase,
    snippet,
    stands_in,
    tokens,
)
from leadbase.core.text import folded

law = settings(max_examples=120, deadline=None)
PIECES = [
    "GPT", "gpt-5", "ＧＰＴ", "发", "发布", "新模型", "融资", "fund", "Funding", "a", "A", "x_fund", "C++", "c#", "$2", "50%", "a&b", "@x",
    "'", '"', "*", "。", "，", "\n", " ", "　", "\x1c", "-", "…", "—", "・", "straße", "STRASSE", "cafe\u0301", "CAFÉ", "İ", "ﬁ", "½", "™",
    "ไทย", "ภาษา", "ລາວ", "ខ្មែរ", "မြန်မာ", "カナ", "ｶﾞ", "ひら", "ㄅㄆ", "한국어", "हिन्दी", "𠀀", "〇", "々", "豈", "\u200b", "\ufe0f", "\u0301",
    "\x00", "\u00b7", "عَرَب", "\ud800",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=20)


def asked(text: str) -> Phrase:
    return phrase(folded(text.rstrip("*")), is_prefix=text.endswith("*"))


# -------------------------------------------------------------------------------------------------------- tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GPT发布新模型", "gpt 发布 布新 新模 模型 型"),
        ("新 模\n型", "新模 模型 型"),
        ("新模，型", "新模 模 型"),
        ("新模GPT型", "新模 模 gpt 型"),
        ("GPT-5 x_y", "gpt 5 x_y"),
        ("C++ c# $2 50% R&D @x", "c + + c # $ 2 50 % r & d @ x"),
        ("“—。·/", ""),
        ("", ""),
        ("カナとひら", "カナ ナと とひ ひら ら"),
        ("ไทย", "ไท ทย ย"),
        ("한국어 뉴스", "한국어 뉴스"),
        ("हिन्दी", "हिन्दी"),
        ("１２ＡＢ", "12ab"),
        ("Übermut café Straße", "übermut café strasse"),
        ("二〇二六", "二〇 〇二 二六 六"),
        ("𠀀𠀁", "𠀀𠀁 𠀁"),
    ],
)
def test_a_text_has_these_tokens(text: str, found: str) -> None:
    assert column(folded(text)) == found
    assert tokens(folded(text)) == found.split()


def is_unspaced(each: str) -> bool:
    name = unicodedata.name(each, "")
    kinds = (
        "CJK UNIFIED",
        "CJK COMPAT",
        "HIRAGANA",
        "KATAKANA LETTER",
        "BOPOMOFO",
        "THAI CHARACTER",
        "LAO ",
        "KHMER ",
        "MYANMAR ",
    )
    return name.startswith(kinds) or each in "〇々ー"


def spelled_out(text: str) -> list[str]:
    """The tokens once more, character by character, without a pattern."""
    found: list[str] = []
    word, run = "", ""
    for each in f"{text}\0":
        if word and (
            is_unspaced(each) or not (each.isalnum() or each == "_" or unicodedata.category(each) in ("Mn", "Mc"))
        ):
            found, word = [*found, word], ""
        if run and each != " " and not is_unspaced(each):
            found, run = [*found, *map("".join, pairwise(run)), run[-1]], ""
        if is_unspaced(each):
            run += each
        elif each.isalnum() or each == "_" or (word and unicodedata.category(each) in ("Mn", "Mc")):
            word += each
        elif each in "+#$%&@":
            found.append(each)
    return found


@law
@given(st.lists(st.sampled_from([each for each in PIECES if each != "\u0301"]), max_size=10).map("".join).map(folded))
def test_tokens_are_what_they_are_said_to_be(text: str) -> None:
    assert tokens(text) == spelled_out(text)


@law
@given(texts)
def test_every_character_of_a_script_without_spaces_has_one_token_that_begins_with_it(text: str) -> None:
    own = [each for each in folded(text) if "\u4e00" <= each <= "\u9fff"]
    assert own == [each[0] for each in tokens(folded(text)) if "\u4e00" <= each[0] <= "\u9fff"]


# ------------------------------------------------------------------------------------------------------- phrases


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("发布新", Phrase(("发布", "布新"))),
        ("发", Phrase(("发",), last_is_prefix=True)),
        ("GPT发", Phrase(("gpt", "发"), last_is_prefix=True)),
        ("发GPT", Phrase(("发", "gpt"))),
        ("型。号", Phrase(("型", "号"), last_is_prefix=True)),
        ("发布 GPT-5", Phrase(("发布", "布", "gpt", "5"))),
        ("fund*", Phrase(("fund",), last_is_prefix=True)),
        ("c++*", Phrase(("c", "+", "+"))),
        ("发布*", Phrase(("发布",))),
        ("。", Phrase(())),
    ],
)
def test_a_phrase_looks_for_these_tokens(text: str, found: Phrase) -> None:
    assert asked(text) == found


def test_only_a_word_can_go_on() -> None:
    assert [ends_in_a_word(each) for each in ("fund", "gpt 发布x", "发", "发布", "c++", "-", "")] == [
        True,
        True,
        *[False] * 5,
    ]


def test_a_phrase_without_tokens_stands_nowhere() -> None:
    assert not stands_in(Phrase(()), column("a"))
    assert not stands_in(Phrase(()), "")


@law
@given(texts, texts, texts)
def test_a_text_stands_in_every_text_around_it(before: str, text: str, after: str) -> None:
    if tokens(folded(text)):
        assert stands_in(phrase(folded(text)), column(folded(f"{before}。{text} . {after}")))


COLUMNS = ("title", "company", "body")


@law
@given(
    st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=5),
    st.lists(st.tuples(texts, st.booleans()), min_size=1, max_size=5),
)
def test_fts5_finds_exactly_what_stands_in(
    rows: Sequence[tuple[str, str, str]], phrases: Sequence[tuple[str, bool]]
) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        f"CREATE VIRTUAL TABLE words USING fts5({', '.join(COLUMNS)}, content='', tokenize=\"{TOKENIZER}\")"
    )
    kept = [[column(folded(each)) for each in row] for row in rows]
    connection.executemany(
        "INSERT INTO words(rowid, title, company, body) VALUES(?, ?, ?, ?)", [(n, *row) for n, row in enumerate(kept)]
    )
    for text, is_prefix in phrases:
        sought = phrase(folded(text), is_prefix=is_prefix)
        for names in (COLUMNS, COLUMNS[:1], COLUMNS[1:]) if sought.tokens else ():
            found = connection.execute(
                "SELECT rowid FROM words WHERE words MATCH ?", (match_expression(sought, names),)
            )
            places = [COLUMNS.index(name) for name in names]
            expected = [n for n, row in enumerate(kept) if any(stands_in(sought, row[place]) for place in places)]
            assert sorted(n for (n,) in found) == expected, (text, names)
    connection.close()


# ------------------------------------------------------------------------------------------------------ snippets


def shown(raw: str, *sought: str, width: int = 40) -> str:
    found = snippet(raw, [asked(each) for each in sought], width_characters=width)
    text = found.text
    for start, end in reversed(found.spans):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return "…" * found.is_cut_before + text + "…" * found.is_cut_after


ZH = "据悉，某公司近日完成了新一轮融资，由多家机构领投。ＧＰＴ发布新\n模型，参数规模超过千亿，性能提升显著，定价仍未公布。"
EN = "The company has released a new model called GPT-5, twice as fast as the last one; pricing starts at $20 a month."


@pytest.mark.parametrize(
    ("raw", "sought", "width", "line"),
    [
        (ZH, ["新模型"], 20, "…ＧＰＴ发布[新 模型]，参数规模超过千亿，…"),
        (ZH, ["gpt"], 14, "…[ＧＰＴ]发布新 模型，参数规模…"),
        (ZH, ["据悉"], 12, "[据悉]，某公司近日完成了新…"),
        (ZH, ["公布"], 12, "…定价仍未[公布]。"),
        (EN, ["GPT 5"], 40, "…called [GPT-5], twice as fast as the last…"),
        (EN, ["pric*", "$20"], 40, "…[pricing] starts at [$20] a month."),
        (EN, ["zebra"], 20, "The company has…"),
        ("cafe\u0301 ﬁne……straße ½", ["CAFÉ", "fine", "strasse"], 40, "[cafe\u0301] [ﬁne]……[straße] ½"),
        ("a\n\n  b\tc", ["b"], 40, "a [b] c"),
        ("发布", ["发"], 40, "[发]布"),
        ("发布", ["发", "布"], 40, "[发布]"),
        ("か\u3099" * 30, ["zebra"], 5, "か\u3099か\u3099…"),
        ("x" * 60 + " gpt", ["gpt"], 20, "…[gpt]"),
        ("", ["a"], 20, ""),
        (" \n", ["a"], 20, ""),
    ],
)  # fmt: skip
def test_a_snippet_shows_the_place(raw: str, sought: list[str], width: int, line: str) -> None:
    assert shown(raw, *sought, width=width) == line


def test_a_snippet_shows_the_place_where_most_of_the_phrases_stand() -> None:
    raw = "fast " + "and so on " * 20 + "the new model is fast " + "and so on " * 20 + "model model model"
    assert "[model] is [fast]" in shown(raw, "fast", "model")
    assert "[beta] [gamma]" in shown(f"alpha {'and so on ' * 5} beta gamma", "alpha", "beta", "gamma")


def test_a_hit_that_is_wider_than_the_snippet_is_shown_from_its_beginning() -> None:
    assert shown("x " * 10 + "y" * 30, "y*", width=10) == f"…[{'y' * 10}]…"


def test_a_text_that_was_made_to_be_slow_is_shown_too() -> None:
    found = snippet("a" * 300_000 + " 发" * 300_000, [asked("发"), asked("a*")])
    assert found.spans


@law
@given(texts, st.lists(texts, max_size=3), st.integers(5, 30))
def test_a_snippet_is_of_the_text_and_marks_what_stands_in_it(raw: str, sought: list[str], width: int) -> None:
    phrases = [phrase(folded(each)) for each in sought]
    found = snippet(raw, phrases, width_characters=width)
    assert len(found.text) <= width and "\n" not in found.text
    assert found.text in re.sub(r"\s+", " ", raw)
    assert all(0 <= start < end <= len(found.text) for start, end in found.spans)
    assert bool(found.spans) == any(stands_in(each, column(folded(raw))) for each in phrases)
    if len(raw) <= width:
        assert found == Snippet(" ".join(raw.split()), found.spans) or not raw.strip()
