import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from leadbase.actions.report import Order, Report, compile_report
from leadbase.errors import FileRefused, TemplateError, UsageError
from leadbase.workspace import Workspace

World = Callable[..., Path]
DAY = date(2026, 4, 24)
NOW = datetime(2026, 4, 24, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 25, 1, 0, tzinfo=UTC)
PATH = "reports/2026/2026-04-24.md"
SIDECAR = "reports/2026/2026-04-24.leads.json"


def lead(title: str, day: str = "2026-04-24") -> str:
    return (
        f"---\ncompany: OpenAI\ntitle: {title}\ntype: model-release\nsource: OpenAI\nlink: https://openai.com/news\n"
        f"time: {day}\nverification: verified\n---\n\nOpenAI has announced it on its own pages, with all figures.\n"
    )


LEADS = {"leads/a.md": lead("A model is released"), "leads/b.md": lead("A second one", "2026-04-20")}


def run(root: Path, *, now: datetime = NOW, **order: object) -> Report:
    return compile_report(Workspace.open(root), Order(**{"day": DAY, **order}), now=now)  # type: ignore[arg-type]


def commit(root: Path, when: str) -> None:
    environment = {**os.environ, "GIT_COMMITTER_DATE": when}
    for arguments in (["add", "-A"], ["commit", "-qm", "More"]):
        subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, env=environment)


def test_a_report_and_its_sidecar_are_written(world: World) -> None:
    root = world(LEADS)
    report = run(root)
    assert (report.path, report.failed, report.is_unchanged, report.notices) == (PATH, False, False, ())
    assert report.counts["leads"] == 1
    assert (root / PATH).read_bytes() == report.markdown.encode()
    assert "### A model is released\n" in report.markdown
    assert json.loads((root / SIDECAR).read_bytes())["leads"][0]["title"] == "A model is released"


def test_the_same_commit_gives_the_same_bytes_at_any_time(world: World) -> None:
    root = world(LEADS)
    first = run(root)
    assert "date: 2026-04-24T18:00:00+08:00\n" in first.markdown
    assert run(root, now=LATER).is_unchanged
    commit(root, "2026-04-25T09:00:00+08:00")  # of the report itself
    again = run(root, now=LATER)
    assert (again.is_unchanged, again.markdown) == (True, first.markdown)


def test_a_commit_of_a_lead_is_a_new_stamp(world: World) -> None:
    root = world(LEADS)
    run(root)
    (root / "leads/a.md").write_text(lead("A model is released today"))
    commit(root, "2026-04-25T09:00:00+08:00")
    report = run(root)
    assert not report.is_unchanged
    assert "date: 2026-04-24T23:59:59+08:00\nlastmod: 2026-04-25T09:00:00+08:00\n" in report.markdown


def test_a_change_that_is_not_committed_is_no_part_of_the_commit(world: World) -> None:
    root = world(LEADS)
    (root / "leads/a.md").write_text(lead("A model is released today"))
    report = run(root)
    assert "from uncommitted files" in report.markdown
    assert "lastmod: 2026-04-24T20:00:00+08:00\n" in report.markdown


def test_uncommitted_files_are_stamped_with_the_time_of_the_first_compile(world: World) -> None:
    root = world(LEADS, commit=False)
    first = run(root)
    assert "lastmod: 2026-04-24T20:00:00+08:00\n" in first.markdown
    assert "from uncommitted files" in first.markdown
    again = run(root, now=LATER)
    assert (again.is_unchanged, again.markdown) == (True, first.markdown)
    (root / "leads/a.md").write_text(lead("Something else"))
    changed = run(root, now=LATER)
    assert "lastmod: 2026-04-25T09:00:00+08:00\n" in changed.markdown


def test_a_report_edited_by_hand_is_not_overwritten(world: World) -> None:
    root = world(LEADS)
    run(root)
    edited = (root / PATH).read_text() + "\nA line of the editor's.\n"
    (root / PATH).write_text(edited)
    sidecar = (root / SIDECAR).read_bytes()
    with pytest.raises(FileRefused, match="edited by hand") as caught:
        run(root)
    assert "--force" in caught.value.hint
    assert ((root / PATH).read_text(), (root / SIDECAR).read_bytes()) == (edited, sidecar)
    assert not run(root, force=True).is_unchanged
    assert "editor" not in (root / PATH).read_text()


