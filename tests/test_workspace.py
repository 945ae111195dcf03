"""Workspace: finding a base, reading all of it whatever is broken, and writing only what was scored."""

import os
from datetime import date
from pathlib import Path

import pytest

from leadbase.core.scoring import assess
from leadbase.errors import (
    ChangedMeanwhile,
    FileRefused,
    LeadFileError,
    LeadNotFound,
    NotABase,
    RulesError,
    SettingsError,
    Unreadable,
)
from leadbase.workspace import Scored, Workspace
from tests.cli.leads import BROKEN, LEADS, QUOTABLE
from tests.conftest import World


def test_a_base_is_found_in_the_folder_or_above(world: World, tmp_path: Path) -> None:
    desk = world(LEADS, commit=False)
    for start in (desk, desk / "leads", desk / "leads/2026/04"):
        assert Workspace.open(start).root == desk.resolve()
    with pytest.raises(NotABase) as caught:
        Workspace.open(tmp_path)
    assert "leadbase init" in caught.value.hint


def test_the_nearest_base_above_is_meant(world: World) -> None:
    outer = world(LEADS, commit=False)
    inner = outer / "inner"
    (inner / "leads").mkdir(parents=True)
    (inner / "leadbase.toml").write_text("[desk]\nname = 'Inner'\n", encoding="utf-8")
    assert Workspace.open(inner / "leads").settings.name == "Inner"
    assert Workspace.open(outer).settings.name == "Test desk"


def test_a_base_with_wrong_settings_is_not_opened(world: World) -> None:
    with pytest.raises(SettingsError):
        Workspace.open(world({"leadbase.toml": "[desk]\ntimezone = 1\n"}, commit=False))


