"""Completion as a person has it: real shells at a terminal, what they pass to the command, and what that loads."""

import fcntl
import os
import re
import select
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from leadbase.cli import COMMANDS
from leadbase.core import completion
from tests.adapters.index.small import small_index
from tests.cli.conftest import REPOSITORY, Run
from tests.conftest import SETTINGS, World

pty = pytest.importorskip("pty", reason="a terminal is needed")
termios = pytest.importorskip("termios")

SHELLS = ("bash", "zsh", "fish")
QUERIES = '[queries]\nfresh = "grade:quotable time:-3d.."\n"本周融资" = "type:funding time:this-week"\n'
VALUES = (
    ("company", "OpenAI", "openai"),
    ("company", "Mistral AI", "mistral"),
    ("company", "阿里巴巴", "alibaba"),
    ("source", "Wall Street Journal", ""),
    ("source", "Reuters", ""),
    ("tag", "agents", ""),
)
NAMES = ("2026-04-01-gpt-5-is-out", "2026-04-02-gpt-4-retires", "2026-04-24-新一轮融资")
DEADLINE_S = 30


@pytest.fixture
def desk(world: World) -> Path:
    root = world({"leadbase.toml": SETTINGS + QUERIES}, commit=False)
    small_index(root, VALUES, NAMES)
    return root


def program(*arguments: str, root: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "leadbase", *arguments],
        cwd=root, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- the script


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_knows_every_command_without_asking(shell: str, tmp_path: Path, quick: Run) -> None:
    ran = quick(tmp_path, "completion", shell)
    assert (ran.code, ran.err) == (0, "")
    for name in COMMANDS:
        assert re.search(rf"(?<![\w-]){name}(?![\w-])", ran.out), name
    for word in ("--verification", "needs-verification", "jsonl", "confidence", "m-and-a", "公司=company"):
        assert word in ran.out, word


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_finds_no_fault_in_the_script(shell: str, tmp_path: Path, quick: Run) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    done = subprocess.run(
        [shell, "-n", "/dev/stdin"], input=quick(tmp_path, "completion", shell).out, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_another_shell_is_a_usage_error(tmp_path: Path, quick: Run) -> None:
    ran = quick(tmp_path, "completion", "tcsh")
    assert (ran.code, ran.out) == (2, "")
    assert "bash" in ran.err


# ------------------------------------------------------------------------------------------------------ what it answers


def test_what_depends_on_the_base_is_asked_of_its_index(desk: Path) -> None:
    table = "company: source: tags: type:funding,m-and-a 公司=company"
    for asked, answer in (
        (("query", "", "company:op", table), ["company:openai"]),
        (("query", "", "grade:quotable 公司:阿", table), ["grade:quotable 公司:阿里巴巴"]),
        (("query", "", "@", table), ["@fresh", "@本周融资"]),
        (("query", "", "type:funding,", table), ["type:funding,funding", "type:funding,m-and-a"]),
        (("query", "", "tags:", table), ["tags:agents"]),
        (("company", "", "Mis"), ["Mistral AI"]),
        (("source", "", "r"), ["Reuters"]),
        (("lead", "", "gpt"), ["2026-04-02-gpt-4-retires", "2026-04-01-gpt-5-is-out"]),
        (("lead", str(desk), "2026-04-24"), ["2026-04-24-新一轮融资"]),
    ):
        done = program("--complete", *asked, root=desk)
        assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, answer, ""), asked