@pytest.mark.parametrize("sidecar", [None, "", "[]", "{}", "[" * 100_000])
def test_a_file_that_leadbase_did_not_compile_is_not_overwritten(world: World, sidecar: str | None) -> None:
    root = world({**LEADS, PATH: "My own.\n", **({} if sidecar is None else {SIDECAR: sidecar})})
    with pytest.raises(FileRefused, match="not a report that leadbase compiled"):
        run(root)
    assert (root / PATH).read_text() == "My own.\n"


def test_a_report_checked_out_with_crlf_is_the_same_report(world: World) -> None:
    root = world(LEADS)
    run(root)
    for path in (PATH, SIDECAR):
        (root / path).write_bytes((root / path).read_bytes().replace(b"\n", b"\r\n"))
    assert run(root).is_unchanged


def test_a_compile_that_was_cut_short_before_the_sidecar_is_completed(world: World) -> None:
    root = world(LEADS)
    run(root)
    (root / SIDECAR).unlink()
    assert not run(root).is_unchanged
    assert (root / SIDECAR).exists()


def test_nothing_is_written_for_the_screen(world: World) -> None:
    root = world(LEADS)
    report = run(root, out="-")
    assert (report.path, report.markdown.startswith("---\ntitle: ")) == ("-", True)
    assert not (root / "reports").exists()


def test_another_file_gets_its_sidecar_beside_it(world: World, tmp_path: Path) -> None:
    target = tmp_path / "out.md"
    report = run(world(LEADS), out=str(target))
    assert (report.path, target.read_text()) == (str(target), report.markdown)
    assert (tmp_path / "out.leads.json").exists()
    assert run(world(LEADS, commit=False), out=str(target)).is_unchanged


def test_another_file_that_is_no_report_is_not_overwritten(world: World, tmp_path: Path) -> None:
    root, target = world(LEADS), tmp_path / "diary.md"
    target.write_text("Mine.\n")
    with pytest.raises(FileRefused):
        run(root, out=str(target))
    assert target.read_text() == "Mine.\n"
    run(root, out=str(target), force=True)
    assert target.read_text() != "Mine.\n"


