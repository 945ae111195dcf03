"""Patterns: what they match is what Python's own engine says, and they never take long."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core.query.pattern import compiled
from leadbase.errors import UsageError

ATOMS = st.sampled_from(["a", "b", "1", " ", ".", "[ab]", "[^a]", "[a-c1]", "[^\\d]", "\\d", "\\w", "\\s", "\\.", "中"])
REPEATS = st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}", "{,2}", "{0,}"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({}|{})".format, inner, inner),
        st.builds("(?:{}){}".format, inner, REPEATS),
        st.builds("({}|){}".format, inner, inner),
        st.builds("{}{}".format, inner, inner),
    )


BODIES = st.recursive(ATOMS, _larger, max_leaves=8)
BRANCHES = st.builds("{}{}{}".format, st.sampled_from(["", "^"]), BODIES, st.sampled_from(["", "$"]))
PATTERNS = st.lists(BRANCHES, min_size=1, max_size=2).map("|".join)


@settings(max_examples=200, deadline=None)
@given(PATTERNS, st.lists(st.text("ab1c. 中_", max_size=9), min_size=1, max_size=6))
def test_a_pattern_finds_what_pythons_engine_finds(source: str, values: list[str]) -> None:
    try:
        pattern = compiled(source)
    except UsageError as error:
        assert "empty text" in error.message
        assert re.search(f"(?:{source})(?!.)", "", re.DOTALL)
        return
    for value in values:
        assert pattern.is_in(value) == bool(re.search(source, value, re.DOTALL)), value


def test_case_and_width_of_a_pattern_do_not_count() -> None:
    assert compiled("GPT-[A-Z]").is_in("the gpt-x")
    assert compiled("Ｇpt（").is_in("gpt(")
    assert compiled("ß").is_in("strasse")
    assert not compiled("^ss$").is_in("strasse")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("(a?){60}(a){60}b", "a" * 5_000),
        ("(a|a)*(a|a)*(a|a)*b", "a" * 20_000),
        ("((a*)*)*b", "a" * 20_000),
        (".*.*.*.*.*.*x", "a" * 20_000),
        ("(a|b)*a(a|b){60}c", "ab" * 2_000),
    ],
)
def test_what_would_keep_another_engine_busy_for_ever_is_answered_at_once(source: str, text: str) -> None:
    assert not compiled(source).is_in(text)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a*", "matches the empty text"), ("", "matches the empty text"), ("a|", "matches the empty text"),
        ("^$", "matches the empty text"), ("(a", "a ( that is not closed"), ("a)", "a ) without its ("),
        ("[a", "a [ that is not closed"), ("[]", "empty []"), ("[z-a]", "runs backwards"), ("[[a]", "[ cannot stand inside"),
        ("[ß]", "cannot stand inside []"), (r"[a-\d]", "more than one character"), ("a**", "repeats a repeat"),
        ("a*?", "repeats a repeat"), ("*a", "* cannot stand there"), ("a{3,2}", "repeats nothing"), ("a{0}", "repeats nothing"),
        (r"\b", "\\b is not a part of patterns"), (r"\1", "\\1 is not a part"), ("\\", "is not a part of patterns"),
        ("(?=a)", "? cannot stand there"), ("a$b", "$ may stand only at the end"), ("(a$)", "$ may stand only at the end"),
        ("a^b", "^ cannot stand there"), ("a{x}", "{ cannot stand there"), ("(" * 11 + "a" + ")" * 11, "groups more than 10"),
        ("(a{40}){40}", "is too large"), ("(((){99}){99}){99}", "repeats too much"), ("a{999}", "is too large"), ("a" * 201, "has 201 characters; 200 are allowed"),
    ],
)  # fmt: skip
def test_a_pattern_outside_the_allowed_part_is_refused_with_its_reason(source: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        compiled(source)
    assert message in raised.value.message


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30) | st.text("()[]{}|?*+^$.\\ab1,-", max_size=14))
def test_any_text_is_a_pattern_or_a_usage_error(source: str) -> None:
    try:
        compiled(source).is_in("ab1 中文")
    except UsageError as error:
        assert error.message
