"""Front matter read without a YAML parser says exactly what the parser says, or is left to it."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core import leadfile
from leadbase.core.plainfields import FIRST_LINE, Fields, plain_fields
from leadbase.core.yamltext import read_fields

LEAD = """\
# a comment
company: [百度, "U.S. Dept. of Energy", 'O''Neil', 3, null]
title: "OpenAI: a new round, #1"
标题: 模型发布，估值约533亿美元（13）
type: funding   # as announced

link: https://a.example/x?y=1#z:8
time: 2026-03-23T15:45+08:00
note: 'it''s "new"'
also:
  - source: CNN
    link: https://cnn.example/
    time:
  - https://b.example/
  - "source: x"
follow up:
- a b
- 7
empty:
nothing: ~
score: 78
zip: 00123
rate: 4.50
none: []
is new: true
"""
PLAIN = [
    "title: a", "title: 标题，发布 🧑 3", "link: https://a.example/b:c?d#e", "score: 41", "rate: 4.50", "zip: 00123",
    "flag: true", "none: null", "none: ~", "empty:", "empty: ", "quote: 'it''s'", 'quote: "a: b #c"', "quote: ''", "a b: c  ",
    "note: x # y: z", "tags: [a, b c, 3]", "tags: []", "tags: [ 'a' ]", "tags: [\"a\", 'b']", "tags:\n- a\n- 7", "also:\n  - source: x\n    link: y",
    "also:\n- source: x\n  link:\n- z", "# comment", "", "time: 2026-04-24 11:30", "path: C:\\x", "note: a, [b] {c} & *d !e |f >g %h @i",
    "标题: b",
]  # fmt: skip
NASTY = [
    "title: a\n  b", "title: a: b", "title: a:", "title:b", "title : a", "title:\tb", "title: a\tb", "title: a #", "? title", "- x", "-",
    "x", "'title': b", '"t": b', "true: x", "null: x", "~: x", "3: x", "<<: x", ": x", "rate: -.5", "tags: ['a, b']", "zip: -", "zip: -5", "zip: - 5", "zip: -a", "a: .inf", "a: .nan",
    "a: " + "9" * 500, "a: 0x1F", "a: 0o17", "a: 1e999", "a: 1_000", "a: !!str 5", "a: !x 5", "a: &b c", "a: *b", "a: |\n  x\n  y", "a: >-\n  x", "a: 'x", 'a: "x',
    'a: "\\u00e9"', 'a: "x" # y', "a: 'x' y", "a: 'x'y'", "a: '''", "a: ''''", "a: [b", "a: [b]]", "a: [b]c", "a: [b, ]", "a: [, b]", "a: [b: c]", "a: [[b]]", "a: [-, b]",
    "a: [b #c]", "a: [b,\n  c]", "a: ['b' 'c']", "a: ['b, c]", "a: {b: c}", "a: {}", "a: %b", "a: @b", "a: `b", "a: ?b", "a: :b", "a: ,b", "a: ]", "a:\n  b: c",
    "a:\n  b", "a:\n-b", "a:\n- ", "a:\n-", "a:\n- b\n  c", "a:\n- b\n - c", "a:\n  - b\n- c", "a:\n- b: c\n   d: e", "a:\n- b: c\n d: e", "a:\n- b: c\n  b: d", "a:\n- b:\n  - c",
    "a:\n- b: c\n\n  d: e", "a:\n# c\n- b", "a:\n- b\n# c\n- d", "a:\n-  b: c\n   d: e", "a:\n- - b", "a:\n- [b, c]", "a:\n- b: [c, d]", "a:\n- true: x", "a:\n- b :c",
    "a:\n- b: c: d", "a: null\n- b", "a: ~\n  - b", "a: b\n- c", "a: #c\n- b", "a:\n\n- b", "--- x", "... x", "%YAML 1.2", " a: b", "a:\u3000b", "a: \u3000b", "a: b\xa0", "a: b\u2028c", "a: \ufeffb", "a: b\u200bc",
    "a: b\rc", "a:\n- b\n-", "a:\n- b: c\n- d\n  e: f", "a" * 1100 + ": b", "a: " + "[" * 70 + "]" * 70, "a#b: c", "a #b: c", "a: =", "a: <<", "a.b: c", "a:\n- 'b': c",
    "a:\n- b: 'c\n  d: e'", "a: b  \n   ", "é: b", "a\u0301: b", "٣: b",
]  # fmt: skip


def through_the_parser(text: str) -> Fields | None:
    """What libyaml's events say; None when anything is wrong."""
    fields, problems = read_fields(text, "x.md", FIRST_LINE)
    return None if problems else fields


