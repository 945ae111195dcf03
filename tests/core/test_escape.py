"""Third-party text: the vectors, one by one, and what headings, quotes and spreadsheet cells add to them."""

import html
import json
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadbase.core.escape import clean, heading, inline, shown, spreadsheet, unique_headings

VECTORS = json.loads((Path(__file__).parent / "data" / "escape-vectors.json").read_text("utf-8"))
FAMILY = "👩‍👩‍👧"
ODD = "\0\x1b\x85\xa0\u2028\u202e\u200b\u200d\u0301\ufe0f\ufdd0\ud800\udfff\U000e0041\U0010ffff{}<>[]\\&#;:@*_`|$~=%+-"
ODD_TEXT = st.lists(st.text(st.characters(), max_size=4) | st.sampled_from(ODD), max_size=12).map("".join)
ANY_TEXT = st.text(st.characters()) | ODD_TEXT
HOSTILE_TEXT = st.lists(
    st.sampled_from(sorted({part for vector in VECTORS for part in re.findall(r"\w+|\W", vector["input"])})),
    max_size=14,
).map("".join)

relaxed = settings(max_examples=80, deadline=None)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_vector_gives_the_text_that_was_tried_on_every_generator(vector: dict[str, str]) -> None:
    assert inline(vector["input"]) == vector["text"]
    assert inline(vector["input"], lookalike=False) == vector["exact"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  two\u3000 words\n\n", "two words"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        (FAMILY, FAMILY),
        ("ก" + "็" * 20, "ก" + "็" * 4),
        ("H" + "\u0301\ufe0f" * 40, "H\u0301\ufe0f\u0301\ufe0f"),
        ("a" + "\u200d\u200c" * 40 + "b", "a\u200d\u200c\u200d\u200cb"),
        ("a\U000e0049\U000e0067b\U000e0100", "ab"),
        ("\ufdd0\U0010ffff", "\ufffd\ufffd"),
        ("\u200d", ""),
        (" \u3164\u2800\ufe0f ", ""),
    ],
)
def test_cleaning_keeps_what_can_be_read_and_drops_what_cannot(text: str, line: str) -> None:
    assert clean(text) == line


@given(ANY_TEXT | HOSTILE_TEXT)
@relaxed
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT | HOSTILE_TEXT)
@relaxed
def test_a_cleaned_text_is_one_printable_line(text: str) -> None:
    line = clean(text)
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert line == " ".join(line.split())


@given(ANY_TEXT | HOSTILE_TEXT)
@relaxed
def test_a_formatter_that_decodes_the_entities_arms_nothing(text: str) -> None:
    decoded = html.unescape(inline(text))
    assert not set("{}<>\\").intersection(decoded)
    assert not any(pair in decoded for pair in ("[[", "]]", "==", "%%"))
    assert _decoded(inline(text)) == shown(text)


def _decoded(markdown: str) -> str:
    """The text behind Markdown's entities, which end in a semicolon; `html.unescape` also knows some that do not."""
    return re.sub(r"&#(\d+);", lambda entity: chr(int(entity[1])), markdown)


@given(ANY_TEXT | st.lists(st.sampled_from("{}<>\\｛｝＜＞＼﹛﹜﹤﹥﹨︷︸\u0338 a")).map("".join))
@relaxed
def test_compatibility_normalisation_brings_no_mark_back(text: str) -> None:
    assert not set("{}<>\\").intersection(unicodedata.normalize("NFKC", inline(text)))


def test_no_character_of_unicode_is_normalised_to_a_mark_that_can_run() -> None:
    every_character = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    suspects = [character for character in every_character if not set("{}<>\\").isdisjoint(_compatible(character))]
    assert len(suspects) > 10
    assert not set("{}<>\\").intersection(_compatible(inline(" ".join(suspects))))


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def test_marks_that_would_pair_up_across_texts_are_entities_when_strict() -> None:
    assert inline("costs $5 ~now snake_case", strict=True) == "costs &#36;5 &#126;now snake&#95;case"
    assert inline("costs $5 ~now snake_case") == "costs $5 ~now snake_case"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("export default x", "&#101;xport default x"),
        ("exports rise", "exports rise"),
        ("v:1 2:b", "v&#58;1 2&#58;b"),
        ("c/o +/- =/=", "c&#47;o +&#47;- =&#47;="),
        ("11/2 1/23 6/7", "11/2 1/23 6&#47;7"),
        ("so;) what?1 no!2", "so&#59;) what&#63;1 no&#33;2"),
        ("(R) (x)", "&#40;R) (x)"),
        ("C#的", "C&#35;的"),
        ("&ltb &GTb &nbsp", "&#38;ltb &#38;GTb &nbsp"),
        ("２. x", "２&#46; x"),
    ],
)
def test_a_mark_is_an_entity_where_some_reader_takes_it_for_more(text: str, escaped: str) -> None:
    assert inline(text) == escaped


def test_two_times_of_day_do_not_make_an_emoji_name() -> None:
    assert inline("10:30") == "10:30"
    assert inline("1:100:2") == "1&#58;100&#58;2"


