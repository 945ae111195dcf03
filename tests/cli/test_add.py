"""`leadbase add`: a new file under leads/, what is inferred, and titles of every kind."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import REPOSITORY, Run
from tests.cli.leads import LEADS
from tests.conftest import World

DAY = ("--time", "2026-04-24")


@pytest.fixture
def desk(world: World) -> Path:
    return world(LEADS, commit=False)


def added(desk: Path, out: str) -> str:
    """The text of the file whose path is the first line of the output."""
    return (desk / out.splitlines()[0]).read_text(encoding="utf-8")


def test_path_score_and_grade_are_printed_and_the_file_holds_them(desk: Path, quick: Run) -> None:
    ran = quick(desk, "add", "OpenAI launches GPT-5.5", "--link", "https://openai.com/", *DAY)
    path, line, *_ = ran.out.splitlines()
    assert ran.code == 0
    assert path == "leads/2026/04/2026-04-24-openai-launches-gpt-5-5.md"
    text = added(desk, ran.out)
    score, confidence = re.findall(r"^(?:score|confidence): (\d+)$", text, re.MULTILINE)
    assert f"score {score} · confidence {confidence}" in line
    assert quick(desk, "score", path, "--check").code == 0


def test_what_is_left_out_is_inferred_and_shown_as_inferred(desk: Path, quick: Run) -> None:
    ran = quick(desk, "add", "OpenAI raises $40 billion", "--link", "https://www.reuters.com/x", *DAY)
    text = added(desk, ran.out)
    for key, value in {"company": "OpenAI", "type": "funding", "source": "Reuters"}.items():
        assert f"{key}: {value}\n" in text
        assert f"{key}: {value} (inferred: " in ran.err
        assert f"{key}: {value} (inferred" not in ran.out


def test_what_is_given_is_not_inferred(desk: Path, quick: Run) -> None:
    ran = quick(
        desk, "add", "OpenAI raises $40 billion", "--link", "https://www.reuters.com/x", "--company", "SoftBank", "--company", "OpenAI",
        "--type", "并购", "--source", "a friend", "--verification", "核实中", "--tag", "a,b", "--tag", "c", "--text", "The text.", *DAY,
    )  # fmt: skip
    text = added(desk, ran.out)
    assert "inferred" not in ran.err
    for line in (
        "company: [SoftBank, OpenAI]",
        "type: m-and-a",
        "source: a friend",
        "verification: in-progress",
        "tags: [a, b, c]",
        "time: 2026-04-24",
    ):
        assert f"{line}\n" in text, line
    assert text.endswith("---\n\nThe text.\n")


def test_what_cannot_be_inferred_is_told(desk: Path, quick: Run) -> None:
    ran = quick(desk, "add", "Quiet words")
    assert ran.code == 0
    assert "missing" in ran.err
    for key in ("company", "source", "link"):
        assert key in ran.err
    assert "type: other\n" in added(desk, ran.out)


def test_a_time_without_a_zone_is_the_desks_and_now_is_the_default(desk: Path, quick: Run) -> None:
    text = added(desk, quick(desk, "add", "One", "--time", "2026-04-24T11:30").out)
    assert "time: 2026-04-24T11:30+08:00\n" in text
    ran = quick(desk, "add", "Late", "--time", "2026-04-24T23:30Z")
    assert ran.out.startswith("leads/2026/04/2026-04-25-late.md")
    assert re.search(
        r"^time: \d{4}-\d\d-\d\dT\d\d:\d\d\+08:00$", added(desk, quick(desk, "add", "Now").out), re.MULTILINE
    )


def test_the_text_is_read_from_standard_input(desk: Path, leadbase: Run) -> None:
    ran = leadbase(desk, "add", "From a pipe", "--text", "-", *DAY, stdin="据悉，第一段。\r\n\r\n---\nscore: 9\n")
    assert ran.code == 0
    assert added(desk, ran.out).endswith("---\n\n据悉，第一段。\n\n---\nscore: 9\n")
    assert json.loads(leadbase(desk, "show", "from-a-pipe", "--format", "json").out)["text"].startswith("据悉")


@pytest.mark.parametrize("raw", [b"\xff\xfe broken", b"\x00 nul", b"\xed\xa0\x80 half a pair"])
def test_text_that_no_file_can_hold_is_refused_without_a_traceback(raw: bytes, desk: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "leadbase", "add", "From a pipe", "--text", "-"],
        cwd=desk, env={"PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8:strict"}, input=raw, capture_output=True,
        check=False,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert done.returncode in (1, 2)
    assert not list(desk.rglob("*from-a-pipe*"))


def test_a_link_the_base_already_has_is_told(desk: Path, quick: Run) -> None:
    ran = quick(desk, "add", "The same again", "--link", "http://www.github.com/openai/", *DAY)
    assert ran.code == 0
    assert "the base already has this link: 2026-04-24-openai-weights" in ran.err
    assert "already has" not in quick(desk, "add", "Another", "--link", "https://github.com/other", *DAY).err
    assert "already has" not in quick(desk, "add", "No link", *DAY).err


def test_a_name_that_is_taken_gets_a_number(desk: Path, quick: Run) -> None:
    names = [
        quick(desk, "add", title, *DAY).out.splitlines()[0].rpartition("/")[2]
        for title in ("Same news", "Same  NEWS!", "same-news")
    ]
    assert names == ["2026-04-24-same-news.md", "2026-04-24-same-news-2.md", "2026-04-24-same-news-3.md"]
    other_folder = desk / "leads/elsewhere/2026-04-24-taken.md"
    other_folder.parent.mkdir()
    other_folder.write_text("---\ntitle: T\n---\n", encoding="utf-8")
    assert quick(desk, "add", "Taken", *DAY).out.startswith("leads/2026/04/2026-04-24-taken-2.md")


@pytest.mark.parametrize("title", ["../../x", "-rf --force", "a/b", "😀", "\x1b[31mred\x1b]0;title\x07"])
def test_a_title_of_any_kind_makes_a_plain_file(title: str, desk: Path, quick: Run) -> None:
    before = {path for path in desk.parent.rglob("*") if path.is_file()}
    ran = quick(desk, "add", "--text", "t", *DAY, "--", title)
    assert ran.code == 0, ran.err
    [new] = {path for path in desk.parent.rglob("*") if path.is_file()} - before
    assert new.parent == desk / "leads/2026/04"
    assert json.loads(quick(desk, "show", new.stem, "--format", "json").out)["title"] == title
    assert "\x1b" not in ran.out + ran.err


@pytest.mark.parametrize("title", ["", "   ", "\n"])
def test_a_lead_needs_a_title(title: str, desk: Path, quick: Run) -> None:
    ran = quick(desk, "add", title)
    assert (ran.code, ran.out) == (2, "")
    assert "title" in ran.err
    assert quick(desk, "add").code == 2


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--type", "fundng"), "did you mean funding?"),
        (("--type", "zzz"), "one of model-release"),
        (("--verification", "verfied"), "did you mean verified?"),
        (("--time", "2026-13-45"), "write 2026-04-24"),
        (("--time", "soon"), "not a date"),
        (("--link", "javascript:alert(1)"), "https://"),
        (("--link", "nowhere"), "https://"),
        (("--link", "../secret.md"), "--link"),
        (("--lnik", "x"), "--link"),
    ],
)
def test_a_word_nobody_knows_is_a_usage_error_and_makes_no_file(
    arguments: tuple[str, str], hint: str, desk: Path, quick: Run
) -> None:
    before = sorted(desk.rglob("*"))
    ran = quick(desk, "add", "Some title", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err
    assert sorted(desk.rglob("*")) == before


def test_a_desk_note_may_be_the_link(desk: Path, quick: Run) -> None:
    text = added(desk, quick(desk, "add", "A call", "--link", "notes/call.md", *DAY).out)
    assert "link: notes/call.md\n" in text


def test_the_new_lead_is_opened_in_the_editor_when_asked(desk: Path, leadbase: Run, tmp_path: Path) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\np = pathlib.Path(sys.argv[1])\np.write_text(p.read_text().replace('type: other', 'type: legal'))\n"
    )
    ran = leadbase(desk, "add", "Quiet words", "--edit", *DAY, EDITOR=f"{sys.executable} {script}")
    assert ran.code == 0
    assert "type: legal" in added(desk, ran.out)
    assert leadbase(desk, "score", "quiet-words", "--check").code == 0


def test_a_lead_is_added_from_any_folder_of_the_base(desk: Path, quick: Run) -> None:
    ran = quick(desk / "leads/2026", "add", "From below", *DAY)
    assert (desk / ran.out.splitlines()[0]).is_file()


def test_leads_that_are_a_link_to_elsewhere_are_refused(world: World, quick: Run, tmp_path: Path) -> None:
    desk = world({}, commit=False)
    (tmp_path / "outside").mkdir()
    (desk / "leads").symlink_to(tmp_path / "outside")
    ran = quick(desk, "add", "Some title", *DAY)
    assert ran.code == 1
    assert "left alone" in ran.err
    assert not list((tmp_path / "outside").iterdir())
