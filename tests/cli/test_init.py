"""`leadbase init`: a new base in which everything works at once, and nothing that is there is touched."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import SETTINGS


def test_a_new_base_works_at_once(tmp_path: Path, leadbase: Run, quick: Run) -> None:
    ran = leadbase(tmp_path, "init", "my desk", "--timezone", "Asia/Shanghai")
    assert ran.code == 0
    desk = tmp_path / "my desk"
    for path in ("leadbase.toml", "rules/scoring.toml", "rules/companies.toml", "rules/sources.toml", "rules/lexicon.toml",
                 "templates/daily.md.j2", ".gitignore", ".git/HEAD"):  # fmt: skip
        assert (desk / path).is_file(), path
        assert path.startswith(".git/") or path in ran.out
    assert len(list((desk / "leads").rglob("*.md"))) == 3
    assert "'my desk'" in ran.out  # a folder with a space is quoted in the line to copy
    for command, code in (
        (["list"], 0),
        (["check"], 0),
        (["score", "--check"], 0),
        (["stats"], 0),
        (["why", "ten-ai"], 0),
    ):
        assert quick(desk, *command).code == code, command
    assert quick(desk, "check").out == ""
    grades = {row["grade"] for row in json.loads(quick(desk, "list", "--format", "json").out)}
    assert grades >= {"quotable", "not-adopted"}
    assert "Asia/Shanghai" in (desk / "leadbase.toml").read_text(encoding="utf-8")


def test_the_branch_is_main_and_nothing_is_committed(tmp_path: Path, quick: Run) -> None:
    quick(tmp_path, "init", "desk")
    git = ["git", "-C", str(tmp_path / "desk")]
    assert (
        subprocess.run([*git, "symbolic-ref", "HEAD"], capture_output=True, check=True).stdout == b"refs/heads/main\n"
    )
    assert subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, check=False).returncode != 0


def test_a_base_may_be_made_where_one_stands(tmp_path: Path, quick: Run) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    ran = quick(tmp_path, "init")
    assert ran.code == 0
    assert "cd " not in ran.out
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert quick(tmp_path, "list").code == 0


def test_inside_a_repository_no_second_one_is_made(tmp_path: Path, quick: Run) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    ran = quick(tmp_path, "init", "desk")
    assert ran.code == 0
    assert not (tmp_path / "desk/.git").exists()
    assert "git repository" not in ran.out


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("target", [".", "leads", "new/deep"])
def test_a_base_is_never_made_in_a_base(target: str, tmp_path: Path, quick: Run) -> None:
    (tmp_path / "leadbase.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "leads").mkdir()
    before = tree(tmp_path)
    ran = quick(tmp_path, "init", target)
    assert (ran.code, ran.out) == (1, "")
    assert "base" in ran.err
    assert "nothing was changed" in ran.err
    assert tree(tmp_path) == before


@pytest.mark.parametrize("occupied", ["rules/scoring.toml", "templates/daily.md.j2", ".gitignore"])
def test_a_file_in_the_way_is_named_and_nothing_is_made(occupied: str, tmp_path: Path, quick: Run) -> None:
    (tmp_path / occupied).parent.mkdir(exist_ok=True)
    (tmp_path / occupied).write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    ran = quick(tmp_path, "init")
    assert ran.code == 1
    assert occupied in ran.err
    assert tree(tmp_path) == before


@pytest.mark.parametrize("target", ["a-file", "a-file/below", "/proc/nowhere"])
def test_a_place_where_no_folder_can_be_is_refused(target: str, tmp_path: Path, quick: Run) -> None:
    (tmp_path / "a-file").write_text("mine", encoding="utf-8")
    ran = quick(tmp_path, "init", target)
    assert ran.code in (1, 2)
    assert ran.out == ""
    assert ran.err
    assert tree(tmp_path) == {"a-file": b"mine"}


@pytest.mark.parametrize("name", ['Desk "one"', "back\\slash", "[table]\nkey = 1", "新闻台", "a\tb", "'", ""])
def test_any_name_makes_settings_that_read_back(name: str, tmp_path: Path, quick: Run) -> None:
    assert quick(tmp_path, "init", "desk", "--name", name, "--timezone", "UTC").code == 0
    assert quick(tmp_path / "desk", "check").code == 0


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", "Asia/shanghai?"])
def test_a_time_zone_nobody_knows_is_a_usage_error(zone: str, tmp_path: Path, quick: Run) -> None:
    ran = quick(tmp_path, "init", "desk", "--timezone", zone)
    if zone:
        assert ran.code == 2
        assert "Asia/Shanghai" in ran.err
        assert not (tmp_path / "desk").exists()
    else:
        assert ran.code == 0
