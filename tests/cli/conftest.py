"""Running leadbase as a person does: a command line in, an exit code and two streams out."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


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
