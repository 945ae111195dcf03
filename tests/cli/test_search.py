"""`leadbase search` and `leadbase index`."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.leads import BROKEN, LEADS
from tests.conftest import World


@pytest.fixture
def desk(world: World) -> Path:
    return world(LEADS, commit=False)


def test_hits_are_shown_with_their_place(desk: Path, quick: Run) -> None:
    ran = quick(desk, "search", "融资")
    assert (ran.code, ran.err) == (0, "")
    title, name, place = ran.out.splitlines()
    assert "融资" in title
    assert name.strip().startswith("2026-04-23-深度求索融资")
    assert "融资" in place
    assert quick(desk, "search", "weights", "licence", "--format", "paths").out.count("\n") == 1


def test_hits_as_json_are_records_with_the_place(desk: Path, quick: Run) -> None:
    [hit] = json.loads(quick(desk, "search", "融资", "--format", "json").out)
    [record] = json.loads(quick(desk, "list", "融资", "--format", "json").out)
    assert {**hit, "snippet": None} == {**record, "snippet": None}
    assert "融资" in hit["snippet"]


def test_without_a_hit_it_says_so(desk: Path, quick: Run) -> None:
    ran = quick(desk, "search", "nosuchword")
    assert (ran.code, ran.out, ran.err) == (0, "", "no lead matches\n")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["company:openai"], "leadbase list"),
        (['"…"'], "nothing to look for"),
        (["a", "foo:b"], "the fields are"),
        ([], "WORDS"),
    ],
)
def test_what_cannot_be_searched_for_is_a_usage_error(words: list[str], hint: str, desk: Path, quick: Run) -> None:
    ran = quick(desk, "search", *words)
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err


def test_a_minus_sign_is_a_condition_and_no_option(desk: Path, quick: Run) -> None:
    assert quick(desk, "search", "weights", "-company:deepseek", "--format", "paths").out.count("\n") == 1
    assert quick(desk, "search", "weights", "-company:openai", "--format", "paths").out == ""


def test_a_file_that_cannot_be_read_is_never_passed_over_in_silence(world: World, quick: Run) -> None:
    desk = world({**LEADS, "leads/broken.md": BROKEN}, commit=False)
    for words in (["search", "融资"], ["list"], ["stats"]):
        ran = quick(desk, *words)
        assert ran.code == 1
        assert "could not be read" in ran.err


def test_the_index_lies_outside_the_base_and_is_told(desk: Path, quick: Run) -> None:
    before = sorted(path for path in desk.rglob("*") if ".git" not in path.parts)
    ran = quick(desk, "index")
    count, path = ran.out.splitlines()
    assert count.startswith("3 leads in the index")
    assert quick(desk, "index", "--path").out == f"{path}\n"
    assert Path(path).is_file()
    assert desk not in Path(path).parents
    assert sorted(path for path in desk.rglob("*") if ".git" not in path.parts) == before


def test_a_rebuilt_index_is_made_from_the_files_alone(desk: Path, quick: Run) -> None:
    path = Path(quick(desk, "index", "--path").out.strip())
    quick(desk, "index")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE lead SET title = 'a lie'")
    connection.close()
    assert "a lie" in quick(desk, "list").out
    assert quick(desk, "index", "--rebuild").code == 0
    assert "a lie" not in quick(desk, "list").out


def test_an_index_that_cannot_be_kept_is_told_and_does_not_matter(
    desk: Path, quick: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = quick(desk, "list").out
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("LEADBASE_CACHE_DIR", str(tmp_path / "file"))
    ran = quick(desk, "list")
    assert (ran.code, ran.out) == (0, there)
    assert "in memory only" in ran.err
    assert quick(desk, "index", "--rebuild", "--path").code == 2
