"""What is refused when a lead's file is read: with the line, in one run, and without harm to the process."""

import subprocess
import sys

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


def problems(raw: bytes | str) -> list[tuple[int | None, str]]:
    with pytest.raises(LeadFileError) as caught:
        leadfile.read(raw.encode() if isinstance(raw, str) else raw, "leads/x.md")
    assert all(problem.path == "leads/x.md" and problem.level == "error" for problem in caught.value.problems)
    return [(problem.line, problem.code) for problem in caught.value.problems]


def message(raw: bytes | str) -> str:
    with pytest.raises(LeadFileError) as caught:
        leadfile.read(raw.encode() if isinstance(raw, str) else raw, "leads/x.md")
    return str(caught.value)


def fenced(fields: str) -> str:
    return f"---\n{fields}\n---\n\nThe text.\n"


@pytest.mark.parametrize(
    ("raw", "line", "hint"),
    [
        ("", None, "begin with a line ---"),
        (" \n\n", None, "begin with a line ---"),
        ("Just text.\n", 1, "begin with a line ---"),
        ("\n---\ntitle: a\n---\n", 1, "make the first line exactly ---"),
        ("----\ntitle: a\n----\n", 1, "make the first line exactly ---"),
        ("——\ntitle: a\n——\n", 1, "make the first line exactly ---"),
        ("---json\n{}\n---\n", 1, "make the first line exactly ---"),
        ("+++\ntitle = 'a'\n+++\n", 1, "TOML is not read"),
    ],
)
def test_a_file_without_front_matter_is_named(raw, line, hint):
    assert problems(raw) == [(line, "no-front-matter")]
    assert hint in message(raw)


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ("---", "add a line --- below the last field"),
        ("---\ntitle: a\ntags:\n- b\n  \n# c", "add a line --- below the last field"),
        ("---\ntitle: a\n\nThe text begins.\n", "add a line --- above line 4"),
        ("---\r\ntitle: a\r\n----\r\nText\r\n", "make line 3 exactly ---"),
        ("---\ntitle: a\n —— \nText\n", "make line 3 exactly ---"),
    ],
)
def test_an_unclosed_front_matter_says_where_the_fence_should_be(raw, hint):
    assert problems(raw) == [(1, "unclosed-front-matter")]
    assert hint in message(raw)


def test_front_matter_of_more_than_64_kb_is_refused():
    assert "k" in leadfile.read(fenced("k: " + "x" * 65_000).encode(), "x.md").texts
    assert problems(fenced("k: " + "x" * 66_000)) == [(1, "too-large")]
    assert problems(fenced("k: " + "中" * 22_000)) == [(1, "too-large")]


@pytest.mark.parametrize(
    ("raw", "line", "encoding"),
    [
        ("---\ntitle: 深度求索发布新模型 V4\n---\n".encode("gb18030"), 2, "GB18030"),
        ("---\ntitle: café\n---\n".encode("latin-1"), 2, "Windows-1252"),
        ("---\ntitle: référence générale\n---\n".encode("cp1252"), 2, "Windows-1252"),
        ("---\ntitle: a\n---\nText\n".encode("utf-16"), 1, "UTF-16"),
        ("---\ntitle: a\n---\nText\n".encode("utf-32"), 1, "UTF-32"),
        ("---\ntitle: 新模型\n---\n\n发布".encode()[:-1], 5, "UTF-8 with damaged characters"),
    ],
)
def test_a_file_that_is_not_utf_8_says_where_and_what_it_looks_like(raw, line, encoding):
    assert problems(raw) == [(line, "not-utf-8")]
    assert encoding in message(raw)
    assert "byte " in message(raw)


def test_a_nul_byte_is_refused_in_the_fields_and_in_the_text():
    assert problems(fenced("a: b\0")) == [(2, "nul-byte")]
    assert problems(b"---\na: b\n---\n\nx\0") == [(5, "nul-byte")]
    assert "UTF-16" in message("---\na: b\n---\n".encode("utf-16-le"))