@pytest.mark.parametrize(
    "asked",
    [(), ("lead",), ("lead", "", ""), ("nothing", "", ""), ("query", "", "company:"), ("lead", "no/such", ""),
     ("query", "", "@", "company:"), ("lead", "", "", "", "", "")],
    ids=str,
)  # fmt: skip
def test_completion_never_prints_an_error(asked: tuple[str, ...], tmp_path: Path, world: World) -> None:
    broken = world({"leadbase.toml": "[desk\n"}, commit=False)
    for root in (tmp_path, broken):
        done = program("--complete", *asked, root=root)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_module_in_the_folder_one_stands_in_is_never_loaded(desk: Path, tmp_path: Path, quick: Run) -> None:
    """Pressing Tab in a stranger's base must run nothing of it."""
    (desk / "sqlite3.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    if shutil.which("bash"):
        assert bash(quick, desk, "leadbase list company:op") == [["openai"]]
    assert not (tmp_path / "ran").exists()


def test_a_word_is_completed_without_loading_the_command_line(desk: Path) -> None:
    code = "import sys; sys.argv[1:] = sys.stdin.read().split('|'); from leadbase import start; start.main(); print(*sys.modules)"
    for asked, needed in (
        ("--complete|query||company:op|company:", "leadbase.adapters.index.peek"),
        ("--complete|lead||gpt", "leadbase.adapters.index.peek"),
        ("--complete|query||@|company:", "leadbase.adapters.settings"),
    ):
        done = subprocess.run(
            [sys.executable, "-P", "-c", code], cwd=desk, input=asked, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True, encoding="utf-8", check=True,
        )  # fmt: skip
        loaded = done.stdout.splitlines()[-1].split()
        assert needed in loaded
        heavy = ("click", "rich", "git", "jinja2", "yaml", "frontmatter", "leadbase.cli", "leadbase.workspace")
        assert [each for each in heavy if each in loaded] == [], asked


# ---------------------------------------------------------------------------------------------------- bash, as a function


def bash(quick: Run, root: Path, *lines: str) -> list[list[str]]:
    """For each line what bash is told to put in the place of the word at its end."""
    script = root.parent / "completion.bash"
    script.write_text(quick(root, "completion", "bash").out, encoding="utf-8")
    ask = """. "$1"; shift
        for line; do
            COMP_LINE=$line COMP_POINT=${#line}; __leadbase_complete
            printf "%s\\n" "${COMPREPLY[@]}" --
        done"""
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-c", ask, "bash", str(script), *lines],
        cwd=root, env={**os.environ, "PYTHONPATH": str(REPOSITORY), "LC_ALL": "C.UTF-8"},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return [each.split("\n")[:-1] for each in done.stdout.split("--\n")[:-1]]


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


@needs_bash
def test_words_that_are_the_same_in_every_base_need_no_program(
    desk: Path, quick: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    expected: dict[str, list[str]] = {
        "leadbase s": [name for name in COMMANDS if name.startswith("s")],
        "leadbase --b": ["--base"],
        "leadbase list --so": ["--source", "--sort"],
        "leadbase list --grade ": ["quotable", "needs-verification", "not-adopted"],
        "leadbase list --grade=n": ["needs-verification", "not-adopted"],
        "leadbase list --type funding,m": ["funding,model-release", "funding,m-and-a"],
        "leadbase list --sort sc": ["score", "score-", "score+"],
        "leadbase stats --by gr": ["grade"],
        "leadbase completion ": ["bash", "zsh", "fish"],
        "leadbase list -- com": ["company:"],
        "leadbase list -com": ["-company:"],
        "leadbase list s": ["source:", "score:", "same-as:", "sort:"],
        "leadbase nothing x": [],
        "leadbase nothing --x": [],
        "leadbase show --format ": ["text", "json"],
        "leadbase list --format j": ["json", "jsonl"],
        "leadbase report lim": ["limit:"],
        "leadbase search -tit": ["-title:"],
        "leadbase --base list lis": ["list"],
    }
    assert dict(zip(expected, bash(quick, desk, *expected), strict=True)) == expected


@needs_bash
def test_what_takes_the_place_of_a_word_is_quoted_for_where_it_stands(desk: Path, quick: Run) -> None:
    expected = {
        "leadbase list company:op": ["openai"],
        "leadbase list company:Op": ["OpenAI"],
        "leadbase list company:openai,Mis": [r"openai,\"Mistral\ AI\""],
        r"leadbase list company:\"Mistral\ AI\",Op": [r"\"Mistral\ AI\",OpenAI"],
        "leadbase list 'grade:quotable company:Mis": ['grade:quotable company:"Mistral AI"'],
        'leadbase list "company:Mis': [r'company:\"Mistral AI\""'],
        "leadbase list sort:ti": ["time-", "time+", "title-", "title+"],
        "leadbase list --source=wal": [r"Wall\ Street\ Journal"],
        "leadbase list --company 'Mis": ["Mistral AI"],
        "leadbase show gpt-4": ["2026-04-02-gpt-4-retires"],
        "leadbase show gpt": ["2026-04-02-gpt-4-retires", "2026-04-01-gpt-5-is-out", " "],
        "leadbase score gpt-5 2026-04-24": ["2026-04-24-新一轮融资"],
        "leadbase list @": ["@fresh", "@本周融资"],
        "leadbase --base /nowhere show gpt": [],
        "leadbase --base=/nowhere show gpt": [],
        "leadbase --base ../base show gpt-4": ["2026-04-02-gpt-4-retires"],
    }
    assert dict(zip(expected, bash(quick, desk, *expected), strict=True)) == expected


# ------------------------------------------------------------------------------------------------- shells at a terminal

Prompt = Callable[[Path, Sequence[str]], list[list[str]]]
START = {
    "bash": """PS1='ready $asked> ' asked=0
leadbase() {{ printf '%s\\0' "$@" $'\\x1e' >> {out}; asked=$((asked + 1)); }}
bind 'set bell-style none'
""",
    "zsh": """setopt promptsubst; PS1='ready $asked> ' asked=0
leadbase() {{ printf '%s\\0' "$@" $'\\x1e' >> {out}; asked=$((asked + 1)); }}
autoload -Uz compinit && compinit -D -u
""",
    "fish": """set -g asked 0
function fish_prompt; printf 'ready %s> ' $asked; end
function leadbase; printf '%s\\0' $argv \\x1e >> {out}; set -g asked (math $asked + 1); end
set -g fish_greeting ''; set -g fish_autosuggestion_enabled 0
""",
}
"""What each shell is told first: a prompt that counts, and a `leadbase` that writes down what it is called with."""


@pytest.fixture(params=SHELLS)
def prompt(request: pytest.FixtureRequest, tmp_path: Path, quick: Run) -> Prompt:
    """`prompt(root, lines)` types lines into a real shell, Enter behind each; what `leadbase` is called with each time."""
    shell: str = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")

    def typed(root: Path, lines: Sequence[str]) -> list[list[str]]:
        out = tmp_path / "arguments"
        out.touch()
        script = quick(tmp_path, "completion", shell).out
        with terminal(start_file(shell, tmp_path, START[shell].format(out=out) + script), root) as shown:
            for number, line in enumerate(lines):
                shown.await_text(f"ready {number}> ")
                shown.write(f"{line}\r")
            shown.await_text(f"ready {len(lines)}> ")
        calls = out.read_bytes().decode().split("\x1e\0")[:-1]
        return [call.split("\0")[:-1] for call in calls]

    return typed


def start_file(shell: str, folder: Path, setup: str) -> list[str]:
    """The command of a shell that begins with these lines and with none of the person's own."""
    file = folder / {"bash": "bashrc", "zsh": ".zshrc", "fish": "config.fish"}[shell]
    file.write_text(setup, encoding="utf-8")
    return {
        "bash": ["bash", "--noprofile", "--rcfile", str(file), "-i"],
        "zsh": ["env", f"ZDOTDIR={folder}", "zsh", "-d", "-i"],
        "fish": ["fish", "--no-config", "--interactive", "--init-command", f"source {file}"],
    }[shell]


class Terminal:
    """The person's end of a terminal: what is shown there, and keys."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.seen = b""

    def write(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def await_text(self, text: str) -> None:
        until = time.monotonic() + DEADLINE_S
        while text.encode() not in self.seen:
            assert time.monotonic() < until, f"{text!r} never came: {self.seen[-2000:]!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 65536)


@contextmanager
def terminal(command: list[str], root: Path) -> Iterator[Terminal]:
    """A program that runs in a terminal of its own."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 400, 0, 0))
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "LC_ALL": "C.UTF-8", "TERM": "xterm"}
    process = subprocess.Popen(
        command, cwd=root, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - the tests have one thread
    )  # fmt: skip
    os.close(slave)
    try:
        yield Terminal(master)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_a_shell_passes_on_what_was_completed(prompt: Prompt, desk: Path) -> None:
    expected = {
        "leadbase li\t": ["list"],
        "leadbase list --ver\t": ["list", "--verification"],
        "leadbase list --type funding,m-\t": ["list", "--type", "funding,m-and-a"],
        "leadbase list --type=funding,m-\t": ["list", "--type=funding,m-and-a"],
        "leadbase list --company Mis\t": ["list", "--company", "Mistral AI"],
        "leadbase list --source 'wal\t": ["list", "--source", "Wall Street Journal"],
        "leadbase list comp\t": ["list", "company:"],
        "leadbase list comp\tMis\t": ["list", 'company:"Mistral AI"'],
        "leadbase list company:openai,Mis\t": ["list", 'company:openai,"Mistral AI"'],
        "leadbase list type:funding,m-\tgrade:quo\t": ["list", "type:funding,m-and-a", "grade:quotable"],
        "leadbase list -company:阿\t": ["list", "-company:阿里巴巴"],
        "leadbase list @fr\t": ["list", "@fresh"],
        "leadbase list 'grade:quotable company:Mis\t": ["list", 'grade:quotable company:"Mistral AI"'],
        'leadbase list "company:Mis\t': ["list", 'company:"Mistral AI"'],
        "leadbase show gpt-5\t": ["show", "2026-04-01-gpt-5-is-out"],
        "leadbase show 2026-04-24\t": ["show", "2026-04-24-新一轮融资"],
        "leadbase --base .. show gpt-5\t": ["--base", "..", "show", "gpt-5"],
        f"leadbase --base ../{desk.name} show gpt-4\t": ["--base", "../base", "show", "2026-04-02-gpt-4-retires"],
    }
    assert dict(zip(expected, prompt(desk, [*expected]), strict=True)) == expected


_WORST = "a\\b $(touch ran) `touch ran` \"c\" 'd' !e; touch ran #"
HOSTILE = (
    _WORST, f"{_WORST}'", f'{_WORST}"', f"{_WORST} ", "$(touch ran)", "`touch ran`", "!touch", "*", "#a", "-a", "^a^b",
    "{a,b}", "[a]?", "a=b:c", "a~", "<a>", "$HOME", "a\\",
)  # fmt: skip


def test_a_hostile_name_arrives_as_it_is_and_runs_nothing(prompt: Prompt, tmp_path: Path) -> None:
    lines, expected = [], []
    for number, name in enumerate(HOSTILE):
        root = tmp_path / f"b{number}"
        root.mkdir()
        (root / "leadbase.toml").write_text(SETTINGS, encoding="utf-8")
        small_index(root, [("company", name, ""), ("company", "line\nbreak", ""), ("company", "\x1b[31m", "")])
        query = f"company:{completion.written(name)}"
        keys, word = [
            ("--company=", f"--company={name}"), ("company:", query), ("'company:", query), ('"company:', query)
        ][number % 4]  # fmt: skip
        lines.append(f"leadbase --base b{number} list {keys}\t")
        expected.append(["--base", f"b{number}", "list", word])
    assert prompt(tmp_path, lines) == expected
    assert not list(tmp_path.rglob("ran"))


def test_a_tilde_is_no_folder(prompt: Prompt, world: World) -> None:
    root = world({}, commit=False)
    small_index(root, [("company", "~", "")])
    [arguments] = prompt(root, ["leadbase list --company \t"])
    assert arguments[2:] in (["~"], [])
