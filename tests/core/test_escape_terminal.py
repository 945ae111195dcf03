"""Text on a terminal: it is printed, and it does nothing else."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core.escape import terminal

SEQUENCES = [
    "\x1b[31m",
    "\x1b]8;;https://evil.example\x1b\\",
    "\x1b]0;title\x07",
    "\x9b2J",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "\b",
]
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
ODD = [*SEQUENCES, *BIDI, "\ud800", "\udfff", "\ufdd0", "\u0301", "\ufe0f", "\u200d", "\U000e0041", "\u2028"]
ANY_TEXT = st.lists(st.text(st.characters()) | st.sampled_from(ODD)).map("".join)
relaxed = settings(max_examples=80, deadline=None)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("OpenAI – 深度求索 🇸🇪 é", "OpenAI – 深度求索 🇸🇪 é"),
        ("می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"),
        ("\x1b[2J\x1b]0;x\x07", "\\x1b[2J\\x1b]0;x\\x07"),
        ("a\x7fb\x9bc\x85d", "a\\x7fb\\x9bc\\x85d"),
        ("safe\rEVIL", "safe\\x0dEVIL"),
        ("abc\u202ecba", "abc\\u202ecba"),
        ("a\u200bb\u00adc\ufeff\U000e0041", "abc"),
        ("a\udc80\ufdd0", "a\ufffd\ufffd"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 4),
        ("a\n\tb\r\nc\u2028d", "a b c d"),
    ],
)
def test_a_line_is_printed_and_nothing_is_carried_out(text: str, printed: str) -> None:
    assert terminal(text) == printed


def test_several_lines_keep_their_ends_and_tabs() -> None:
    assert terminal("a\n\tb\r\nc\rd\x1b", multiline=True) == "a\n\tb\nc\\x0dd\\x1b"


@given(ANY_TEXT, st.booleans())
@relaxed
def test_any_text_is_only_printed(text: str, multiline: bool) -> None:
    printed = terminal(text, multiline=multiline)
    printed.encode("utf-8")
    controls = {character for character in printed if unicodedata.category(character) in ("Cc", "Cs")}
    assert controls <= ({"\n", "\t"} if multiline else set())
    assert not set(BIDI).intersection(printed)


@given(ANY_TEXT, st.booleans())
@relaxed
def test_printing_what_was_made_safe_changes_nothing_more(text: str, multiline: bool) -> None:
    printed = terminal(text, multiline=multiline)
    assert terminal(printed, multiline=multiline) == printed


@given(st.text(st.characters(categories=("L", "N", "P"))))
@relaxed
def test_words_and_numbers_are_printed_as_they_are(text: str) -> None:
    assert terminal(text) == text