@pytest.mark.parametrize(
    "character", ["\x01", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\ufeff", "\uffff", "\r"]
)
def test_a_control_character_in_the_fields_is_refused_with_its_line(character, parser):
    assert problems(fenced(f"a: b\nb: x{character}y\nc: 'd{character}e'")) == [
        (3, "control-character"),
        (4, "control-character"),
    ]


def test_control_characters_in_the_text_are_left_to_whoever_shows_it():
    document = leadfile.read("---\na: b\n---\nx\x1b\x85\u2028y".encode(), "x.md")
    assert document.body == "x\x1b\x85\u2028y"


def test_an_unfinished_merge_is_one_clear_problem():
    both = "<<<<<<< HEAD\nscore: 1\n=======\nscore: 2\n>>>>>>> other\n"
    assert problems(f"---\ntitle: a\n{both}---\nText\n") == [(3, "conflict-markers")]
    assert problems(f"---\r\ntitle: a\r\n---\r\nText\r\n<<<<<<<\r\n{both}") == [
        (5, "conflict-markers"),
        (6, "conflict-markers"),
    ]
    assert problems(f"<<<<<<< HEAD\n---\ntitle: a\n---\nText\n{both}") == [
        (1, "conflict-markers"),
        (6, "conflict-markers"),
    ]
    assert leadfile.read(b"---\na: b\n---\n <<<<<<< x\n<<<<<<<<\n>>>>>>> quoted\n", "x.md").texts == {"a": "b"}


@pytest.mark.parametrize(
    ("fields", "line", "words"),
    [
        ("a: 1\ntitle: b: c", 3, 'a text with ": " in it must be in quotes'),
        ("title: @desk", 2, "beginning with @"),
        ("title: `x`", 2, "beginning with `"),
        ("title: %x", 2, "beginning with %"),
        ("a: 1\ntitle: *bold* text", 3, "beginning with *"),
        ("title: *bold", 2, "beginning with *"),
        ("title: - x", 2, 'beginning with "- "'),
        ("title: > 5 percent", 2, "beginning with >"),
        ("title: , x", 2, "beginning with ]"),
        ("title: [Update] Foo\nb: 1", 2, "after the closing bracket"),
        ('title: "A" says B\nb: 1', 2, "after the closing quote"),
        ("title: 'it's'\nb: 1", 2, "after the closing quote"),
        ('a: 1\ntitle: "abc\nb: 1\nc: 2', 3, "never closed"),
        ("a: 1\nb: [c\nd: 2", 3, "not closed"),
        ('title: "C:\\path"', 2, "escape"),
        ("a: 1\nfoo\nb: 2", 3, "not a field"),
        ("a: 1\n  b: 2", 3, "not indented"),
        ("a:\n  b: 1\n c: 2", 4, "not indented"),
        ("a: 1\n\tb: 2", 3, "a tab"),
        ("a:\n\t- b", 3, "a tab"),
        ("标题：新模型\nb: 1", 2, "full-width"),
        ("a: 1\n标题：新模型\nb: 1", 3, "full-width"),
        ("a: 1\ntitle:abc\nb: 1", 3, "a colon and a space"),
        ("title:abc\nb: 1", 2, "a colon and a space"),
        ("a: 1\n--- b", 3, "divides the front matter"),
        ("a: 1\n... # b", 3, "divides the front matter"),
        ("%YAML 1.2\na: 1", 3, "more than one document"),
        ("a: &a [*a]", 2, "names nothing above it"),
    ],
)
def test_a_fault_of_syntax_names_its_line_and_what_to_do(fields, line, words, parser):
    assert problems(fenced(fields)) == [(line, "yaml-syntax")]
    assert words in message(fenced(fields))


@pytest.mark.parametrize("fields", ["- a\n- b", "just text", "'quoted'", "42", "null", "[a]"])
def test_front_matter_that_is_no_mapping_is_refused(fields, parser):
    assert problems(fenced(fields)) == [(2, "not-a-mapping")]


def test_a_text_above_the_fields_is_never_passed_over(parser):
    assert problems(fenced(" a text\nkey: 1")) == [(2, "not-a-mapping")]
    assert problems(fenced(" a text\nkey: 1\nb: c: d")) == [(2, "not-a-mapping"), (4, "yaml-syntax")]


def test_every_duplicate_key_is_named_with_both_lines(parser):
    fields = "a: 1\nb: {c: 1, c: 2}\na: 2\n'a': 3\nd:\n  - e: 1\n    e: 2"
    assert problems(fenced(fields)) == [
        (3, "duplicate-key"),
        (4, "duplicate-key"),
        (5, "duplicate-key"),
        (8, "duplicate-key"),
    ]
    assert "the key `a` stands here and on line 2" in message(fenced(fields))


def test_every_key_that_is_not_text_is_named(parser):
    fields = (
        '1: a\ntrue: b\n2.5: c\n~: d\n? [e]\n: f\n{g: h}: i\nj: &j k\n*j : l\nm: {7: n}\n"8": o\nno: p\n2026-04-24: q'
    )
    assert problems(fenced(fields)) == [(line, "key-not-text") for line in (2, 3, 4, 5, 6, 8, 10, 11)]


@pytest.mark.parametrize("word", [".nan", ".inf", "-.INF", "1e999", "9" * 5000, "-" + "9" * 5000, "0x" + "f" * 500])
def test_a_number_that_cannot_be_kept_is_refused_and_a_text_of_digits_is_not(word):
    assert problems(fenced(f"a: {word}\nb: [{word}]")) == [(2, "bad-scalar"), (3, "bad-scalar")]
    assert leadfile.read(fenced(f"a: '{word}'").encode(), "x.md").texts == {"a": word}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("<<: {a: 1}", "merge-key"),
        ("a: &a {x: 1}\n<<: *a", "merge-key"),
        ("a: {b: 1, <<: [{c: 2}]}", "merge-key"),
        ("a: !!python/object/apply:os.system [ls]", "unsupported-tag"),
        ("a: !!binary aGk=", "unsupported-tag"),
        ("a: !!set {b, c}", "unsupported-tag"),
        ("a: !important x", "unsupported-tag"),
        ("a: !!int x", "bad-scalar"),
        ("a: !!bool 'yes'", "bad-scalar"),
    ],
)
def test_merge_keys_and_tags_beyond_the_standard_are_refused(fields, code, parser):
    assert [found for _, found in problems(fenced(fields))] == [code]


