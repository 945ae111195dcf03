"""Changing fields of a lead's file: only the lines of the fields asked for, and only with certainty."""

import pytest
import yaml

from leadbase.core import leadfile, yamltext
from leadbase.errors import LeadFileError


@pytest.fixture(params=["libyaml", "pure Python"])
def parser(request, monkeypatch):
    """PyYAML is at times installed without libyaml."""
    if request.param == "pure Python":
        monkeypatch.setattr(yamltext, "_LOADER", yaml.SafeLoader)
    return request.param


def edited(fields: str, **changes) -> str:
    """The fields after the change; the text below them must be the same bytes."""
    return edited_keys(fields, changes)


def edited_keys(fields: str, changes) -> str:
    head, tail = b"---\n", b"---\n\nThe text.  \n\n---\nscore: 99\n\n"
    new = leadfile.with_fields(head + fields.encode() + tail, changes, "x.md")
    assert new.startswith(head)
    assert new.endswith(tail)
    assert leadfile.with_fields(new, changes, "x.md") == new
    return new[len(head) : -len(tail)].decode()


def refusal(fields: str, changes) -> str:
    raw = f"---\n{fields}---\nText\n".encode()
    with pytest.raises(LeadFileError) as caught:
        leadfile.with_fields(raw, changes, "leads/x.md")
    assert {problem.code for problem in caught.value.problems} == {"cannot-edit"}
    return str(caught.value)


# One line, one word: the value's own characters change

