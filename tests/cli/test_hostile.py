"""Hostile text in any field: no command lets a terminal obey it, break a line with it, or fail because of it."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadbase.core.leadfile import compose
from leadbase.errors import LeadFileError
from tests.cli.conftest import Ran, Run
from tests.conftest import SETTINGS

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029]")
"""What a terminal may obey: controls, escape sequences, changes of direction, other line ends. Not TAB and LF."""

FORGED = "score 100"
ATTACKS = {
    "colour": "\x1b[31mred\x1b[0m",
    "window title": "\x1b]0;owned\x07",
    "hyperlink": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "c1": "\x9b31m\x9d0;x\x9c",
    "bidi": "abc\u202edcba\u202c \u2066x\u2069",
    "return": "honest\rforged",
    "newline": f"honest\n{FORGED} · confidence 100 · A1 · directly quotable",
    "backspace": "a\x08b\x7f",
    "separator": "a\u2028b\u2029c\x85d",
    "markup": "[bold red]x[/] :smile: {{ 7 * 7 }} <script>",
    "hidden": "a\u200bb\ufeffc\U000e0041",
    "tab": "a\tb",
}
COMMANDS = [
    ["list"], ["list", "--format", "json"], ["list", "--format", "jsonl"], ["list", "--format", "csv"], ["list", "--format", "tsv"],
    ["list", "--format", "md"], ["list", "--format", "paths"], ["show", "hostile-1", "--format", "json"], ["why", "hostile-1", "--json"],
    ["check"], ["check", "--format", "json"], ["stats"], ["stats", "--format", "json"], ["score", "--dry-run"],
]  # fmt: skip


def fields(text: str) -> dict[str, object]:
    """A lead's fields with the text in every one of them."""
    return {
        "title": text, "company": [text, "OpenAI"], "type": text, "source": text, "link": text, "verification": text,
        "attribution": text, "verified-by": text, "embargo-until": text, "language": text, "tags": [text], "follow-up-of": text,
        "duplicate-of": text, "note": text, "also": [{"source": text, "link": "https://a.example/", "origin": text}], "own-key": text,
    }  # fmt: skip


def base(root: Path, texts: Iterable[str]) -> Path:
    """A base with a lead for each text, which stands in every field, and with files that are wrong where they quote it."""
    (root / "leads").mkdir(parents=True)
    (root / "leadbase.toml").write_text(SETTINGS, encoding="utf-8")
    for number, text in enumerate(texts):
        (root / f"leads/hostile-{number}.md").write_bytes(compose(fields(text), f"据悉 {text} text"))  # type: ignore[arg-type]
        (root / f"leads/timed-{number}.md").write_bytes(compose({"title": "T", "time": text, "type": text}, text))
        broken = b'---\ntitle: "' + json.dumps(text)[1:-1].encode() + b'"\n{a: b: c\n---\n'
        (root / f"leads/broken-{number}.md").write_bytes(broken)
    return root


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return base(tmp_path / "desk", ATTACKS.values())


def check(ran: Ran, command: Sequence[str]) -> None:
    for stream in (ran.out, ran.err):
        found = OBEYED.search(stream)
        assert found is None, (command, stream[max(0, found.start() - 40) : found.end() + 20])
        assert "Traceback" not in stream


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_lets_a_terminal_obey_what_leads_say(command: list[str], desk: Path, quick: Run) -> None:
    ran = quick(desk, *command)
    check(ran, command)
    assert ran.code in (0, 1)
    assert not any(line.startswith(FORGED) for line in (ran.out + ran.err).splitlines())


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=ATTACKS)
def test_no_lead_makes_a_terminal_obey_when_it_is_shown(number: int, desk: Path, quick: Run) -> None:
    for command in (
        ["show", f"hostile-{number}"],
        ["why", f"hostile-{number}"],
        ["show", f"timed-{number}"],
        ["show", f"broken-{number}"],
    ):
        ran = quick(desk, *command)
        check(ran, command)
        # only in the text of the lead, which is shown below its fields, may a line stand as the writer wrote it
        head = (ran.out + ran.err).partition("据悉")[0] if command[1].startswith("hostile") else ran.err
        assert not any(line.startswith(FORGED) for line in head.splitlines()), command


def test_json_gives_the_very_text_back(desk: Path, quick: Run) -> None:
    rows = {row["name"]: row for row in json.loads(quick(desk, "list", "--format", "json").out)}
    for number, text in enumerate(ATTACKS.values()):
        assert rows[f"hostile-{number}"]["title"] == text.strip()
        assert rows[f"hostile-{number}"]["extra"] == {"own-key": text}


NAMES = [
    "\x1b[31mred.md",
    "new\nline.md",
    "bidi\u202e.md",
    "-rf.md",
    "$(reboot).md",
    "a b.md",
    "c\x9b.md",
    "b\udcff.md",
]


def test_hostile_file_names_are_shown_harmlessly(tmp_path: Path, quick: Run) -> None:
    desk = base(tmp_path / "desk", ["x"])
    for name in NAMES:
        text = "---\ntitle: a: b\n---\n" if name.startswith("new") else "---\ntitle: T\n---\n"
        (desk / "leads" / name).write_text(text, encoding="utf-8")
    for command in (["list"], ["list", "--format", "paths"], ["list", "--format", "json"], ["check"], ["check", "--format", "json"],
                    ["stats"], ["score", "-n"], ["show", "line"]):  # fmt: skip
        ran = quick(desk, *command)
        check(ran, command)
        assert not any(line.startswith("line") for line in (ran.out + ran.err).splitlines()), command


def test_hostile_words_on_the_command_line_are_shown_harmlessly(tmp_path: Path, quick: Run) -> None:
    desk = base(tmp_path / "desk", [])
    for text in (*ATTACKS.values(), "\udcff"):
        for command in (["show", text], ["list", "--type", text], ["list", "--sort", text], ["list", "--since", text],
                        ["list", "--company", text], ["--base", text, "list"], [text], ["list", f"--{text}"],
                        ["list", "--format", text], ["list", text], ["init", "--timezone", text]):  # fmt: skip
            ran = quick(desk, *command)
            check(ran, command)
            assert ran.code in (0, 1, 2)


def test_a_hostile_title_that_is_added_is_kept_and_shown_harmlessly(tmp_path: Path, quick: Run) -> None:
    desk = base(tmp_path / "desk", [])
    for text in ATTACKS.values():
        command = ["add", text, "--company", text, "--source", text, "--text", text, "--tag", "t"]
        ran = quick(desk, *command)
        check(ran, command)
        assert ran.code == 0
    titles = {row["title"] for row in json.loads(quick(desk, "list", "--format", "json").out)}
    assert titles == {text.strip() for text in ATTACKS.values()}


def can_be_said(text: str) -> bool:
    try:
        compose(fields(text), text)  # type: ignore[arg-type]
    except LeadFileError:
        return False
    return True


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30).filter(can_be_said)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(TEXTS, min_size=8, max_size=12))
def test_no_text_at_all_reaches_a_terminal_raw(
    tmp_path_factory: pytest.TempPathFactory, quick: Run, texts: list[str]
) -> None:
    desk = base(tmp_path_factory.mktemp("h") / "desk", texts)
    for command in [*COMMANDS, *(["show", f"hostile-{number}"] for number in range(3))]:
        check(quick(desk, *command), command)
