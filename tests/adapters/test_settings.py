"""leadbase.toml and the rules files: what is read, and that every mistake names file and key or line."""

from pathlib import Path

import pytest

from leadbase.adapters import settings
from leadbase.adapters.settings import local_zone_name, parse_rules, parse_settings, shipped_rules, zone_named
from leadbase.errors import Problem, SettingsError


def problems(text: str | bytes) -> list[Problem]:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text if isinstance(text, bytes) else text.encode())
    assert all(problem.path == "leadbase.toml" and problem.level == "error" for problem in caught.value.problems)
    return list(caught.value.problems)


def test_name_and_time_zone_are_read() -> None:
    found = parse_settings('[desk]\nname = "新闻台"\ntimezone = "Asia/Shanghai"\n'.encode())
    assert (found.name, found.zone_name, str(found.zone)) == ("新闻台", "Asia/Shanghai", "Asia/Shanghai")


def test_without_settings_the_zone_is_utc() -> None:
    for raw in (b"", b"[desk]\n", b"\xef\xbb\xbf[desk]\r\nname = 'x'\r\n"):
        assert parse_settings(raw).zone_name == "UTC"


WRONG = {
    "desk = 1": "desk: must be a table",
    "[dsk]\nname = 'x'": "dsk: is not a table",
    "name = 'x'": "name: is not a table",
    "[desk]\nnme = 'x'": "desk.nme: is not a key",
    "[desk]\nname = 1": "desk.name: must be a text",
    "[desk]\ntimezone = 8": "desk.timezone: must be a text",
    "[desk]\ntimezone = 'Mars/Olympus'": "desk.timezone: 'Mars/Olympus' is not a time zone",
    "[desk]\ntimezone = '../../etc/passwd'": "desk.timezone: '../../etc/passwd' is not a time zone",
    "[desk]\ntimezone = ''": "desk.timezone: '' is not a time zone",
    "[desk]\ntimezone = 'a\\u0000b'".replace("'", '"'): "desk.timezone: 'a\\x00b' is not a time zone",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_a_mistake_names_its_key(text: str, message: str) -> None:
    [problem] = problems(text)
    assert problem.code == "settings"
    assert problem.message.startswith(message)


def test_saved_queries_are_read_under_names_of_any_script() -> None:
    found = parse_settings(
        '[queries]\nfresh = "grade:quotable time:-3d.."\n"融资_本周" = "type:funding"\n2026-q2 = ""\n'.encode()
    )
    assert found.queries == {"fresh": "grade:quotable time:-3d..", "融资_本周": "type:funding", "2026-q2": ""}
    assert parse_settings(b"").queries == {}
    longest = parse_settings(f"[queries]\n{'n' * 64} = '{'x' * 10_000}'\n".encode()).queries
    assert [(len(name), len(text)) for name, text in longest.items()] == [(64, 10_000)]


WRONG_QUERIES = {
    "queries = 'x'": ("queries: must be a table", ""),
    "[queries]\n'a b' = 'x'": ("queries.a b: is no name", "letters, digits, - and _"),
    "[queries]\n'' = 'x'": ("queries.: is no name", "at most 64"),
    "[queries]\n'a:b' = 'x'": ("queries.a:b: is no name", "letters"),
    f"[queries]\n{'n' * 65} = 'x'": (f"queries.{'n' * 64}…: is no name", "at most 64"),
    "[queries]\nfresh = 3": ("queries.fresh: must be a text", "fresh = '"),
    "[queries]\nfresh.er = 'x'": ("queries.fresh: must be a text", "fresh = '"),
    f"[queries]\nfresh = '{'x' * 10_001}'": ("queries.fresh: has 10,001 characters", "@name"),
}


@pytest.mark.parametrize(("text", "said"), WRONG_QUERIES.items(), ids=range(len(WRONG_QUERIES)))
def test_a_saved_query_that_is_none_names_its_key_and_what_to_try(text: str, said: tuple[str, str]) -> None:
    [problem] = problems(text)
    assert problem.message.startswith(said[0])
    assert said[1] in problem.hint


def test_the_mistakes_of_saved_queries_stand_with_all_others() -> None:
    found = problems("[desk]\nnme = 'x'\n[queries]\nok = 'x'\n'a b' = 'x'\nc = 1\n[more]\n")
    assert [problem.message.partition(":")[0] for problem in found] == ["desk.nme", "queries.a b", "queries.c", "more"]


def test_all_mistakes_are_told_in_one_run() -> None:
    found = problems("[desk]\nname = 1\nnme = 'x'\ntimezone = 'Mars'\n[more]\n")
    assert [problem.message.partition(":")[0] for problem in found] == [
        "desk.name",
        "desk.nme",
        "more",
        "desk.timezone",
    ]


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"[desk]\nname = = 1", 2),
        (b"[desk\n", 1),
        (b"a = 1\na = 2", 2),
        (b"a = 1\na = 2\n", 2),
        (b"ok = 1\n\xff\xfe", 2),
        ("a = '".encode("utf-16"), 1),
        (b"x = 1\x00", 1),
    ],
)
def test_what_is_no_toml_names_its_line(raw: bytes, line: int) -> None:
    [problem] = problems(raw)
    assert (problem.line, problem.code) == (line, "toml")


def test_a_file_of_any_size_or_depth_is_refused_and_never_crashes() -> None:
    for raw in (b"# " + b"x" * 2_100_000, b"x = " + b"[" * 100_000, b"x = " + b"{a=" * 5_000):
        [problem] = problems(raw)
        assert problem.code == "toml"


def test_a_time_zone_is_found_by_its_name_only() -> None:
    assert zone_named("Asia/Shanghai") is not None
    assert zone_named("UTC") is not None
    for name in ("", "/etc/localtime", "..", "Asia", "asia/shanghai ", "\0", "x" * 5000):
        assert zone_named(name) is None, name


def test_the_zone_of_this_machine_is_one_that_exists() -> None:
    assert zone_named(local_zone_name()) is not None


def test_rules_files_are_read_and_all_that_are_no_toml_are_told() -> None:
    assert parse_rules({"scoring": b"\xef\xbb\xbf[cost]\r\nfill-field = 2\r\n"}) == (
        {"scoring": {"cost": {"fill-field": 2}}},
        (),
    )
    tables, problems = parse_rules({"scoring": b"x", "sources": b"[[source]]\n\xff", "lexicon": b"ok = 1"})
    assert tables == {"lexicon": {"ok": 1}}
    assert [(problem.path, problem.line) for problem in problems] == [
        ("rules/scoring.toml", 1),
        ("rules/sources.toml", 2),
    ]


def test_the_shipped_rules_are_there_and_whole() -> None:
    tables = shipped_rules()
    assert set(tables) == set(settings.RULES_FILES)
    assert all(tables.values())
    assert (Path(settings.STARTER) / "defaults").is_dir()
