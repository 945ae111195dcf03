"""`leadbase check`: every problem of every file, in one run."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.leads import BROKEN, LEADS, QUOTABLE
from tests.conftest import World


def test_a_base_in_order_has_nothing_to_report(world: World, quick: Run) -> None:
    desk = world(LEADS, commit=False)
    assert quick(desk, "score").code == 0
    ran = quick(desk, "check")
    assert (ran.code, ran.out) == (0, "")
    assert "3 leads: 0 errors, 0 warnings" in ran.err


def test_warnings_alone_leave_the_exit_code_at_nought(world: World, quick: Run) -> None:
    ran = quick(world(LEADS, commit=False), "check")
    assert ran.code == 0
    assert ran.out.count("warning unscored") == 3
    assert "(run `leadbase score`)" in ran.out


MESS = {
    "leads/a.md": "---\ntitle: T\n类型: gossip\nverification: verfied\n链接: notes/none.md\nfollow-up-of: nobody\n时间: 2099-01-01\n---\n",
    "leads/b.md": BROKEN,
    "leads/c/a.md": "---\ntitle: T\n---\n",
    "leads/d.md": b"\xff\xfe",
    "rules/scoring.toml": "[valeu]\nx = 1\n[cost]\nfill-feild = 1\n",
    "rules/sources.toml": '[[source]]\ndomain = "https://x"\n',
}


def test_every_problem_of_every_file_has_path_line_level_and_code(world: World, quick: Run) -> None:
    ran = quick(world(MESS, commit=False), "check")
    assert ran.code == 1
    starts = [line.split(": ")[0] + ": " + line.split(": ")[1].split(":")[0] for line in ran.out.splitlines()]
    for expected in (
        "leads/a.md:3: warning unknown-type", "leads/a.md:4: error unknown-verification", "leads/a.md:5: error no-such-note",
        "leads/a.md:6: error no-such-lead", "leads/a.md:7: warning future-time", "leads/a.md: error duplicate-name",
        "leads/b.md:2: error yaml-syntax", "leads/c/a.md: error duplicate-name", "leads/d.md:1: error not-utf-8",
        "rules/scoring.toml: error rules", "rules/sources.toml: error rules",
    ):  # fmt: skip
        assert expected in starts, expected
    assert "did you mean value?" in ran.out
    assert "did you mean fill-field?" in ran.out
    assert starts == sorted(starts, key=lambda line: line.split(":")[0])
    errors = sum(": error " in line for line in ran.out.splitlines())
    assert f"4 leads: {errors} errors, {len(starts) - errors} warnings" in ran.err


def test_problems_as_json_have_every_key(world: World, quick: Run) -> None:
    ran = quick(world(MESS, commit=False), "check", "--format", "json")
    assert ran.code == 1
    found = json.loads(ran.out)
    assert all(set(problem) == {"path", "line", "level", "code", "message", "hint"} for problem in found)
    assert {problem["level"] for problem in found} == {"error", "warning"}


@pytest.mark.parametrize(
    "link", ["notes/none.md", "notes/.git/config.md", "notes//x/none.md", "a" * 300 + ".md", "notes/\u202e.md"]
)
def test_a_note_that_is_not_there_is_an_error_and_hides_nothing(link: str, world: World, quick: Run) -> None:
    desk = world({"leads/a.md": f"---\ntitle: T\nlink: {link}\n---\n", "leads/b.md": BROKEN}, commit=False)
    ran = quick(desk, "check")
    assert ran.code == 1
    assert "leads/a.md:3: error no-such-note" in ran.out
    assert "leads/b.md:2: error" in ran.out


def test_a_note_that_is_there_is_no_problem_however_its_path_is_written(world: World, quick: Run) -> None:
    files = {
        f"leads/{n}.md": QUOTABLE.replace("https://github.com/openai", link)
        for n, link in enumerate(["notes/a.md", "notes/./a.md", "notes//a.md"])
    }
    ran = quick(world({**files, "notes/a.md": "a call"}, commit=False), "check")
    assert "no-such-note" not in ran.out


def test_a_score_that_is_not_what_the_rules_give_is_named(world: World, quick: Run) -> None:
    desk = world(
        {"leads/a.md": QUOTABLE.replace("---\n\n", "score: 99\nconfidence: 1\ngrade: quotable\n---\n\n", 1)},
        commit=False,
    )
    ran = quick(desk, "check")
    assert ran.code == 0
    assert (
        "leads/a.md:9: warning stale-score: the file says score 99, confidence 1, quotable; the rules give" in ran.out
    )


def test_bad_toml_names_file_and_line(world: World, quick: Run) -> None:
    desk = world({**LEADS, "rules/scoring.toml": "[value]\nx = = 1\n"}, commit=False)
    ran = quick(desk, "check")
    assert ran.code == 1
    assert "rules/scoring.toml:2: error toml: is not TOML" in ran.out


@pytest.mark.parametrize(
    "command", [["list", "--format", "json"], ["show", "top"], ["why", "top"], ["score"], ["stats"], ["add", "x"]]
)
def test_with_broken_rules_a_command_that_needs_them_says_what_is_wrong(
    command: list[str], world: World, quick: Run
) -> None:
    desk = world(
        {**LEADS, "rules/scoring.toml": "[cost]\nfill-feild = 1\n", "rules/companies.toml": "x = 1"}, commit=False
    )
    ran = quick(desk, *command)
    assert (ran.code, ran.out) == (1, "")
    assert "rules/scoring.toml: error rules: cost.fill-feild: is not a key" in ran.err
    assert "rules/companies.toml: error rules: x: is not a key" in ran.err
    assert sorted(path.name for path in (desk / "leads").rglob("*.md")) == sorted(p.rpartition("/")[2] for p in LEADS)


def test_rules_that_are_a_link_are_a_problem_and_not_the_end(world: World, quick: Run) -> None:
    desk = world({**LEADS, "leads/broken.md": BROKEN}, commit=False)
    (desk / "rules").mkdir()
    (desk / "rules/scoring.toml").symlink_to("/etc/hostname")
    ran = quick(desk, "check")
    assert ran.code == 1
    assert "rules/scoring.toml" in ran.out
    assert "leads/broken.md:2: error" in ran.out


def test_what_a_crash_left_behind_is_named(world: World, quick: Run) -> None:
    desk = world({**LEADS, "leads/.leadbase-0000000000000000.tmp": "x"}, commit=False)
    ran = quick(desk, "check")
    assert ran.code == 0
    assert "warning leftover" in ran.out


def test_links_and_odd_files_under_leads_are_named(world: World, quick: Run) -> None:
    desk = world(LEADS, commit=False)
    (desk / "leads/link.md").symlink_to("/etc/hostname")
    (desk / "leads/folder.md").mkdir()
    ran = quick(desk, "check")
    assert "leads/link.md: warning symbolic-link" in ran.out


def test_a_base_without_leads_is_fine(world: World, quick: Run) -> None:
    desk = world({}, commit=False)
    for command in ("check", "list", "score", "stats"):
        ran = quick(desk, command)
        assert ran.code == 0, command
    assert "0 leads" in quick(desk, "check").err


def test_the_checked_base_is_not_touched(world: World, quick: Run) -> None:
    desk = world(MESS, commit=False)

    def state() -> dict[Path, tuple[bytes, int]]:
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in desk.rglob("*") if path.is_file()}

    before = state()
    quick(desk, "check")
    assert state() == before