def test_a_merge_sign_in_quotes_is_an_ordinary_key():
    assert leadfile.read(fenced("'<<': a").encode(), "x.md").texts == {"<<": "a"}


def test_more_than_twenty_aliases_are_refused(parser):
    some = "a: &a 1\n" + "".join(f"b{number}: *a\n" for number in range(20))
    assert leadfile.read(fenced(some).encode(), "x.md").values["b19"] == 1
    assert problems(fenced(f"{some}c: *a")) == [(23, "too-many-aliases")]


def test_few_aliases_cannot_stand_for_a_million_values(parser):
    bomb = "a: &a [" + "x," * 300 + "]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: [*c, *c]"
    assert problems(fenced(bomb)) == [(4, "too-many-aliases")]


def test_aliases_cannot_nest_deeper_than_brackets_may(parser):
    nested = "a: &a " + "[" * 40 + "]" * 40 + "\nb: &b " + "[" * 20 + "*a" + "]" * 20
    assert leadfile.read(fenced(nested).encode(), "x.md")
    assert problems(fenced(nested + "\nc: [[[[*b]]]]")) == [(4, "too-deep")]


@pytest.mark.parametrize("deep", ["[" * 64 + "]" * 64, "{a: " * 64 + "}" * 64])
def test_more_than_sixty_four_levels_are_refused(deep, parser):
    assert problems(fenced(f"a: {deep}")) == [(2, "too-deep")]


def test_thirty_thousand_levels_do_not_end_the_process():
    """In a process of its own: libyaml's composer dies of them, and would take the test run along."""
    program = (
        "from leadbase.core import leadfile\n"
        "from leadbase.errors import LeadFileError\n"
        "stairs = '\\n'.join(' ' * indent + '-' for indent in range(340))\n"
        "for deep in ('[' * 30000, '{a: ' * 12000, '- ' * 30000, '? ' * 30000, stairs):\n"
        "    for key in ('a: ', 'a:\\n ', ''):\n"
        "        try:\n"
        "            leadfile.read(f'---\\n{key}{deep}\\n---\\n'.encode(), 'x.md')\n"
        "        except LeadFileError as error:\n"
        "            print(error.problems[0].code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    codes = done.stdout.split()
    assert len(codes) == 15
    assert set(codes) <= {"too-deep", "not-a-mapping", "yaml-syntax", "key-not-text"}
    assert codes.count("too-deep") >= 5


def test_one_run_reports_what_is_wrong_all_over_the_file():
    fields = "title: a: b\nx: \x07\nnote: @x\nkey: 1\nkey: 2\n3: y\nlist: [a\nlast: .nan"
    assert problems(fenced(fields)) == [
        (2, "yaml-syntax"),
        (3, "control-character"),
        (4, "yaml-syntax"),
        (6, "duplicate-key"),
        (7, "key-not-text"),
        (8, "yaml-syntax"),
        (9, "bad-scalar"),
    ]


def test_a_file_with_thousands_of_faults_reports_the_first_fifty():
    assert len(problems(fenced("a: b: c\n" * 5000))) == 50
    assert len(problems(fenced("a: 1\n" * 5000))) == 50
    assert len(problems(fenced("a: \x01\n" * 5000))) <= 100
    assert len(problems("---\na: b\n---\n" + "<<<<<<< x\n" * 5000)) == 50


@pytest.mark.parametrize(
    "fields",
    [
        '"a\u202e": 1\n"a\u202e": 2',
        "a: *\u202ex",
        "a: !\u202ex y",
        '"\u202e"',
        "a: !!int '\u202e1'",
        '"\\e[31m": 1\n"\\e[31m": 2',
    ],
)
def test_a_message_shows_no_control_and_no_change_of_direction(fields):
    shown = message(fenced(fields))
    assert shown.isprintable() or "\n" in shown
    assert "\u202e" not in shown
    assert "\x1b" not in shown
