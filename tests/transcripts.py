"""The console blocks of the documentation: read, run for real, compared and, where asked for, written anew.

    ```console
    $ leadbase list --grade quotable      a command, as typed; `$?` and `cd` carry over to the next one
    > --limit 3                           right below a command: its next line (after `\\`, or in a `<<'END'`)
    score  conf  grade …                  what it prints, exactly
    …                                     a line of its own: lines are left out here, at most once per command
    ```

Not compared are the twelve digits of the rules and of the commit, which every change of the registry or of a lead gives
anew. The home folder is written as /home/you.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
SAMPLE = ("leadbase.toml", "leads", "notes", "reports", "rules", "templates")
"""What makes the repository a base."""

LEFT_OUT = "…"
HOME = "/home/you"
_END = "\x1e"
_DIGITS = re.compile(r"((?:rules|commit)\"?:? [\"`]?)[0-9a-f]{12}\b")


@dataclass(frozen=True)
class Step:
    """A command of a console block with the output that the page shows; `first` and `last` are lines of the page."""

    command: str
    shown: tuple[str, ...]
    first: int
    last: int


def steps(page: str) -> Iterator[Step]:
    """Every command of a page's console blocks; `first` is the line below the command, `last` the one after its output.

    Lines count from 0.
    """
    lines = page.splitlines()
    number = 0
    while number < len(lines):
        number += 1
        if lines[number - 1] != "```console":
            continue
        end = lines.index("```", number)
        while number < end:
            assert lines[number].startswith("$ "), f"line {number + 1}: a console block begins with a command"
            command = [lines[number][2:]]
            number += 1
            while lines[number].startswith("> ") or lines[number] == ">":
                command.append(lines[number][2:])
                number += 1
            first = number
            while number < end and not lines[number].startswith("$ "):
                number += 1
            yield Step("\n".join(command), tuple(lines[first:number]), first, number)


def world(root: Path) -> Path:
    """A home folder with a clone of the sample base in it and `leadbase` on the PATH; returns the clone."""
    base = root / "home" / "leadbase"
    for name in SAMPLE:
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, base / name)
        elif (REPOSITORY / name).is_file():
            base.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, base / name)
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Start"]):
        subprocess.run(["git", "-C", str(base), *arguments], check=True, capture_output=True)
    program = root / "bin" / "leadbase"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leadbase "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return base


def environment(root: Path, columns: int) -> dict[str, str]:
    """The environment of the commands in the `world` of that folder."""
    return {
        **os.environ,
        "HOME": str(root / "home"),
        "PATH": f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": str(columns),
    }


def outputs(listed: Sequence[Step], root: Path) -> list[tuple[str, ...]]:
    """What the commands print, both streams as a terminal would show them, run in one shell in a fresh `world`."""
    base = world(root)
    after = f"__code=$?; printf '\\n{_END}\\n'; (exit $__code)"
    script = root / "script"
    script.write_text("".join(f"{step.command}\n{after}\n" for step in listed), encoding="utf-8")
    done = subprocess.run(
        ["bash", str(script)], cwd=base, env=environment(root, 80), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    printed = done.stdout.replace(str((root / "home").resolve()), HOME).split(f"\n{_END}\n")
    assert len(printed) == len(listed) + 1, f"the shell stopped early:\n{done.stdout[-2000:]}"
    return [tuple(text.splitlines()) for text in printed[:-1]]


def is_shown(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether a page shows what a command printed, lines left out where it says so."""
    expected, actual = [_comparable(line) for line in shown], [_comparable(line) for line in printed]
    if LEFT_OUT not in expected:
        return expected == actual
    head = expected[: expected.index(LEFT_OUT)]
    tail = expected[len(head) + 1 :]
    return (
        len(actual) > len(head) + len(tail)
        and actual[: len(head)] == head
        and actual[len(actual) - len(tail) :] == tail
    )


def comparable(text: str) -> str:
    """A text without the digits of the rules and of the commit."""
    return _DIGITS.sub(r"\g<1>" + "0" * 12, text)


def _comparable(line: str) -> str:
    return comparable(line.rstrip())


def rewritten(page: str, listed: Sequence[Step], printed: Sequence[Sequence[str]]) -> str:
    """The page with the outputs that the commands give now; where lines are left out, as many are shown as before."""
    lines = page.splitlines()
    for step, actual in reversed(list(zip(listed, printed, strict=True))):
        new = list(actual)
        if LEFT_OUT in step.shown:
            head = step.shown.index(LEFT_OUT)
            tail = len(step.shown) - head - 1
            if len(new) > head + tail:
                new = [*new[:head], LEFT_OUT, *new[len(new) - tail :]]
        lines[step.first : step.last] = [line.rstrip() for line in new]
    return "\n".join(lines) + "\n"
