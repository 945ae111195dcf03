"""The program as a whole: help, exit codes, streams, terminals, signals, pipes and locales. Every run is a real process."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from leadbase import __version__
from leadbase.cli import COMMANDS
from tests.cli.conftest import REPOSITORY, Run
from tests.cli.leads import BROKEN, LEADS
from tests.conftest import World

ESCAPE = "\x1b"


@pytest.fixture
def desk(world: World) -> Path:
    return world(LEADS, commit=False)


# ---------------------------------------------------------------------------------------------------------------- help


def test_help_teaches_every_command(tmp_path: Path, quick: Run) -> None:
    for option in ("--help", "-h"):
        ran = quick(tmp_path, option)
        assert (ran.code, ran.err) == (0, "")
        for name, line in COMMANDS.items():
            assert f"  {name} " in ran.out
            assert line[:30] in ran.out
    assert "leadbase init desk" in " ".join(ran.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_without_a_base(command: str, tmp_path: Path, quick: Run) -> None:
    ran = quick(tmp_path, command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: leadbase {command}")
    assert max(map(len, ran.out.splitlines())) <= 100


def test_without_a_command_the_help_is_shown(tmp_path: Path, quick: Run) -> None:
    ran = quick(tmp_path)
    assert ran.code in (0, 2)
    assert "Usage: leadbase" in ran.out + ran.err


def test_the_version_is_told(tmp_path: Path, leadbase: Run) -> None:
    ran = leadbase(tmp_path, "--version")
    assert (ran.code, ran.out, ran.err) == (0, f"leadbase {__version__}\n", "")


@pytest.mark.parametrize(
    ("word", "near"),
    [("lst", "list"), ("reprot", "report"), ("scores", "score"), ("rescore", "score"), ("sho", "show")],
)
def test_the_nearest_command_is_suggested(word: str, near: str, tmp_path: Path, quick: Run) -> None:
    ran = quick(tmp_path, word)
    assert (ran.code, ran.out) == (2, "")
    assert near in ran.err.partition(word)[2]


def test_a_word_like_no_command_points_to_the_help(tmp_path: Path, quick: Run) -> None:
    ran = quick(tmp_path, "zzzzz")
    assert ran.code == 2
    assert "--help" in ran.err


# ---------------------------------------------------------------------------------------------------------------- base


@pytest.mark.parametrize(
    "command",
    [["list"], ["add", "x"], ["show", "x"], ["why", "x"], ["edit", "x"], ["score"], ["check"], ["stats"], ["report"]],
)
def test_outside_of_a_base_a_command_says_what_to_do(command: list[str], tmp_path: Path, quick: Run) -> None:
    ran = quick(tmp_path, *command)
    assert (ran.code, ran.out) == (1, "")
    for words in ("not in a leadbase base", "leadbase.toml", "leadbase init", "--base"):
        assert words in ran.err
    assert list(tmp_path.iterdir()) == []


def test_the_base_is_found_above_or_named(desk: Path, tmp_path: Path, quick: Run) -> None:
    for root, arguments in (
        (desk, ()),
        (desk / "leads/2026/04", ()),
        (tmp_path, ("--base", "base")),
        (Path("/"), ("--base", str(desk / "leads"))),
    ):
        ran = quick(root, *arguments, "list", "--format", "paths")
        assert ran.out.splitlines() == sorted(LEADS, reverse=True)


@pytest.mark.parametrize("base", ["nowhere", "a-file", "a-file/x", "\0", "x" * 5000])
def test_a_base_that_is_no_folder_is_a_usage_error(base: str, tmp_path: Path, quick: Run) -> None:
    (tmp_path / "a-file").write_text("x", encoding="utf-8")
    ran = quick(tmp_path, "--base", base, "list")
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    command = f'cd gone && rmdir ../gone && "{sys.executable}" -m leadbase list'
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "there no more" in done.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("[desk]\ntimezone = 'Mars/Olympus'", "leadbase.toml: error settings: desk.timezone"),
        ("[dsk]\nname = 'x'", "leadbase.toml: error settings: dsk"),
        ("[desk]\nnme = 'x'", "leadbase.toml: error settings: desk.nme"),
        ("[desk\n", "leadbase.toml:1: error toml"),
        ("", None),
    ],
)
def test_a_mistake_in_the_settings_names_file_and_key(
    settings: str, words: str | None, tmp_path: Path, quick: Run
) -> None:
    (tmp_path / "leadbase.toml").write_text(settings, encoding="utf-8")
    ran = quick(tmp_path, "list")
    assert ran.code == (1 if words else 0)
    assert words is None or words in ran.err


# ---------------------------------------------------------------------------------------------------- streams and codes


def test_results_go_to_stdout_and_problems_to_stderr(world: World, leadbase: Run) -> None:
    desk = world({**LEADS, "leads/broken.md": BROKEN}, commit=False)
    ran = leadbase(desk, "list", "--format", "paths")
    assert ran.code == 1
    assert ran.out.splitlines() == sorted(LEADS, reverse=True)
    assert "1 file could not be read" in ran.err
    ran = leadbase(desk, "show", "nothing-of-that-name")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("leadbase: no lead is called")


def test_nothing_is_coloured_in_a_pipe(desk: Path, leadbase: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    for command in (["list"], ["why", "openai"], ["stats"], ["--help"]):
        ran = leadbase(desk, *command, TERM="xterm-256color", FORCE_COLOR="1" if command == ["list"] else "")
        assert ESCAPE not in ran.out + ran.err


def in_terminal(root: Path, *arguments: str, columns: int = 80, **environment: str) -> str:
    """What a program writes to a terminal of that width, both streams together."""
    pty, termios, struct, fcntl = (pytest.importorskip(name) for name in ("pty", "termios", "struct", "fcntl"))
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "TERM": "xterm-256color", **environment}
    process = subprocess.Popen(
        [sys.executable, "-m", "leadbase", *arguments], cwd=root, env=env, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    parts = []
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(master)
    process.wait(timeout=30)
    return b"".join(parts).decode()


def test_a_terminal_gets_colour_unless_told_otherwise_and_nothing_but_colour(desk: Path) -> None:
    hostile = desk / "leads/hostile.md"
    hostile.write_text(
        '---\ntitle: "a\\e[31mb\\e]0;x\\a"\n---\n\n# [x](javascript:y) \x9b31m &#x202e; &#27;[2J\n', encoding="utf-8"
    )
    for command in (["list"], ["show", "hostile"]):
        out = in_terminal(desk, *command)
        rest = re.sub(r"\x1b\[[0-9;]*m", "", out)
        assert out != rest, command
        assert ESCAPE not in rest, command
        assert "\x9b" not in rest
        assert "\x07" not in rest
        assert "\u202e" not in rest
    assert ESCAPE not in in_terminal(desk, "why", "hostile", NO_COLOR="1")
    assert ESCAPE not in in_terminal(desk, "list", TERM="dumb")


def test_a_table_fits_the_terminal_it_is_shown_in(desk: Path) -> None:
    cells = pytest.importorskip("rich.cells")
    for columns in (44, 100):
        out = in_terminal(desk, "list", columns=columns, NO_COLOR="1")
        lines = out.replace("\r", "").splitlines()
        assert len(lines) == 4
        assert max(map(cells.cell_len, lines)) <= columns


# --------------------------------------------------------------------------------------------------- signals and pipes


def start(
    root: Path, *arguments: str, stdout: int | IO[bytes], stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "leadbase", *arguments]
    return subprocess.Popen(command, cwd=root, env=env, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)


def test_ctrl_c_ends_with_130_and_without_a_traceback(desk: Path) -> None:
    process = start(desk, "add", "Interrupted", "--text", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(b"x" * 500_000)  # more than a pipe holds: when this is done, the program is reading
    process.stdin.flush()
    for _ in range(30):  # a signal that comes just before the next read waits for it: as a person would, press again
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)
            break
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert not list(desk.rglob("*interrupted*"))


@pytest.mark.parametrize(
    "command",
    [["list"], ["list", "--format", "json"], ["why", "openai"], ["stats"], ["--help"], ["check"]],
    ids=" ".join,
)
def test_a_reader_that_goes_away_is_no_error_to_talk_about(command: list[str], desk: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(desk, *command, stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=30)
    assert b"Traceback" not in err
    assert b"Broken" not in err
    assert b"Exception" not in err


def test_the_first_line_is_enough_for_head(desk: Path) -> None:
    for number in range(300):
        (desk / f"leads/more-{number}.md").write_text(f"---\ntitle: Lead {number}\n---\n", encoding="utf-8")
    command = f'"{sys.executable}" -m leadbase list --format jsonl | head -1'
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(["sh", "-c", command], cwd=desk, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("{")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_behind_the_output_is_an_error_and_no_traceback(desk: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(desk, "list", stdout=full)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert b"Traceback" not in err
    assert err.strip()


@pytest.mark.parametrize("environment", [{"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_chinese_is_written_in_any_locale(environment: dict[str, str], desk: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), **environment}
    for command in (["list", "--company", "深度求索"], ["show", "深度求索", "--format", "json"]):
        done = subprocess.run(
            [sys.executable, "-m", "leadbase", *command], cwd=desk, env=env, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "据悉深度求索洽谈融资" in done.stdout.decode()


# ------------------------------------------------------------------------------------------------------------- network

NO_NETWORK = """import sys

def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.client.", "ftplib.", "smtplib.")):
        sys.stderr.write(f"NETWORK {event} {arguments}\\n")
        raise RuntimeError(f"{event} is not allowed")

sys.addaudithook(refuse)
"""


def test_no_command_opens_a_socket(world: World, leadbase: Run, tmp_path: Path) -> None:
    desk = world(LEADS)
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    path = os.pathsep.join((str(guard), str(REPOSITORY)))
    probe = subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket()"],
        env={"PYTHONPATH": path},
        capture_output=True,
        check=False,
    )
    assert b"NETWORK socket" in probe.stderr, "the guard does not guard"
    for command in (
        ["list"], ["list", "--format", "json"], ["show", "openai"], ["why", "深度求索"], ["score"], ["check"], ["stats"],
        ["report", "--day", "2026-04-24"], ["add", "OpenAI launches GPT-5.5", "--link", "https://openai.com/"], ["init", str(tmp_path / "new")],
    ):  # fmt: skip
        ran = leadbase(desk, *command, PYTHONPATH=path)
        assert ran.code == 0, (command, ran.err)
        assert "NETWORK" not in ran.err
