"""Running leadbase as a person does: a command line in, an exit code and two streams out."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from leadbase import workspace
from leadbase.adapters.settings import Tables, shipped_rules
from leadbase.cli import main
from leadbase.core import rules

REPOSITORY = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


_shipped_rules = cache(shipped_rules)


_build = rules.build


@cache
def _default_rules() -> rules.Rules:
    return _build(_shipped_rules(), {})


def _built(shipped: Tables, desk: Tables) -> rules.Rules:
    """The rules of a base. Those of one without its own are made once: they are values, and half the time of a run."""
    return _build(shipped, desk) if desk else _default_rules()


@pytest.fixture
def leadbase() -> Run:
    """`leadbase(root, "list", …)` runs the real program in the folder `root`."""

    def run(root: Path, *arguments: str, stdin: str = "", **environment: str) -> Ran:
        env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "", **environment}
        done = subprocess.run(
            [sys.executable, "-m", "leadbase", *arguments],
            cwd=root, env=env, input=stdin, capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`quick(root, "list", …)` runs the same in this process: for the many variants of one command."""

    def run(root: Path, *arguments: str, **environment: str) -> Ran:
        with monkeypatch.context() as patched:
            patched.chdir(root)
            patched.setattr(workspace, "shipped_rules", _shipped_rules)
            patched.setattr(rules, "build", _built)
            for name, value in environment.items():
                patched.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main(arguments)
        out, err = capsys.readouterr()
        return Ran(ended.value.code if isinstance(ended.value.code, int) else 1, out, err)

    return run