ONE_WORD = [
    ("score: 41\n", "score: 97\n"),
    ("score: 41  # machine\n", "score: 97  # machine\n"),
    ('"score": 41\n', '"score": 97\n'),
    ("'score' : 41\n", "'score' : 97\n"),
    ("score:\t41\n", "score:\t97\n"),
    ("score:   41   \n", "score:   97   \n"),
    ('score: "41" # c\n', 'score: "97" # c\n'),
    ("score: '41'\n", "score: '97'\n"),
    ("score:\n", "score: 97\n"),
    ("score: \n", "score: 97\n"),
    ("score:\t\n", "score:\t97\n"),
    ("score: # none yet\n", "score: 97 # none yet\n"),
    ("score:  # none yet\n", "score: 97 # none yet\n"),
    ("score:\t\t# none yet\n", "score:\t97\t# none yet\n"),
    ("score: null\n", "score: 97\n"),
    ("score: ~ # c\n", "score: 97 # c\n"),
    ("score: 41\n\n# end\n", "score: 97\n\n# end\n"),
    ("a: &s 41\nscore: 41\nb: *s\n", "a: &s 41\nscore: 97\nb: *s\n"),
    ("quote: |\n  ---\n  score: 7\n\nscore: 41\n", "quote: |\n  ---\n  score: 7\n\nscore: 97\n"),
    ("meta:\n  score: 1\nscore: 41\n", "meta:\n  score: 1\nscore: 97\n"),
    ("meta: {score: 1}\nscore: 41\nlist:\n- score: 2\n", "meta: {score: 1}\nscore: 97\nlist:\n- score: 2\n"),
    ("t: 'x\n\n  score: 5'\nscore: 41\n", "t: 'x\n\n  score: 5'\nscore: 97\n"),
    ("  a: 1\n  score: 41\n", "  a: 1\n  score: 97\n"),
    ("tags:\n- a\nscore: 41\nn: >+\n  x\n\n", "tags:\n- a\nscore: 97\nn: >+\n  x\n\n"),
    # nothing there yet: it becomes the last line
    ("", "score: 97\n"),
    ("# only a comment\n", "# only a comment\nscore: 97\n"),
    ("a: b\n", "a: b\nscore: 97\n"),
    ("a: b\n# end\n\n", "a: b\n# end\n\nscore: 97\n"),
    ("quote: |\n  ---\n  score: 7\n", "quote: |\n  ---\n  score: 7\nscore: 97\n"),
    ("note: |+\n  x\n\n", "note: |+\n  x\n\nscore: 97\n"),
    ("meta:\n  score: 1\n", "meta:\n  score: 1\nscore: 97\n"),
    ("  a: b\n", "  a: b\n  score: 97\n"),
    (
        "zip: 00123\nat: 1:30\nno: NO\nn: 1_000\nwho: 🧑‍🚒\n",
        "zip: 00123\nat: 1:30\nno: NO\nn: 1_000\nwho: 🧑‍🚒\nscore: 97\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), ONE_WORD)
def test_a_score_changes_only_its_own_characters(before, after, parser):
    if parser == "pure Python" and ":\t" in before:
        with pytest.raises(LeadFileError, match="a tab"):  # only libyaml reads a tab after a colon
            edited(before, score=97)
    else:
        assert edited(before, score=97) == after


@pytest.mark.parametrize(("before", "after"), ONE_WORD)
def test_line_ends_byte_order_mark_and_a_missing_final_newline_stay(before, after):
    for bom, last in ((b"", b"\r\n"), (b"\xef\xbb\xbf", b"")):
        raw, expected = (
            bom + f"---\n{fields}...\n\nx".replace("\n", "\r\n").encode() + last for fields in (before, after)
        )
        assert leadfile.with_fields(raw, {"score": 97}, "x.md") == expected


def test_a_grade_keeps_its_quotes_and_a_word_needs_none():
    assert edited('grade: "B"\n', grade="A") == 'grade: "A"\n'
    assert edited("grade: B\n", grade="needs-verification") == "grade: needs-verification\n"
    assert edited("", score=97, confidence=60, grade="quotable") == "score: 97\nconfidence: 60\ngrade: quotable\n"
    assert edited("", grade="quotable", score=97) == "grade: quotable\nscore: 97\n"


@pytest.mark.parametrize(
    "fields",
    [
        "score: 97\n",
        "score: '97'\n",
        "score: &s 97\n",
        "score:\n  97\n",
        "{score: 97}\n",
        "? score\n: 97\n",
        "a: &s 97\nscore: *s\n",
    ],
)
def test_a_file_that_says_it_already_is_given_back_however_it_says_it(fields):
    assert edited(fields, score=97) == fields


@pytest.mark.parametrize(
    "fields",
    [
        "score: >\n  41\n",
        "score: |\n",
        "score: &s 41\n",
        "a: &s 41\nscore: *s\n",
        "score: !!int 41\n",
        "score: !!str\n",
        "score: [41]\n",
        "score: {a: 41}\n",
        "score:\n  - 41\n",
        "score:\n  41\n",
        "score: 41\n  42\n",
        "score: '41\n  42'\n",
        "score: 41 points\n",
        "? score\n: 41\n",
        "{score: 41}\n",
        "{a: 1}\n",
    ],
)
@pytest.mark.parametrize("value", [97, None])
def test_a_managed_field_that_is_oddly_written_is_left_alone(fields, value, parser):
    if fields == "{a: 1}\n" and value is None:
        assert edited(fields, score=None) == fields
    else:
        assert ":2: " in refusal(fields, {"score": value}) or ":3: " in refusal(fields, {"score": value})


def test_a_managed_field_takes_one_word_only():
    assert "not one word" in refusal("score: 1\n", {"score": "9 7", "grade": "a\nb", "confidence": [1]})
    assert len(refusal("score: 1\n", {"score": "9 7", "grade": "a\nb", "confidence": [1]}).splitlines()) == 3


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text",
        b"---\na: 1\n",
        b"---\nscore: 1\nscore: 2\n---\n",
        b"---\ntitle: a: b\n---\n",
        b"---\na: \xff\n---\n",
        b"---\n- a\n---\n",
        b"---\n<<<<<<< x\n---\n",
    ],
)
def test_a_file_that_cannot_be_read_cannot_be_edited(raw):
    with pytest.raises(LeadFileError) as read:
        leadfile.read(raw, "x.md")
    with pytest.raises(LeadFileError) as edit:
        leadfile.with_fields(raw, {"score": 97}, "x.md")
    assert edit.value.problems == read.value.problems