def assert_same(text: str) -> Fields | None:
    """What is read without the parser, after comparing it with what is read by it: order, types and all."""
    plain = plain_fields(text)
    if plain is not None:
        assert repr(plain) == repr(through_the_parser(text))
    return plain


def test_a_lead_of_the_plainest_kind_needs_no_parser() -> None:
    plain = assert_same(LEAD)
    assert plain is not None
    assert plain.values["company"] == ["百度", "U.S. Dept. of Energy", "O'Neil", 3, None]
    assert plain.texts["company"] == ["百度", "U.S. Dept. of Energy", "O'Neil", "3", None]
    assert plain.values["also"][0] == {"source": "CNN", "link": "https://cnn.example/", "time": None}
    assert (plain.values["rate"], plain.texts["rate"], plain.values["zip"]) == (4.5, "4.50", "00123")
    assert (plain.lines["company"], plain.lines["empty"]) == (3, 20)


@pytest.mark.parametrize("text", ["", "\n", *(f"{field}\n" for field in PLAIN)])
def test_every_plain_field_is_read_without_the_parser(text: str) -> None:
    assert assert_same(text) is not None


@pytest.mark.parametrize("field", NASTY)
@pytest.mark.parametrize("frame", ["{}\n", "b: c\n{}\nd: e\n", "b:\n{}\n- x\n", "{}", "b:\n- c: d\n  {}\n"])
def test_no_field_is_read_differently(field: str, frame: str) -> None:
    assert_same(frame.format(field) if "{}" in frame else frame)


@given(st.lists(st.sampled_from(PLAIN + NASTY) | st.sampled_from(PLAIN), max_size=6))
@settings(max_examples=200, deadline=None)
def test_fields_in_any_order_are_read_the_same(fields: list[str]) -> None:
    text = "\n".join(fields) + "\n"
    if "\r" not in text:
        assert_same(text)


ODD = st.text(st.sampled_from("ab:- #'\"[]{},&*!|>%@`?~\\\n 1.0标，\u3000\xa0é\U0001f600"), max_size=14)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a: ", "b:", "c:\n- ", "d:\n  - e: ", "f: [", 'g: "', "h: '", ""]), ODD), max_size=3
    )
)
@settings(max_examples=200, deadline=None)
def test_odd_characters_are_read_the_same(parts: list[tuple[str, str]]) -> None:
    closing = {"f: [": "]", 'g: "': '"', "h: '": "'"}
    assert_same("".join(f"{head}{odd}{closing.get(head, '')}\n" for head, odd in parts))


def test_a_value_read_before_is_not_shared_between_leads() -> None:
    first, second = (leadfile.read(b"---\ntags: [a, b]\n---\n", "x.md") for _ in range(2))
    first.values["tags"].append("c")
    first.texts["tags"].append("c")
    assert (second.values["tags"], second.texts["tags"]) == (["a", "b"], ["a", "b"])
    assert leadfile.read(b"---\ntags: [a, b]\n---\n", "x.md").texts["tags"] == ["a", "b"]


def test_a_process_that_reads_plain_leads_never_loads_a_yaml_parser() -> None:
    program = (
        "import sys\n"
        "from datetime import UTC\n"
        "from leadbase.core import lead\n"
        "raw = '---\\ntitle: 标题\\ntags: [a, b]\\nalso:\\n  - source: x\\n---\\n\\ntext\\n'.encode()\n"
        "assert lead.read(raw, 'x.md', UTC).lead.tags == ('a', 'b')\n"
        "print(sorted({'yaml', 'frontmatter'} & set(sys.modules)))\n"
        "assert lead.read(raw.replace(b'x', b'!!str x'), 'x.md', UTC).lead\n"
        "print(sorted({'yaml', 'frontmatter'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["[]", "['frontmatter', 'yaml']"], done.stderr
