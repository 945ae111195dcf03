"""Reading a lead's file, and writing a new one."""

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadbase.core import leadfile, yamltext
from leadbase.errors import LeadFileError

LEAD = """\
---
company: [DeepSeek, 阿里巴巴]
title: "DeepSeek V4: the preview"   # from the desk
type: model-release
time: 2026-04-24
score: 41
note: |
  First line
  ---
  score: 7
empty:
also:
  - source: Reuters
    link: https://www.reuters.com/#top
---

The text.

---
score: 99
"""


@pytest.fixture(params=["libyaml", "pure Python"])
def parser(request, monkeypatch):
    """PyYAML is at times installed without libyaml."""
    if request.param == "pure Python":
        monkeypatch.setattr(yamltext, "_LOADER", yaml.SafeLoader)
    return request.param


def texts(fields: str) -> dict:
    return dict(leadfile.read(f"---\n{fields}\n---\n".encode(), "x.md").texts)


def values(fields: str) -> dict:
    return dict(leadfile.read(f"---\n{fields}\n---\n".encode(), "x.md").values)


def test_a_file_is_taken_apart_into_fields_and_text(parser):
    document = leadfile.read(LEAD.encode(), "leads/x.md")
    assert document.values == {
        "company": ["DeepSeek", "阿里巴巴"],
        "title": "DeepSeek V4: the preview",
        "type": "model-release",
        "time": "2026-04-24",
        "score": 41,
        "note": "First line\n---\nscore: 7\n",
        "empty": None,
        "also": [{"source": "Reuters", "link": "https://www.reuters.com/#top"}],
    }
    assert document.texts == {**document.values, "score": "41"}
    assert list(document.texts) == list(document.values) == list(document.lines)
    assert document.lines["company"] == 2
    assert document.lines["note"] == 7
    assert document.lines["also"] == 12
    assert document.body == "The text.\n\n---\nscore: 99"
    assert document.body_line == 17


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["---", "---  \t", "...", "... "])
@pytest.mark.parametrize("is_ended", [True, False])
def test_every_line_end_fence_and_byte_order_mark_reads_the_same(bom, newline, end, is_ended):
    lines = ["--- ", "title: a", "note: >", "  b", "  c", end, "", "one", "two"]
    document = leadfile.read((bom + newline.join(lines) + newline * is_ended).encode(), "x.md")
    assert document.texts == {"title": "a", "note": "b c\n"}
    assert document.body == "one\ntwo"
    assert document.body_line == 8
    assert document.lines == {"title": 2, "note": 3}


@pytest.mark.parametrize("raw", [b"---\n---\n", b"---\n---", b"---\n# nothing yet\n\n---\n", b"---\r\n...\r\n\r\n"])
def test_a_file_without_fields_is_fine(raw):
    document = leadfile.read(raw, "x.md")
    assert (document.values, document.texts, document.lines, document.body) == ({}, {}, {}, "")


def test_the_indentation_of_the_first_line_of_the_text_is_kept():
    document = leadfile.read("---\na: b\n---\n \t\n　　据报道\n    code\n\n".encode(), "x.md")
    assert document.body == "　　据报道\n    code"
    assert document.body_line == 5


@pytest.mark.parametrize("key", ["content", "handler", "metadata", "text", "encoding", "self"])
def test_a_key_may_have_a_name_that_python_frontmatter_uses_itself(key):
    assert texts(f"{key}: x") == {key: "x"}


@pytest.mark.parametrize(
    "word",
    ["NO", "yes", "on", "Off", "y", "01234", "-07", "00123", "0123.5", "1:30", "190:20:30", "1_000", "0b11", "1,5", "=",
     "2026-04-24", "2026-13-45", "2026-04-24T09:30:00+08:00", "2026-04-24 09:30", "0o8", "0xg", "+", ".", "1e", "nULL",
     "tRue", "inf", "nan", "<<", "1.2.3", "http://a.b/c#d", "a:b", "it's", "…"],
)  # fmt: skip
def test_what_yaml_1_1_would_turn_into_something_else_stays_text(word):
    assert values(f"key: {word}") == texts(f"key: {word}") == {"key": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [("41", 41), ("-0", 0), ("+5", 5), ("0x1F", 31), ("0o17", 15), ("1.50", 1.5), (".5", 0.5), ("1.", 1.0),
     ("1e3", 1000.0), ("true", True), ("True", True), ("FALSE", False)],
)  # fmt: skip
def test_a_number_keeps_the_way_it_was_written_as_its_text(word, value):
    found = values(f"key: {word}")["key"]
    assert found == value
    assert type(found) is type(value)
    assert texts(f"key: {word}") == {"key": word}
    assert values(f"key: '{word}'") == {"key": word}


@pytest.mark.parametrize("word", ["", "~", "null", "Null", "NULL", " # later", "!!null"])
def test_an_empty_value_is_none(word):
    assert values(f"key: {word}") == texts(f"key: {word}") == {"key": None}


def test_an_empty_value_in_quotes_is_a_text():
    assert values("a: ''\nb: \"\"\nc: !!str") == {"a": "", "b": "", "c": ""}