# Other fields, on a person's command


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("k: old  # c\n", "new", "k: new  # c\n"),
        ("k: old # c\n", "a: b", 'k: "a: b" # c\n'),
        ("k: 'old'\n", "it's", "k: 'it''s'\n"),
        ('k: "old"\n', 'say "hi" \\', 'k: "say \\"hi\\" \\\\"\n'),
        ("k: 'old'\n", "tab\tand\nline", 'k: "tab\\tand\\nline"\n'),
        ("k: old\n", "\u202e\x1b\x85\u2028", 'k: "\\u202E\\x1B\\x85\\u2028"\n'),
        ("k: old\n", "标题：「新」 🧑‍🚒", "k: 标题：「新」 🧑‍🚒\n"),
        ("k: old\n", "NO", 'k: "NO"\n'),
        ("k: old\n", "0123", 'k: "0123"\n'),
        ("k: old\n", "97", 'k: "97"\n'),
        ("k: old\n", "2026-04-24T09:30:00+08:00", "k: 2026-04-24T09:30:00+08:00\n"),
        ("k: old\n", "https://a.b/c?d=e#f", "k: https://a.b/c?d=e#f\n"),
        ("k: old\n", "", 'k: ""\n'),
        ("k:\n", "", 'k: ""\n'),
        ("k: 'old'\n", 97, "k: 97\n"),
        ("k: old\n", True, "k: true\n"),
        ("k: 1\n", 0.5, "k: 0.5\n"),
        ("k: one\n  two  # c\nn: 1\n", "new", None),
        ("k: one\n  two\n\n# c\nn: 1\n", "new", "k: new\n\n# c\nn: 1\n"),
        ('k: "one\n\n  two"\nn: 1\n', "new", 'k: "new"\nn: 1\n'),
        ("k:\n  one\nn: 1\n", "new", "k: new\nn: 1\n"),
        ("k: |\n  one\n  # two\n\n\n# c\nn: 1\n", "new", "k: new\n\n\n# c\nn: 1\n"),
        ("k: |2+ # c\n  one\nn: 1\n", "new", None),
        ("k: >-\n  one\n", "new", "k: new\n"),
        ("k: |\nn: 1\n", "new", "k: new\nn: 1\n"),
        ("k: &a old\nn: 1\n", "new", "k: new\nn: 1\n"),
        ("k: &a old\nn: *a\n", "new", None),
        ("a: &a x\nk: *a # c\n", "new", "a: &a x\nk: new # c\n"),
        ("k: !!str 12\n", "new", "k: new\n"),
        ("k: [a, b] # c\n", "new", "k: new # c\n"),
        ("k:\n- a\n- b\nn: 1\n", "new", "k: new\nn: 1\n"),
        ("k:\n- a # why\n- b\nn: 1\n", "new", None),
        ("k:\n  # why\n  - a\nn: 1\n", "new", None),
        ("k:\n  x:\n    - y\n\nn: 1\n", "new", "k: new\n\nn: 1\n"),
        ("? k\n: old\n", "new", None),
        ("{k: old}\n", "new", None),
    ],
)
def test_a_text_is_replaced_whole_or_not_at_all(before, value, after, parser):
    if after is None:
        refusal(before, {"k": value})
    else:
        assert edited(before, k=value) == after
        assert leadfile.read(f"---\n{after}---\n".encode(), "x.md").values["k"] == value


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("k: a  # c\n", ["a", "b"], "k: [a, b]  # c\n"),
        ("k: # c\n", ["a"], "k: [a] # c\n"),
        ("k: [a, b]\n", [], "k: []\n"),
        ("k:\n- a\n- b\n", [], "k: []\n"),
        ("k: [a, b] # c\n", ["b", "c, d", "e#"], 'k: [b, "c, d", "e#"] # c\n'),
        ("k:\n- a\n- b\nn: 1\n", ["b", "c"], "k:\n- b\n- c\nn: 1\n"),
        ("k:\n    - a\n    - b\n\nn: 1\n", ["b"], "k:\n    - b\n\nn: 1\n"),
        ("k: [a,\n  b]\nn: 1\n", ["c"], "k: [c]\nn: 1\n"),
        ("k: a # c\n", ["x" * 60, "y" * 60], f"k: # c\n  - {'x' * 60}\n  - {'y' * 60}\n"),
        ("k: [] # c\nn: 1\n", [{"a": "1", "b: c": "- d"}, {}], 'k: # c\n  - a: "1"\n    "b: c": "- d"\n  - {}\nn: 1\n'),
        ("k: [{a: x}]\n", [{"a": "z"}], "k:\n  - a: z\n"),
        ("k:\n- a: x\n  b: y\n", [{"a": "z"}], "k:\n- a: z\n"),
        # what only grows keeps the entries it has as they are written
        ("k: [a , 'b',] # c\n", ["a", "b", "c", "d e"], "k: [a , 'b', c, d e,] # c\n"),
        ("k: [a, # c\n  b # d\n  ]\n", ["a", "b", "c"], "k: [a, # c\n  b, c # d\n  ]\n"),
        (
            "k: # c\n- 'a' # d\n-  b   # e\n# f\nn: 1\n",
            ["a", "b", "c"],
            "k: # c\n- 'a' # d\n-  b   # e\n- c\n# f\nn: 1\n",
        ),
        (
            "k:\n  - a: 'x' # c\n    b: y\n",
            [{"a": "x", "b": "y"}, {"a": "z"}],
            "k:\n  - a: 'x' # c\n    b: y\n  - a: z\n",
        ),
        ("k:\n  - a: >\n      x\n\nn: 1\n", [{"a": "x\n"}, {"a": "z"}], "k:\n  - a: >\n      x\n  - a: z\n\nn: 1\n"),
        ("k:\n  - a\n  - |+\n    b\n\nn: 1\n", ["a", "b\n\n", "c"], None),
    ],
)
def test_a_list_keeps_its_form_and_its_comments(before, value, after, parser):
    if after is None:
        refusal(before, {"k": value})
    else:
        assert edited(before, k=value) == after
        assert leadfile.read(f"---\n{after}---\n".encode(), "x.md").values["k"] == value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("k: 1\n", ""),
        ("a: 1\nk: x # c\n# d\nb: 2\n", "a: 1\n# d\nb: 2\n"),
        ("k:\nb: 2\n", "b: 2\n"),
        ("a: 1\nk:\n- x # c\n- y\n# d\n\nb: 2\n", "a: 1\n# d\n\nb: 2\n"),
        ("k: |\n  x\n  # y\n\nb: 2\n", "\nb: 2\n"),
        ("k: {a: 1,\n  b: 2} # c\n", ""),
        ("k: &a x\nb: *a\n", None),
        ("? k\n: x\n", None),
        ("a: 1\n", "a: 1\n"),
    ],
)
def test_a_field_is_taken_out_with_its_lines(before, after, parser):
    if after is None:
        refusal(before, {"k": None})
    else:
        assert edited(before, k=None) == after


