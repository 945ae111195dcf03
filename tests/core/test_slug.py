import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core.slug import ascii_slug, file_slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("OpenAI's GPT-5.5: what’s next?", "openais-gpt-5-5-whats-next"),
        ("深度求索发布 V4 预览版", "深度求索发布-v4-预览版"),
        ("ＤｅｅｐＳｅｅｋ　Ｖ４", "deepseek-v4"),
        ("Cafe\u0301 Zürich", "café-zürich"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("../../.git/hooks", "git-hooks"),
        ("-rf *", "rf"),
        ("snake_case_name", "snake-case-name"),
        ("CON", "con-lead"),
        ("com¹", "com1-lead"),
        ("console", "console"),
        ("!!! 🎉", ""),
        ("", ""),
    ],
)
def test_a_file_slug_keeps_letters_of_any_script_and_nothing_a_file_system_minds(text: str, slug: str) -> None:
    assert file_slug(text) == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Moonshot AI", "moonshot-ai"), ("月之暗面", "yue-zhi-an-mian"), ("L'Oréal", "loreal"), ("…", "")],
)
def test_an_ascii_slug_transliterates(text: str, slug: str) -> None:
    assert ascii_slug(text) == slug


def test_a_long_slug_is_cut_at_a_word() -> None:
    assert file_slug("word " * 40) == "-".join(["word"] * 16)
    assert file_slug("x" * 200) == "x" * 80
    assert file_slug("月" * 100) == "月" * 26


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_every_slug_is_a_plain_name(text: str) -> None:
    slug = file_slug(text)
    assert len(slug.encode()) <= 80
    assert slug == unicodedata.normalize("NFC", slug)
    assert not slug.startswith((".", "-"))
    assert not slug.endswith((".", "-"))
    assert not re.search(r'[\s/\\:*?"<>|.\x00-\x1f\x7f]', slug)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", ascii_slug(text))
