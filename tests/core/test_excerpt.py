import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core.excerpt import excerpt, shortened, width

LONG = "Northwind opened a data centre in Kiruna. It runs on water power. " * 12


def columns(text: str) -> int:
    return sum(map(width, text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One sentence.", "One sentence."),
        ("# Title\n\nThe **first** paragraph with `code` and [a link](https://x.example/a_(b) \"t\").\n\nThe second.",
         "The first paragraph with code and a link. The second."),
        ("> quoted\n- item\n1. first\n* star", "quoted item first star"),
        ("![alt](x.png)\n\n| a | b |\n| - | - |\n\nAfter the table.", "After the table."),
        ("```\ncode\n```\n\nProse. <!-- hidden -->", "Prose."),
        ("第一行，\n第二行。", "第一行，第二行。"),
        ("中文 and\nEnglish", "中文 and English"),
        ("2 * 3 * 4 and snake_case", "2 * 3 * 4 and snake_case"),
        ("~~~\nnever closed", ""),
        ("---\n***\n", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_prose_of_a_text_is_shown_without_its_marks(text: str, shown: str) -> None:
    assert excerpt(text) == shown


def test_a_long_text_is_cut_after_the_last_sentence_that_fits() -> None:
    shown = excerpt(LONG)
    assert shown.endswith("power.")
    assert 200 < len(shown) <= 280


def test_a_chinese_text_is_cut_after_a_sentence_at_half_as_many_characters() -> None:
    shown = excerpt("北风智能周五公布了新的数据中心，全部使用水电。" * 12)
    assert shown.endswith("。")
    assert 60 < len(shown) <= 140


def test_a_version_number_ends_no_sentence() -> None:
    shown = excerpt(f"They shipped GPT-5.5 at 3.2 billion{' and more' * 40}")
    assert shown.endswith((" and more…", " and…"))


def test_without_a_sentence_the_cut_is_at_a_word() -> None:
    assert shortened("one two three four", 14) == "one two three…"
    assert shortened("one two three four", 18) == "one two three four"
    assert shortened("x" * 50, 10) == "x" * 9 + "…"


def test_no_character_is_cut_in_two() -> None:
    family = "👨‍👩‍👧‍👦"
    assert shortened(family * 3, 3) in ("…", f"{family}…")
    assert shortened("e\u0301" * 20, 5) == "e\u0301" * 4 + "…"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.integers(10, 60))
def test_an_excerpt_is_one_line_that_fits(text: str, limit: int) -> None:
    shown = excerpt(text, limit)
    assert columns(shown) <= limit + 1
    assert "\n" not in shown
    assert shown == shown.strip()


@pytest.mark.parametrize("piece", ["**a ", "[a](", "`` ` ", "![", "<!--", "* a* ", "```\n", "> - ", "[a](b(", "_ __"])
def test_a_text_made_to_take_long_does_not(piece: str) -> None:
    assert columns(excerpt(piece * 400_000)) <= 281  # a pattern that takes quadratic time would be at it for hours
