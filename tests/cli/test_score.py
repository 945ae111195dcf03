"""`leadbase score` and `leadbase edit`: what is written into a file, and what is left alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.leads import BROKEN, LEADS, QUOTABLE
from tests.conftest import World

UGLY = (
    "\ufeff---\r\n# the desk's own comment\r\ncompany:   [ OpenAI ,'谷歌' ]  # two\r\ntitle: 'It''s  \"quoted\"'\r\n"
    "type:  open_source\r\nzip: 00123\r\nanswer: NO\r\nratio: 1:30\r\nblock: |\r\n  one\r\n\r\n  score: 5\r\n"
    "time: 2026-04-24 # Friday\r\nverification: 已核实\r\nlast: \"end\"   \r\n---\r\n\r\nBody 正文 😀\r\n---\r\nscore: 7\r\nno final line end"
)  # fmt: skip
MANAGED = ("score", "confidence", "grade")


def managed(line: bytes) -> bool:
    return line.startswith(tuple(f"{key}:".encode() for key in MANAGED))


def state(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.md")}


def test_scores_are_written_once_and_only_where_they_change(world: World, quick: Run) -> None:
    desk = world(LEADS, commit=False)
    first = quick(desk, "score")
    assert first.code == 0
    assert len(first.out.splitlines()) == 3
    assert "3 leads scored, 3 changed" in first.err
    written = state(desk)
    stamps = {path: path.stat().st_mtime_ns for path in desk.rglob("*.md")}
    second = quick(desk, "score")
    assert (second.code, second.out) == (0, "")
    assert "3 leads scored, 0 changed" in second.err
    assert state(desk) == written
    assert {path: path.stat().st_mtime_ns for path in desk.rglob("*.md")} == stamps


def test_only_the_managed_lines_of_a_file_change(world: World, quick: Run) -> None:
    desk = world({**LEADS, "leads/ugly.md": UGLY}, commit=False)
    before = state(desk)
    assert quick(desk, "score").code == 0
    after = state(desk)
    for path in before:
        lines = after[path].splitlines(keepends=True)
        assert [line for line in lines if not managed(line)] == [
            line for line in before[path].splitlines(keepends=True) if not managed(line)
        ], path
        added = after[path].split(b"---")[1].splitlines()
        assert sum(map(managed, added)) == 3
    ugly = after["leads/ugly.md"]
    assert ugly.startswith(b"\xef\xbb\xbf---\r\n")
    assert ugly.endswith(b"score: 7\r\nno final line end")
    assert b'last: "end"   \r\nscore: ' in ugly
    assert ugly.count(b"\n") == ugly.count(b"\r\n")
    assert quick(desk, "score", "--check").code == 0


def test_a_score_that_is_there_is_changed_in_its_place(world: World, quick: Run) -> None:
    text = QUOTABLE.replace("company:", "grade: 'not-adopted' # old\nscore:   1   # by hand\ncompany:").replace(
        "---\n\n", 'confidence: "2"\n---\n\n', 1
    )
    desk = world({"leads/a.md": text}, commit=False)
    ran = quick(desk, "score")
    after = (desk / "leads/a.md").read_text(encoding="utf-8")
    score = ran.out.split("score 1 → ")[1].split()[0]
    assert f"grade: 'quotable' # old\nscore:   {score}   # by hand\ncompany:" in after
    assert ran.out.startswith("a: score 1 → ")
    assert "confidence 2 → " in ran.out
    assert "not-adopted → quotable" in ran.out
    assert quick(desk, "score", "--check").code == 0


@pytest.mark.parametrize("quoted", ['"{}"', "'{}'"])
def test_a_number_in_quotes_is_the_number(quoted: str, world: World, quick: Run) -> None:
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    quick(desk, "score")
    path = desk / "leads/a.md"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    quotes = [
        line.replace(line.split(": ")[1].strip(), quoted.format(line.split(": ")[1].strip()))
        if managed(line.encode())
        else line
        for line in lines
    ]
    path.write_text("".join(quotes), encoding="utf-8")
    assert quick(desk, "score", "--check").code == 0
    assert "0 changed" in quick(desk, "score").err


@pytest.mark.parametrize(
    "wrong",
    ["score: 078", "score: 7.5", "score: many", "score: [7]", "score:\n  - 7", "score:", "score: 1e2", "grade: 3"],
)
def test_whatever_a_managed_line_says_scoring_twice_writes_once(wrong: str, world: World, quick: Run) -> None:
    desk = world({"leads/a.md": QUOTABLE.replace("company:", f"{wrong}\ncompany:")}, commit=False)
    first = quick(desk, "score")
    if first.code == 0:
        assert "1 changed" in first.err
        assert quick(desk, "score", "--check").code == 0
    else:
        assert "left alone" in first.err
    before = state(desk)
    quick(desk, "score")
    assert state(desk) == before


def test_check_writes_nothing_and_fails_while_a_score_is_stale(world: World, quick: Run) -> None:
    desk = world(LEADS, commit=False)
    before = state(desk)
    ran = quick(desk, "score", "--check")
    assert ran.code == 1
    assert "3 not as the rules give" in ran.err
    assert state(desk) == before
    quick(desk, "score")
    ran = quick(desk, "score", "--check")
    assert (ran.code, ran.out) == (0, "")


@pytest.mark.parametrize("option", ["--dry-run", "-n"])
def test_a_dry_run_writes_nothing_and_shows_what_would_be_written(option: str, world: World, quick: Run) -> None:
    desk = world(LEADS, commit=False)
    before = state(desk)
    ran = quick(desk, "score", option)
    assert ran.code == 0
    assert "3 would change" in ran.err
    assert state(desk) == before
    assert quick(desk, "score").out == ran.out


def test_named_leads_only_are_scored(world: World, quick: Run) -> None:
    desk = world(LEADS, commit=False)
    ran = quick(desk, "score", "openai", "leads/2026/04/2026-04-22-top-10.md")
    assert len(ran.out.splitlines()) == 2
    assert "2 leads scored, 2 changed" in ran.err
    assert b"score" not in (desk / "leads/2026/04/2026-04-23-深度求索融资.md").read_bytes()


def test_a_broken_lead_is_told_and_the_others_are_scored(world: World, quick: Run) -> None:
    desk = world({**LEADS, "leads/broken.md": BROKEN}, commit=False)
    ran = quick(desk, "score")
    assert ran.code == 1
    assert "leads/broken.md:2: error yaml-syntax" in ran.err
    assert "3 changed" in ran.err
    assert ran.err.splitlines()[-1].count("1 ") == 1  # and one is not among them
    assert (desk / "leads/broken.md").read_text(encoding="utf-8") == BROKEN


def test_files_that_must_not_be_replaced_are_left_alone_with_a_reason(world: World, quick: Run, tmp_path: Path) -> None:
    desk = world(LEADS, commit=False)
    linked, read_only, third = (desk / path for path in LEADS)
    os.link(linked, tmp_path / "elsewhere.md")
    read_only.chmod(0o444)
    before = state(desk)
    ran = quick(desk, "score")
    assert ran.code == 1
    reasons = {
        line.split(": left alone: ")[0]: line.split(": left alone: ")[1]
        for line in ran.err.splitlines()
        if ": left alone: " in line
    }
    assert set(reasons) == {path.relative_to(desk).as_posix() for path in (linked, read_only)}
    assert "link" in reasons[linked.relative_to(desk).as_posix()]
    after = state(desk)
    assert [path for path in before if before[path] != after[path]] == [third.relative_to(desk).as_posix()]
    assert (tmp_path / "elsewhere.md").read_bytes() == before[linked.relative_to(desk).as_posix()]


def test_symbolic_links_are_never_followed(world: World, quick: Run, tmp_path: Path) -> None:
    desk = world({}, commit=False)
    target = tmp_path / "outside.md"
    target.write_text(QUOTABLE, encoding="utf-8")
    (desk / "leads").mkdir()
    (desk / "leads/a.md").symlink_to(target)
    (desk / "leads/folder").symlink_to(tmp_path)
    quick(desk, "score")
    assert target.read_text(encoding="utf-8") == QUOTABLE


def test_scores_depend_on_the_rules_of_the_base(world: World, quick: Run) -> None:
    desk = world(LEADS, commit=False)
    quick(desk, "score")
    (desk / "rules").mkdir()
    (desk / "rules/scoring.toml").write_text("[value.type]\nopen-source = [24, 'normal']\n", encoding="utf-8")
    ran = quick(desk, "score")
    assert [line.split(":")[0] for line in ran.out.splitlines()] == ["2026-04-24-openai-weights"]


def test_scores_do_not_depend_on_clock_zone_or_locale(world: World, leadbase: Run) -> None:
    results = []
    for number, environment in enumerate(
        ({"TZ": "UTC"}, {"TZ": "Pacific/Apia", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "7"})
    ):
        desk = world({**LEADS, "leads/ugly.md": UGLY}, commit=False, name=f"desk{number}")
        leadbase(desk, "score", **environment)
        results.append(state(desk))
    assert results[0] == results[1]


# ---------------------------------------------------------------------------------------------------------------- edit

EDITOR = """import pathlib, sys
path = pathlib.Path(sys.argv[-1])
text = path.read_text(encoding="utf-8")
path.write_text(text.replace(sys.argv[1], sys.argv[2]), encoding="utf-8")
"""


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """`editor(old, new)` makes $EDITOR a program that replaces a text in the file it is given."""

    def use(old: str, new: str, variable: str = "EDITOR") -> None:
        script = tmp_path / "my editor.py"
        script.write_text(EDITOR, encoding="utf-8")
        monkeypatch.setenv(variable, f'{sys.executable} "{script}" "{old}" "{new}"')

    return use


def test_a_lead_is_edited_in_place_and_rescored(world: World, leadbase: Run, editor) -> None:  # type: ignore[no-untyped-def]
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    leadbase(desk, "score")
    editor("type: open-source", "type: rumor")
    ran = leadbase(desk, "edit", "a")
    assert ran.code == 0
    assert "quotable → " in ran.out
    text = (desk / "leads/a.md").read_text(encoding="utf-8")
    assert "type: rumor" in text
    assert "grade: quotable" not in text
    assert "# by phone" in text
    assert leadbase(desk, "score", "--check").code == 0


def test_visual_goes_before_editor(world: World, quick: Run, editor) -> None:  # type: ignore[no-untyped-def]
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    editor("small model", "EDITOR")
    editor("small model", "VISUAL", "VISUAL")
    quick(desk, "edit", "a")
    assert "VISUAL" in (desk / "leads/a.md").read_text(encoding="utf-8")


def test_a_lead_saved_with_a_mistake_says_what_is_wrong_and_is_kept(world: World, quick: Run, editor) -> None:  # type: ignore[no-untyped-def]
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    editor("title: OpenAI", "title: a: b")
    ran = quick(desk, "edit", "a")
    assert ran.code == 1
    assert "leads/a.md:3: error yaml-syntax" in ran.err
    assert "title: a: b" in (desk / "leads/a.md").read_text(encoding="utf-8")
    editor("title: a: b", "title: OpenAI")
    assert quick(desk, "edit", "a").code == 0


def test_an_editor_that_changes_nothing_or_fails_is_told(
    world: World, quick: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    quick(desk, "score")
    monkeypatch.setenv("EDITOR", "true")
    ran = quick(desk, "edit", "a")
    assert ran.code == 0
    assert "unchanged" in ran.err
    for broken in ("false", "/no/such/editor"):
        monkeypatch.setenv("EDITOR", broken)
        ran = quick(desk, "edit", "a")
        assert ran.code == 1
        assert "Traceback" not in ran.err
        assert ran.err


def test_an_editor_that_removes_the_file_is_told(world: World, quick: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = world({"leads/a.md": QUOTABLE}, commit=False)
    monkeypatch.setenv("EDITOR", "rm")
    ran = quick(desk, "edit", "a")
    assert ran.code == 1
    assert "there is no such file" in ran.err


def test_scoring_works_in_a_folder_that_is_no_repository_and_leaves_git_alone(world: World, leadbase: Run) -> None:
    desk = world(LEADS)
    subprocess.run(["git", "-C", str(desk), "rm", "-q", "--cached", "leadbase.toml"], check=True)
    staged = subprocess.run(["git", "-C", str(desk), "diff", "--cached"], check=True, capture_output=True).stdout
    assert leadbase(desk, "score").code == 0
    assert (
        subprocess.run(["git", "-C", str(desk), "diff", "--cached"], check=True, capture_output=True).stdout == staged
    )