@pytest.mark.parametrize("out", ["", ".", "missing/out.md"])
def test_a_place_that_is_none_is_a_usage_error(world: World, out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    root = world(LEADS)
    monkeypatch.chdir(root)
    with pytest.raises(UsageError, match="--out"):
        run(root, out=out)


def test_a_broken_lead_is_listed_and_the_rest_is_reported(world: World) -> None:
    root = world({**LEADS, "leads/bad.md": "---\ntitle: Bad\nverification: perhaps\n---\n", "leads/worse.md": "no"})
    report = run(root)
    assert report.failed
    assert [(problem.path, problem.line) for problem in report.problems] == [("leads/bad.md", 3), ("leads/worse.md", 1)]
    assert "## Broken leads\n\n- leads/bad.md, line 3: " in (root / PATH).read_text()
    assert "### A model is released\n" in report.markdown
    assert run(root).is_unchanged


def test_a_broken_lead_that_may_not_be_named_is_named_on_the_desk_only(world: World) -> None:
    bad = "---\ntitle: Bad\nattribution: off-record\nverification: perhaps\n---\n"
    report = run(world({**LEADS, "leads/secret.md": bad}))
    assert [problem.path for problem in report.problems] == ["leads/secret.md"]
    assert "secret" not in report.markdown


def test_without_a_day_the_report_is_of_today(world: World) -> None:
    report = run(world(LEADS), day=None)
    assert (report.day, report.notices) == (DAY, ())
    midnight = datetime(2026, 4, 23, 16, 0, tzinfo=UTC)
    assert run(world(LEADS, name="other"), day=None, now=midnight).day == DAY


def test_without_anything_today_the_report_is_of_the_latest_day_with_leads(world: World) -> None:
    report = run(world(LEADS), day=None, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert report.day == DAY
    assert report.notices == (
        "nothing to report on 2026-11-01; this is the report of 2026-04-24, the latest day with leads",
    )


def test_a_day_without_leads_has_a_short_report(world: World) -> None:
    report = run(world(LEADS), day=date(2026, 1, 1))
    assert report.path == "reports/2026/2026-01-01.md"
    assert "\nNo leads on 1 January 2026.\n" in report.markdown
    assert run(world({}, name="empty"), day=None).day == DAY


def test_a_template_of_the_bases_own_is_used(world: World) -> None:
    templates = {
        "templates/brief.md.j2": "{% extends 'frame.md.j2' %}{% block body %}{{ head }}{% endblock %}",
        "templates/frame.md.j2": "---\ntitle: {{ title }}\n---\n{% block body %}{% endblock %}\n\n\n\n",
    }
    report = run(world({**LEADS, **templates}), template="brief")
    assert report.markdown == (
        "---\ntitle: AI lead report 2026-04-24\n---\n1 lead on 24 April 2026: 1 directly quotable.\n"
    )


def test_a_template_that_is_wrong_is_named_with_line_and_variable(world: World) -> None:
    root = world({**LEADS, "templates/daily.md.j2": "{{ head }}\n{{ haed }}\n"})
    with pytest.raises(TemplateError) as caught:
        run(root)
    assert str(caught.value).startswith(
        "templates/daily.md.j2:2: error template-undefined: there is no variable 'haed' (there are broken, "
    )
    assert not (root / "reports").exists()


def test_a_template_that_is_not_utf_8_is_named(world: World) -> None:
    with pytest.raises(TemplateError, match="error template-encoding: it is not UTF-8"):
        run(world({**LEADS, "templates/daily.md.j2": b"\xff"}))


@pytest.mark.skipif(sys.platform == "win32", reason="making a link takes a privilege there")
def test_a_template_that_is_a_link_is_refused(world: World, tmp_path: Path) -> None:
    root = world(LEADS)
    (tmp_path / "elsewhere.j2").write_text("{{ head }}")
    (root / "templates").mkdir()
    (root / "templates" / "daily.md.j2").symlink_to(tmp_path / "elsewhere.j2")
    with pytest.raises(FileRefused, match="symbolic link"):
        run(root)


@pytest.mark.parametrize("name", ["../leadbase", "a/b", "", ".hidden", "gone"])
def test_a_template_that_is_not_there_is_a_usage_error(world: World, name: str) -> None:
    with pytest.raises(UsageError):
        run(world({**LEADS, "templates/brief.md.j2": ""}), template=name)


def test_the_templates_there_are_stand_in_the_hint(world: World) -> None:
    with pytest.raises(UsageError) as caught:
        run(world({**LEADS, "templates/brief.md.j2": ""}), template="breif")
    assert caught.value.hint == "there are brief, daily"


def test_a_repository_that_cannot_be_read_is_said(world: World) -> None:
    root = world(LEADS)
    (root / ".git" / "index").write_bytes(b"nonsense")
    report = run(root)
    assert report.notices[0].startswith("the report names no commit: git failed: ")
    assert "from uncommitted files" in report.markdown


def test_a_report_of_a_query_holds_its_leads_as_they_are_on_the_day_and_needs_a_place(world: World) -> None:
    other = lead("Mistral AI opens its weights").replace("company: OpenAI", "company: Mistral AI")
    workspace = Workspace.open(world({**LEADS, "leads/c.md": other}))

    def report(text: str) -> Report:
        return compile_report(workspace, Order(DAY, "-", query=workspace.query(text, DAY)), now=NOW)

    assert report("").markdown == compile_report(workspace, Order(DAY, "-"), now=NOW).markdown
    assert report("").counts["leads"] == 2
    assert report("company:openai").counts["leads"] == 1
    assert "Mistral" not in report("-mistral").markdown
    scores = [scored.score for path in LEADS if (scored := workspace.assess(workspace.read(path), DAY))]
    assert report(f"score:{max(scores) + 1}..").counts["leads"] == 0
    with pytest.raises(UsageError, match="not the report of the day"):
        compile_report(workspace, Order(DAY, query=workspace.query("company:openai", DAY)))