def test_the_standard_tags_are_read(parser):
    fields = "a: !!str 12\nb: !!int 12\nc: !!seq [x]\nd: !!map {x: y}\ne: ! 12\n!!str f: !!bool true\ng: !!float 1.5"
    expected = {"a": "12", "b": 12, "c": ["x"], "d": {"x": "y"}, "e": "12", "f": True, "g": 1.5}
    assert values(fields) == expected


def test_an_alias_stands_for_what_it_names(parser):
    fields = "a: &a [1, x]\nb: *a\n&k c: &s 2\nd: *s\ne: *k\nf: {g: *a}"
    assert values(fields) == {"a": [1, "x"], "b": [1, "x"], "c": 2, "d": 2, "e": "c", "f": {"g": [1, "x"]}}
    assert texts(fields)["d"] == "2"


def test_quotes_and_escapes_are_resolved(parser):
    fields = "a: 'it''s'\nb: \"\\u4e2d\\t\\x1b\\\n  c\"\nc: >-\n  x\n  y\nd: plain\n  over lines"
    assert texts(fields) == {"a": "it's", "b": "中\t\x1bc", "c": "x y", "d": "plain over lines"}


def test_sixty_four_levels_are_read(parser):
    deep = values("a: " + "[" * 63 + "]" * 63)["a"]
    for _ in range(62):
        deep = deep[0]
    assert deep == []


# A new file

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
UGLY_TEXT = st.sampled_from(
    ["", " ", "a: b", "- a", "# a", "a #b", "'", '"', "it's", 'say "hi"', "\\", "---", "...", "null", "~", "NO",
     "0123", "1:30", "1e5", ".nan", "<<", "=", "@x", "`x`", "%x", "*a", "&a", "!a", "|", ">", "[a]", "{a}", "a,b", "a:",
     "?", "-",
     "tab\tin", "line\nend", "\r\n", "\u2028", "\x85", "\ufeff", "\u202e", "\x00", "\x1b[31m", "\uffff", "🧑‍🚒", "　中",
     "2026-04-24", "key: |", "a\n---\nb", "-1", "0x1f", "trailing ", "x" * 200]
)  # fmt: skip
TEXT = ANY_TEXT | UGLY_TEXT
FLAT_TABLE = st.dictionaries(TEXT, TEXT, max_size=3)
VALUE = TEXT | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
VALUE |= st.lists(TEXT, max_size=4) | st.lists(FLAT_TABLE, max_size=3)
KEY = TEXT.filter(lambda key: leadfile.leadedit.field_of(key) not in ("score", "confidence", "grade"))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEY, VALUE, max_size=6), TEXT.filter(lambda text: "\x00" not in text))
@example({"also": [{}, {"a": "b", "c: d": "- e"}], "tags": []}, "    code\n")
@example({"tags": ["x" * 60, "y" * 60]}, "")
def test_a_new_file_reads_as_exactly_what_was_given(fields, body):
    raw = leadfile.compose(fields, body)
    document = leadfile.read(raw, "x.md")
    assert list(document.texts) == list(fields)
    for key, value in fields.items():
        assert document.values[key] == value
        assert type(document.values[key]) is type(value)
        if isinstance(value, str | list):
            assert document.texts[key] == value
    assert raw.startswith(b"---\n")
    assert raw.endswith(b"\n")
    assert document.body.split() == body.split()
    assert leadfile.compose(fields, document.body) == raw


def test_a_new_file_looks_as_a_person_would_write_it():
    fields = {
        "company": ["DeepSeek", "Moonshot AI"],
        "title": "DeepSeek V4: the preview",
        "source": "机器之心",
        "link": "https://www.deepseek.com/a?b=c#d",
        "time": "2026-04-24",
        "also": [{"source": "Reuters", "link": "https://www.reuters.com/"}, {"source": "AP"}],
        "score": 97,
        "grade": "needs-verification",
        "note": '"No", he said: \\',
        "zip": "00123",
        "checked": True,
    }
    assert leadfile.compose(fields, "\nThe text.\r\nMore.\n\n").decode() == (
        "---\n"
        "company: [DeepSeek, Moonshot AI]\n"
        'title: "DeepSeek V4: the preview"\n'
        "source: 机器之心\n"
        "link: https://www.deepseek.com/a?b=c#d\n"
        "time: 2026-04-24\n"
        "also:\n"
        "  - source: Reuters\n"
        "    link: https://www.reuters.com/\n"
        "  - source: AP\n"
        "score: 97\n"
        "grade: needs-verification\n"
        "note: '\"No\", he said: \\'\n"
        'zip: "00123"\n'
        "checked: true\n"
        "---\n"
        "\n"
        "The text.\n"
        "More.\n"
    )


@pytest.mark.parametrize(
    ("fields", "body"),
    [({"title": "\ud800"}, ""), ({"title": "x"}, "\udfff"), ({"title": "x"}, "a\0b"), ({"n": float("nan")}, ""),
     ({"score": "two words"}, ""), ({"k" * 2000: "x"}, "")],
)  # fmt: skip
def test_what_no_file_can_say_is_refused(fields, body):
    with pytest.raises(LeadFileError):
        leadfile.compose(fields, body)