def test_settings_that_are_a_link_are_not_followed(world: World, tmp_path: Path) -> None:
    desk = world({}, commit=False)
    (desk / "leadbase.toml").rename(tmp_path / "elsewhere.toml")
    (desk / "leadbase.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(FileRefused):
        Workspace.open(desk)


def test_nothing_but_the_settings_is_read_when_a_base_is_opened(world: World) -> None:
    desk = world({"rules/scoring.toml": "nonsense", "leads/broken.md": BROKEN}, commit=False)
    workspace = Workspace.open(desk)
    with pytest.raises(RulesError):
        _ = workspace.rules


def test_the_rules_of_a_base_stand_over_the_shipped_ones(world: World) -> None:
    rules = {
        "rules/scoring.toml": "[value.prominence]\nS = 25\n",
        "rules/companies.toml": '[[company]]\nid = "acme"\nnames = ["Acme"]\n',
    }
    found = Workspace.open(world(rules, commit=False)).rules
    assert found.scoring["value"]["prominence"]["S"] == 25
    assert found.company("Acme") is not None
    assert found.company("OpenAI") is not None


def test_all_leads_are_read_in_the_order_of_their_paths(world: World) -> None:
    workspace = Workspace.open(
        world({**LEADS, "leads/a/b/c/deep.md": QUOTABLE, "leads/readme.txt": "x", "notes/n.md": "x"}, commit=False)
    )
    paths = sorted([*LEADS, "leads/a/b/c/deep.md"])
    assert [reading.path for reading in workspace.readings] == paths
    assert [reading.path for reading in workspace.read_all(paths)] == paths


def test_what_cannot_be_read_is_a_reading_too(world: World) -> None:
    desk = world({**LEADS, "leads/broken.md": BROKEN, "leads/huge.md": "x" * 2_100_000}, commit=False)
    (desk / "leads/link.md").symlink_to("/etc/hostname")
    os.mkfifo(desk / "leads/pipe.md")
    readings = {reading.path: reading for reading in Workspace.open(desk).readings}
    assert {path for path, reading in readings.items() if reading.lead} == set(LEADS)
    for path in ("leads/broken.md", "leads/huge.md", "leads/link.md", "leads/pipe.md"):
        assert readings[path].failed
        assert readings[path].problems[0].path == path


def test_two_files_of_one_name_are_a_problem_of_both(world: World) -> None:
    files = {"leads/1/Same.md": QUOTABLE, "leads/2/same.md": QUOTABLE, "leads/other.md": QUOTABLE}
    readings = {reading.path: reading for reading in Workspace.open(world(files, commit=False)).readings}
    for path, other in (("leads/1/Same.md", "leads/2/same.md"), ("leads/2/same.md", "leads/1/Same.md")):
        [problem] = [each for each in readings[path].problems if each.code == "duplicate-name"]
        assert problem.level == "error"
        assert other in problem.message
    assert not readings["leads/other.md"].failed


def test_one_file_is_read_without_the_others(world: World) -> None:
    workspace = Workspace.open(world(LEADS, commit=False))
    path = next(iter(LEADS))
    assert workspace.read(path).lead is not None
    missing = workspace.read("leads/missing.md")
    assert missing.lead is None
    assert missing.problems[0].code == "unreadable"
    with pytest.raises(Unreadable):
        workspace.folder.read("leads/missing.md")


def scored(workspace: Workspace, path: str) -> Scored:
    reading = workspace.read(path)
    assert reading.lead is not None
    return Scored(reading, reading.lead, assess(reading.lead, workspace.rules))


def test_a_score_is_written_once(world: World) -> None:
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    workspace = Workspace.open(desk)
    first = scored(workspace, "leads/a.md")
    assert first.is_stale
    workspace.write_score(first)
    second = scored(workspace, "leads/a.md")
    assert not second.is_stale
    written = (desk / "leads/a.md").stat()
    workspace.write_score(second)
    assert (desk / "leads/a.md").stat().st_mtime_ns == written.st_mtime_ns
    assert (desk / "leads/a.md").stat().st_ino == written.st_ino


def test_a_lead_that_was_saved_anew_is_not_overwritten(world: World) -> None:
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    workspace = Workspace.open(desk)
    before = scored(workspace, "leads/a.md")
    newer = QUOTABLE.replace("small model", "large model")
    (desk / "leads/a.md").write_text(newer, encoding="utf-8")
    with pytest.raises(ChangedMeanwhile):
        workspace.write_score(before)
    assert (desk / "leads/a.md").read_text(encoding="utf-8") == newer


def test_a_change_that_touches_no_field_of_the_lead_is_no_hindrance(world: World) -> None:
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    workspace = Workspace.open(desk)
    before = scored(workspace, "leads/a.md")
    (desk / "leads/a.md").write_text(QUOTABLE.replace("# by phone", "# in person"), encoding="utf-8")
    workspace.write_score(before)
    assert "# in person" in (desk / "leads/a.md").read_text(encoding="utf-8")
    assert "grade: quotable" in (desk / "leads/a.md").read_text(encoding="utf-8")


def test_a_lead_that_broke_meanwhile_is_left_alone(world: World) -> None:
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    workspace = Workspace.open(desk)
    before = scored(workspace, "leads/a.md")
    (desk / "leads/a.md").write_text(BROKEN, encoding="utf-8")
    with pytest.raises((ChangedMeanwhile, LeadFileError)):
        workspace.write_score(before)
    (desk / "leads/a.md").unlink()
    with pytest.raises(FileRefused):
        workspace.write_score(before)


def test_a_lead_that_cannot_be_read_has_no_assessment(world: World) -> None:
    workspace = Workspace.open(world({**LEADS, "leads/broken.md": BROKEN}, commit=False))
    now = {reading.path: workspace.assess(reading) for reading in workspace.readings}
    later = {reading.path: workspace.assess(reading, date(2026, 6, 1)) for reading in workspace.readings}
    assert [path for path, scored in now.items() if scored is None] == ["leads/broken.md"]
    for path, scored in now.items():
        aged = later[path]
        assert scored is None or (aged is not None and aged.assessment.score < scored.assessment.score)


def test_a_lead_is_found_by_what_a_person_calls_it(world: World) -> None:
    workspace = Workspace.open(world({**LEADS, "leads/broken.md": BROKEN}, commit=False))
    path = "leads/2026/04/2026-04-23-深度求索融资.md"
    for wanted in ("2026-04-23-深度求索融资", "深度求索", "融资", path):
        assert workspace.path_of(wanted) == path
    assert workspace.path_of("broken") == "leads/broken.md"
    with pytest.raises(LeadNotFound) as several:
        workspace.path_of("2026")
    assert several.value.candidates == tuple(sorted(name.rpartition("/")[2].removesuffix(".md") for name in LEADS))
    for nothing in ("", "nobody", "../x", "leads/2026"):
        with pytest.raises(LeadNotFound) as none:
            workspace.path_of(nothing)
        assert none.value.candidates == ()