@pytest.mark.parametrize("mark", ["+", "-", "&#", "1", ":1", "\u0301", "\u3164 ", "[", "🇸"])
def test_a_very_long_run_is_no_burden(mark: str) -> None:
    # a pattern that reads the run again from each of its characters would take minutes
    text = mark * 50_000
    assert _decoded(inline(f"a{text}b")) == shown(f"a{text}b")
    assert len(heading(text)) <= 1200
    assert _decoded(inline(text + "x")) == shown(text + "x")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("It ends here.", "It ends here"),
        ("It ends here .", "It ends here"),
        ("And then...", "And then..&#46;"),
        ("Really?", "Really?"),
        ("Now!", "Now&#33;"),
        ("Says: ", "Says&#58;"),
        ("One, two,", "One, two&#44;"),
        ("One;", "One&#59;"),
        ("发布了。", "发布了&#12290;"),
        ("发布了！", "发布了&#65281;"),
        ("Learning F#", "Learning F&#35;"),
        ("!", "&#33;"),
        (".", ""),
        ("", ""),
    ],
)
def test_a_heading_does_not_end_in_punctuation(title: str, text: str) -> None:
    assert heading(title) == text


@given(ANY_TEXT | HOSTILE_TEXT, st.sampled_from((8, 40, 200)))
@relaxed
def test_a_heading_is_short_and_leaves_markdownlint_quiet(title: str, limit: int) -> None:
    text = heading(title, limit=limit)
    # markdownlint's rule MD026: its default punctuation, unless it closes an entity
    assert not re.search(r"[.,;:!。，；：！]\Z", text) or re.search(r"&#\d+;\Z", text)
    assert len(_decoded(text)) <= limit + 3  # `[[` and the like get shorter, nothing gets longer
    assert text or not clean(title).strip(". ")


def test_a_long_title_is_cut_at_a_word() -> None:
    title = "A model, " * 40
    assert heading(title, limit=40) == "A model, A model, A model, A model, A…"
    assert heading(title, limit=37) == "A model, A model, A model, A model…"
    assert heading("." * 50, limit=10) == "." * 9 + "…"


def test_a_long_title_without_spaces_is_cut_anywhere() -> None:
    assert heading("深度求索" * 100, limit=20) == "深度求索" * 4 + "深度求…"


def test_a_title_is_cut_before_it_is_escaped() -> None:
    assert heading("*" * 300, limit=10) == "&#42;" * 9 + "…"


CHARACTERS = {
    "family": FAMILY,
    "accent": "e\u0301",
    "flag": "🇸🇪",
    "skin": "👍🏽",
    "keycap": "1\ufe0f\u20e3",
    "jamo": "\u1112\u1161\u11ab",
}


@pytest.mark.parametrize("unit", CHARACTERS.values(), ids=CHARACTERS.keys())
def test_a_cut_never_splits_what_is_read_as_one_character(unit: str) -> None:
    for limit in range(20, 30):
        kept = heading(unit * 60, limit=limit).removesuffix("…")
        assert kept == unit * (len(kept) // len(unit))
        assert len(kept) > limit - 2 - len(unit)


def test_a_title_that_is_one_endless_character_is_still_cut() -> None:
    assert heading("\u200d".join("👩" * 200), limit=20) == ("\u200d".join("👩" * 200))[:19] + "…"


def test_repeated_headings_are_told_apart_by_their_lead() -> None:
    headings = [("Morning brief", "a1"), ("Other", "b2"), ("morning Brief", "c3"), ("Not adopted", "d4")]
    assert unique_headings(headings, taken=["Not adopted"]) == [
        "Morning brief",
        "Other",
        "morning Brief (c3)",
        "Not adopted (d4)",
    ]


@given(st.lists(st.sampled_from(["X", "X (1)", "X (2)", "X (1) (1)", "Y"]), max_size=8))
@example(["X (2)", "X", "X"])
@relaxed
def test_headings_are_unique_even_when_a_title_imitates_the_suffix(titles: list[str]) -> None:
    headings = unique_headings([(title, str(number)) for number, title in enumerate(titles)], taken=["Y"])
    assert len({*headings, "Y"}) == len(titles) + 1


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", " =1", "\ufeff=1", "\u200d=1"],
)
def test_text_that_a_spreadsheet_would_compute_is_marked_as_text(text: str) -> None:
    assert spreadsheet(text) == "'" + text


@pytest.mark.parametrize("text", ["", "OpenAI", "1-2", "'=1", "深度求索", "a\tb", "#1"])
def test_other_text_is_a_cell_as_it_is(text: str) -> None:
    assert spreadsheet(text) == text


def test_a_cell_with_half_a_character_can_be_written() -> None:
    assert spreadsheet("a\udc80") == "a\ufffd"


@given(ANY_TEXT)
@relaxed
def test_a_cell_can_be_written_and_is_marked_once(text: str) -> None:
    cell = spreadsheet(text)
    cell.encode("utf-8")
    assert spreadsheet(cell) == cell