def test_a_value_that_is_there_already_changes_nothing_however_it_is_written():
    fields = "t: 'x' # c\nn: 0x1F\nl: [ 'a',\n b ]\nd:\n- {b: y, a: 'x'}\ny: 1984\nz: >\n  folded\n  text\nb: TRUE\n"
    changes = {
        "t": "x",
        "n": 31,
        "l": ["a", "b"],
        "d": [{"a": "x", "b": "y"}],
        "y": "1984",
        "z": "folded text\n",
        "b": True,
    }
    assert edited_keys(fields, changes) == fields


def test_several_fields_change_at_once_and_new_ones_come_last_in_the_order_asked():
    fields = "a: 1\nb: |\n  x\nc: [1]\n"
    changes = {"z": "new", "c": ["x"], "a": None, "b": "z", "score": 5, "k e y: ": "#"}
    assert edited_keys(fields, changes) == 'b: z\nc: [x]\nz: new\nscore: 5\n"k e y: ": "#"\n'


def test_all_fields_that_cannot_be_changed_are_named_together():
    shown = refusal("score: [1]\ngrade: >\n  x\na: 1\n", {"score": 1, "grade": "x", "a": "\ud800"})
    assert [line.split(": ")[0] for line in shown.splitlines()] == ["leads/x.md:2", "leads/x.md:3", "leads/x.md"]


def test_a_doubled_carriage_return_makes_a_line_no_fence():
    with pytest.raises(LeadFileError, match="unclosed"):
        leadfile.read(b"---\na: 1\n---\r\r\nText\n", "x.md")
    raw = b"\xef\xbb\xbf---\r\na: 1\n...\r\nText\r\r\n---\r\n"
    assert leadfile.with_fields(raw, {"a": 2}, "x.md") == raw.replace(b"1", b"2")


def test_mixed_line_ends_stay_as_they_are():
    raw = b"---\r\na: 1\nscore: 2\r\nb:\n- x\r\n---\nText\r\nmore\n"
    new = leadfile.with_fields(raw, {"score": 3, "b": ["x", "z"], "c": "w"}, "x.md")
    assert new == b"---\r\na: 1\nscore: 3\r\nb:\n- x\r\n- z\r\nc: w\r\n---\nText\r\nmore\n"
