"""Checking a base, without the command line around it."""

from datetime import date
from pathlib import Path

from leadbase.actions.check import check_base
from leadbase.workspace import Workspace
from tests.cli.leads import BROKEN, LEADS
from tests.conftest import World

TODAY = date(2026, 4, 25)


def codes(desk: Path, today: date = TODAY) -> list[tuple[str, int | None, str]]:
    return [(problem.path, problem.line, problem.code) for problem in check_base(Workspace.open(desk), today).problems]


def lead(fields: str) -> str:
    return f"---\ntitle: T\ncompany: A\ntype: other\nsource: S\nlink: https://a.example/\ntime: 2026-04-24\n{fields}\n---\n\ntext\n"


def test_problems_are_sorted_by_path_and_line(world: World) -> None:
    found = codes(
        world(
            {
                "leads/b.md": lead("time-x: 1\nverification: x\nattribution: y"),
                "leads/a.md": BROKEN,
                "rules/scoring.toml": "[x]",
            },
            commit=False,
        )
    )
    assert found == sorted(found, key=lambda each: (each[0], each[1] or 0))
    assert [code for _, _, code in found] == ["yaml-syntax", "unknown-verification", "unknown-attribution", "rules"]


def test_references_must_name_leads(world: World) -> None:
    files = {
        "leads/a.md": lead("follow-up-of: b\nsame-as: [b, nobody]\nnot-same-as: c\nduplicate-of: leads/b.md"),
        "leads/b.md": lead(""),
        "leads/c.md": BROKEN,
    }
    found = [each for each in codes(world(files, commit=False)) if each[2] == "no-such-lead"]
    assert ("leads/a.md", 9, "no-such-lead") in found
    assert ("leads/a.md", 11, "no-such-lead") in found
    assert ("leads/a.md", 8, "no-such-lead") not in found


def test_one_day_ahead_is_what_time_zones_may_do(world: World) -> None:
    desk = world({"leads/a.md": lead("")}, commit=False)
    for today, is_future in ((date(2026, 4, 24), False), (date(2026, 4, 23), False), (date(2026, 4, 22), True)):
        assert ("future-time" in [code for _, _, code in codes(desk, today)]) == is_future


def test_notes_of_every_report_are_looked_for(world: World) -> None:
    files = {
        "leads/a.md": lead("also: [{source: X, link: notes/there.md}, {source: Y, link: notes/missing.md}]"),
        "notes/there.md": "x",
    }
    assert ("leads/a.md", 8, "no-such-note") in codes(world(files, commit=False))
    assert [code for _, _, code in codes(world(files, commit=False, name="two"))].count("no-such-note") == 1


def test_with_wrong_rules_the_leads_are_checked_all_the_same(world: World) -> None:
    found = codes(
        world(
            {**LEADS, "leads/broken.md": BROKEN, "rules/lexicon.toml": "[x]\n", "rules/sources.toml": "= 1"},
            commit=False,
        )
    )
    assert {path for path, _, _ in found} >= {"leads/broken.md"}
    assert [code for path, _, code in found if path.startswith("rules/")]
    assert "unscored" not in [code for _, _, code in found]
