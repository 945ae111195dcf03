"""Changing fields in files put together from ugly parts: the field changes and nothing else, or nothing at all."""

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from leadbase.core import leadfile
from leadbase.errors import LeadFileError

TAME = {
    "score": [
        "score: 41",
        "score: 41  # machine",
        '"score": 41',
        "'score' : 4.5",
        "score:\t41",
        "score:",
        "score: # c",
        'score: "x"',
    ],
    "title": [
        "title: a",
        "title: a\n  b",
        "title: 'x\n\n  score: 9'",
        'title: "a \\\n  # no"',
        "title: >\n  # a\n\n  score: 1",
        "title: |2-\n   x\n  ---\n  ...",
        "title: ''",
        "title: 标题 🧑‍🚒",
        "title: ~",
        "'title':\tx\t# c",
    ],
    "quote": ["quote: |\n  ---\n  score: 7\n", "quote: >+\n  score: 8\n\n", "quote: &q x", "quote: !!str 5"],
    "tags": [
        "tags: [a, 'b']",
        "tags:\n- a\n- b",
        "tags:\n    - a\n    - >\n      b",
        "tags: [a,\n  b,\n]",
        "tags: []",
        "tags: {}",
    ],
    "meta": [
        "meta:\n  score: 1\n  grade: x",
        "meta: {score: 1,\n score2: 2}",
        "meta:\n- - score: 1\n  - - 2",
        "meta: {}",
    ],
    "zip": ["zip: 00123", "zip: 1_000", "zip: NO", "zip: 1:30", "zip: 2026-13-45", "zip: 0x1F", "zip: '5'"],
    "": ["# score: 5", "", " # indented", "   ", "#\ttab"],
}
HOSTILE = {
    "score": [
        "score: >\n  41",
        "score: *q",
        "score: &s 41",
        "score: [41]",
        "? score\n: 41",
        "score: 41\n  points",
        "score:\n- 1",
        "{score: 41}",
        "score: 41\nscore: 42",
        "score : : 41",
        "score:41",
    ],
    "title": [
        "title: a: b",
        "title: 'open",
        'title: "open',
        "title: a\u2028score: 9",
        'title: "a\x85b"',
        "title: [x",
        "title: \ufeffx",
        "title: |\n x\n   y\n z",
        "title: - a",
        "title: 'a'b",
        "title: \x00",
        "title: a\rscore: 1",
    ],
    "quote": [
        "quote: *q",
        "quote: &q [*q]",
        "<<: {score: 1}",
        "quote: !x y",
        "1: 2",
        "quote: 1e999",
        "? [a]\n: b",
        '"quo\n te": x',
    ],
    "": ["---", "...", "--- x", "... # x", "\t", "%YAML 1.1", "- a", "}", "<<<<<<< HEAD", " x: 1", "\t# c", "key"],
}
VALUES = st.text(st.characters(codec="utf-8"), max_size=12) | st.integers() | st.booleans()
VALUES |= st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=3)
VALUES |= st.lists(
    st.dictionaries(st.sampled_from(["source", "link"]), st.text("ab: #'\"-中\n", max_size=8)), max_size=2
)
VALUES |= st.none() | st.sampled_from(
    ["a: b", "# c", "NO", "it's", "---", ["a", "b", "c"], ["a"], "\u2028", "x\n  y: z\n"]
)


@st.composite
def files(draw, hostile: bool):
    """The parts of a file, each a key and its lines; a part without a key is a comment or worse."""
    parts = []
    for key in draw(st.permutations(list(TAME))):
        choices = TAME[key] + (HOSTILE.get(key, []) if hostile else [])
        for part in draw(st.lists(st.sampled_from(choices), max_size=3 if not key else 1)):
            parts.append((key, part))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    bom = draw(st.sampled_from(["", "\ufeff"]))
    body = draw(
        st.sampled_from(["", "\n", "Text", "\nText  \n\n---\nscore: 3\n---\n", "\r\n  x\r", "\n- a\n...\n\n\n"])
    )
    lines = [(key, (part.replace("\n", newline) + newline).encode()) for key, part in parts]
    return f"{bom}---{newline}".encode(), lines, f"---{newline}{body}".encode()


def check_edit(file, key, value):
    head, parts, tail = file
    raw = head + b"".join(part for _, part in parts) + tail
    new = leadfile.with_fields(raw, {key: value}, "x.md")
    at = next((index for index, (name, _) in enumerate(parts) if name == key), len(parts))
    before = head + b"".join(part for _, part in parts[:at])
    after = b"".join(part for _, part in parts[at + 1 :]) + tail
    assert new.startswith(before)
    assert new.endswith(after)
    assert len(new) >= len(before) + len(after)
    said = leadfile.read(new, "x.md")
    if value is None:
        assert key not in said.texts
    elif isinstance(value, str | list):
        assert said.texts[key] == value
    else:
        assert said.texts[key].lower() == str(value).lower()
    old = leadfile.read(raw, "x.md")
    assert {**old.texts, key: None} == {**said.texts, key: None}
    assert old.body == said.body
    assert leadfile.with_fields(new, {key: value}, "x.md") == new


@settings(max_examples=200, deadline=None)
@given(files(hostile=False), st.integers(0, 100))
def test_a_score_can_be_set_in_every_file_that_is_only_ugly(file, score):
    check_edit(file, "score", score)


@settings(max_examples=200, deadline=None)
@given(files(hostile=False), st.sampled_from(["title", "tags", "zip", "new", "quote", "meta"]), VALUES)
def test_any_value_can_be_set_in_any_field_of_a_file_that_is_only_ugly(file, key, value):
    check_edit(file, key, value)


@settings(max_examples=300, deadline=None)
@given(files(hostile=True), st.sampled_from(["score", "title", "quote", "new"]), VALUES)
def test_a_hostile_file_is_edited_rightly_or_refused(file, key, value):
    # a fence among the parts ends the fields: then a part below it is text, and not the field it looks like
    assume(not {b"---", b"..."} & {part.strip() for _, part in file[1]})
    try:
        check_edit(file, key, 97 if key == "score" else value)
        event("edited")
    except LeadFileError:
        event("refused")


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=40),
    st.sampled_from([b"---\n", b"---\r\n", b"\xef\xbb\xbf---\n"]),
    st.sampled_from([b"\n---\n", b"\n...\nx", b""]),
)
def test_any_bytes_are_edited_or_refused_with_a_clear_error(middle, head, tail):
    raw = head + middle + tail
    try:
        new = leadfile.with_fields(raw, {"score": 97}, "x.md")
    except LeadFileError as refused:
        assert refused.problems
        return
    assert leadfile.read(new, "x.md").texts["score"] == "97"
    assert new.replace(b"score: 97\r\n", b"").replace(b"score: 97\n", b"") == raw
