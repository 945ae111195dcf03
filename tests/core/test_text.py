"""Text as the rules read it, and the way back to the writer's own characters."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadbase.core.text import _INVISIBLE, INVISIBLE, Passage, folded, has_chinese, passage

# ordinary letters beside all that can change length on the way: ligatures, marks, jamo, hidden and full-width characters
ODD = "ﬁﬃßİŉǰΐ㎏㍿①½ＡＢｃ１，。！　\u200b\u200d\u2060\ufeff\xad\u0301\u0308\u0323\u3099ｶﾞ가\u1112\u1161\u11abﷺ…℡Ⅻ㈱ſΣςｱ゙"
CHARACTERS = st.one_of(st.sampled_from(ODD), st.sampled_from("ab cd\n\t 中文字Aé1-"), st.characters(codec="utf-8"))
TEXTS = st.text(CHARACTERS, max_size=40)
law = settings(max_examples=300, deadline=None)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [("DeepSeek V4", "deepseek v4"), ("ＤｅｅｐＳｅｅｋ　Ｖ４", "deepseek v4"), ("Deep\u200bSeek\ufeff", "deepseek"),
     ("  a \n\t b\r\nc  ", "a b c"), ("ﬁne", "fine"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("cafe\u0301", "café"),
     ("２００亿美元", "200亿美元"), ("融资，估值", "融资,估值"), ("①", "1"), ("co\xadoperate", "cooperate"), ("ＡＢＣ！！", "abc!!"),
     ("\u202eevil\u202c", "evil"), ("", ""), ("\u200b", ""), ("\u3000", "")],
)  # fmt: skip
def test_the_normalised_form(raw: str, plain: str) -> None:
    assert folded(raw) == plain


@law
@given(TEXTS)
def test_normalising_twice_is_normalising_once(raw: str) -> None:
    assert folded(folded(raw)) == folded(raw)


@law
@given(TEXTS)
def test_the_normalised_form_is_one_line_without_hidden_characters(raw: str) -> None:
    plain = folded(raw)
    assert "\n" not in plain
    assert "  " not in plain
    assert plain == plain.strip()
    assert not {"\u200b", "\u200d", "\ufeff", "\xad", "\u202e"} & set(plain)


def test_a_passage_is_the_title_and_the_lede() -> None:
    found = passage(" Ｔitle  one ", "\n\n  The Text\nhere. " + "x" * 500, 400)
    assert found.text.split("\n")[0] == "title one"
    assert found.text[: found.title_length] == "title one"
    assert found.text.split("\n")[1].startswith("the text here. xxx")
    assert len(found.text.split("\n")[1]) == 400


def test_a_title_without_end_is_read_to_its_thousandth_character() -> None:
    found = passage("word " * 20_000, "lede", 400)
    assert found.title_length <= 1000
    assert found.text.endswith("\nlede")
    start = found.text.index("lede")
    span = found.span(start, start + 4)
    assert (span.field, span.start, span.end) == ("text", 0, 4)


def test_a_span_points_at_the_writers_own_characters() -> None:
    title, text = "Ｈｅｌｉｏｓ\u200b sues ＢＯＲＥＡＬＩＳ", "\n  据悉，估值\u200b逾２００亿美元。"
    found = passage(title, text, 400)
    for piece, field, expected in (
        ("helios", "title", "Ｈｅｌｉｏｓ"),
        ("sues", "title", "sues"),
        ("borealis", "title", "ＢＯＲＥＡＬＩＳ"),
        ("据悉", "text", "据悉"),
        ("200亿美元", "text", "２００亿美元"),
        ("估值逾", "text", "估值\u200b逾"),
    ):
        start = found.text.index(piece)
        span = found.span(start, start + len(piece))
        assert span.field == field
        assert (title if field == "title" else text)[span.start : span.end] == expected


def test_a_span_holds_where_a_character_grows_and_a_space_goes() -> None:
    # one ligature more, one space less: as long as before, and yet nothing stands where it stood
    title = "ﬁrst  leak"
    found = passage(title, "", 400)
    start = found.text.index("leak")
    span = found.span(start, start + 4)
    assert title[span.start : span.end] == "leak"


def words(found: Passage) -> list[tuple[str, int]]:
    """Every word of a passage and where it starts."""
    return [(match.group(), match.start()) for match in re.finditer(r"\S+", found.text)]


@law
@given(TEXTS, TEXTS)
@example("ﬁ  x", "")
def test_the_characters_behind_a_span_fold_to_what_was_found(title: str, text: str) -> None:
    found = passage(title, text, 40)
    for word, start in words(found):
        for first, last in ((0, len(word)), (0, 1), (len(word) - 1, len(word)), (len(word) // 2, len(word))):
            span = found.span(start + first, start + last)
            whole = title if span.field == "title" else text
            assert span.field == ("title" if start < found.title_length else "text")
            assert 0 <= span.start <= span.end <= len(whole)
            assert word[first:last] in folded(whole[span.start : span.end]), (word, span)


@law
@given(TEXTS)
def test_width_and_case_are_all_that_is_lost_of_plain_text(raw: str) -> None:
    for form in ("NFC", "NFD", "NFKC"):
        if raw.isprintable() and "\u0345" not in unicodedata.normalize("NFD", raw):
            assert folded(unicodedata.normalize(form, raw)) == folded(raw)


def test_chinese_is_recognised() -> None:
    assert has_chinese("OpenAI 发布")
    assert not has_chinese("OpenAI, ＧＰＴ，カタカナ")


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from("，：；！？（）％a1 \u0338\u200b\u00ad\U000e0041\u2019\u2014İſ")),
        max_size=30,
    )
)
def test_the_normalised_form_is_the_same_without_any_shortcut(raw: str) -> None:
    shown = "".join(character for character in raw if ord(character) not in INVISIBLE)
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    typed = plain.translate({**dict.fromkeys(map(ord, "‐‑‒–—−"), "-"), **dict.fromkeys(map(ord, "‘’′"), "'")})
    assert folded(raw) == " ".join(typed.split())


def test_what_shows_nothing_is_known_by_both_its_table_and_its_expression() -> None:
    every = "".join(map(chr, range(0x110000)))
    assert set(map(ord, _INVISIBLE.findall(every))) == set(INVISIBLE)
