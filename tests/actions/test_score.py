"""Scoring leads, without the command line around it."""

import os
from pathlib import Path

from leadbase.actions.score import score_leads
from leadbase.workspace import Workspace
from tests.cli.leads import BROKEN, LEADS, QUOTABLE
from tests.conftest import World


def test_each_lead_is_told_with_what_became_of_it(world: World, tmp_path: Path) -> None:
    desk = world({**LEADS, "leads/broken.md": BROKEN}, commit=False)
    linked = desk / next(iter(LEADS))
    os.link(linked, tmp_path / "other.md")
    workspace = Workspace.open(desk)
    found = {each.reading.path: each for each in score_leads(workspace, workspace.readings, write=True)}
    assert len(found) == 4
    assert found["leads/broken.md"].failed
    assert found["leads/broken.md"].scored is None
    refused = found[linked.relative_to(desk).as_posix()]
    assert refused.is_stale
    assert refused.failed
    assert refused.refusal
    assert not refused.is_written
    written = [each for each in found.values() if each.is_written]
    assert len(written) == 2
    assert all(each.is_stale and not each.failed for each in written)
    again = Workspace.open(desk)
    assert not any(each.is_written for each in score_leads(again, again.readings, write=True))


def test_without_write_nothing_is_written(world: World) -> None:
    desk = world(LEADS, commit=False)
    workspace = Workspace.open(desk)
    before = {path: (desk / path).read_bytes() for path in LEADS}
    found = list(score_leads(workspace, workspace.readings, write=False))
    assert all(each.is_stale and not each.is_written and not each.failed for each in found)
    assert {path: (desk / path).read_bytes() for path in LEADS} == before


def test_a_lead_saved_between_reading_and_writing_is_left_alone(world: World) -> None:
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    workspace = Workspace.open(desk)
    readings = workspace.readings
    newer = QUOTABLE.replace("OpenAI releases", "OpenAI withdraws")
    (desk / "leads/a.md").write_text(newer, encoding="utf-8")
    [found] = score_leads(workspace, readings, write=True)
    assert found.failed
    assert "saved anew" in found.refusal
    assert (desk / "leads/a.md").read_text(encoding="utf-8") == newer


def test_leads_are_scored_one_by_one_as_they_are_asked_for(world: World) -> None:
    desk = world(LEADS, commit=False)
    workspace = Workspace.open(desk)
    found = score_leads(workspace, workspace.readings, write=True)
    next(found)
    assert sum(b"\nscore: " in (desk / path).read_bytes() for path in LEADS) == 1
