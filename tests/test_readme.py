"""The README: its two commands, and a picture that shows what the commands print today."""

import io
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.test_docs import REWRITES
from tests.transcripts import REPOSITORY, comparable, environment, world

PICTURE = REPOSITORY / "docs" / "terminal.svg"
COMMANDS = ("leadbase list --limit 9", "leadbase why deepseek-v4-preview")
COLUMNS = 100
WIDE = r"[\u2e80-\u9fff\uff00-\uffef]"
_DARK, _LIGHT, _GREY = (28, 30, 38), (222, 224, 230), (140, 144, 156)
_COLORS = ((255, 107, 107), (126, 211, 133), (240, 200, 100), (120, 170, 255), (205, 150, 255), (105, 210, 220))
THEME = TerminalTheme(_DARK, _LIGHT, [_DARK, *_COLORS, _LIGHT], [_GREY, *_COLORS, _LIGHT])


def command_after(comment: str) -> str:
    """The one line of the `sh` block below an HTML comment of the README."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^<!-- {comment} -->\n```sh\n(.+)\n```$", readme, re.MULTILINE)
    assert found, f"README.md has no <!-- {comment} -->"
    return found[1]


def test_the_first_command_makes_the_report_and_the_second_runs_the_tests() -> None:
    assert command_after("report command") == (
        "python3 -m venv .venv && .venv/bin/pip install --quiet . && .venv/bin/leadbase report"
    )
    assert command_after("test command") == (
        "python3 -m venv .venv && .venv/bin/pip install --quiet -e '.[dev]' && .venv/bin/python -m pytest"
    )


def test_the_ci_finds_the_test_command() -> None:
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    assert "<!-- test command -->" in script


def on_a_terminal(command: str, root: Path, base: Path) -> str:
    """What a command prints on a terminal, colours included."""
    import pty

    ours, theirs = pty.openpty()
    env = {**environment(root, COLUMNS), "TERM": "xterm-256color"}
    env.pop("NO_COLOR", None)
    with subprocess.Popen(
        [sys.executable, "-m", *command.split()],
        cwd=base,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        printed = b""
        while chunk := read(ours):
            printed += chunk
    os.close(ours)
    return printed.decode("utf-8").replace("\r\n", "\n")


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports the end of a terminal as an error
        return b""


def screen(root: Path) -> Text:
    """The commands of the picture and what they print."""
    base = world(root)
    shown = Text()
    for command in COMMANDS:
        shown.append("$ ", style="dim").append(f"{command}\n", style="bold")
        shown.append_text(Text.from_ansi(on_a_terminal(command, root, base).rstrip("\n"))).append("\n\n")
    shown.rstrip()
    # a style of their own puts wide characters into pieces of their own, each at its column: fonts differ in width
    shown.highlight_regex(f"{WIDE}+", "#dfe1e7")
    return shown


def drawn(shown: Text) -> str:
    """The screen as an SVG that loads nothing from elsewhere."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(shown, soft_wrap=True)
    svg = console.export_svg(title="leadbase", theme=THEME, unique_id="terminal")
    svg = re.sub(r"@font-face \{.*?\}\s*|font-variant-east-asian: full-width;\s*", "", svg, flags=re.DOTALL)
    return re.sub(rf'textLength="([\d.]+)"([^>]*>{WIDE}+<)', _two_columns_each, svg).replace(
        "Fira Code", "ui-monospace"
    )


def _two_columns_each(piece: re.Match[str]) -> str:
    """A piece of wide characters at its full width; rich gives it one column for each."""
    return f'textLength="{2 * float(piece[1]):g}"{piece[2]}'


def words_of(svg: str) -> list[str]:
    """The lines of text in a picture, without spaces: how it breaks them into pieces does not matter."""
    lines: dict[str, str] = {}
    for piece in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        line = piece.get("y", "")
        lines[line] = lines.get(line, "") + (piece.text or "")
    return ["".join(comparable(line.replace("\xa0", " ")).split()) for line in lines.values()]


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="needs a Unix terminal")
def test_the_picture_shows_what_the_commands_print(tmp_path: Path) -> None:
    svg = drawn(screen(tmp_path))
    if REWRITES:
        PICTURE.write_text(svg, encoding="utf-8")
    kept = PICTURE.read_text(encoding="utf-8")
    assert words_of(kept) == words_of(svg)


def test_the_picture_is_small_and_loads_nothing() -> None:
    svg = PICTURE.read_text(encoding="utf-8")
    assert len(svg.encode()) < 60_000
    assert not re.findall(r"(?:href|src|url)\s*[=(]\s*[\"']?https?:", svg)
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert re.search(r"!\[[^\]]{40,}\]\(docs/terminal\.svg\)", readme), "the picture needs alternative text"
