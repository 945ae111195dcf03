"""A real base for every test that wants one, with HOME, git and the terminal sealed off from this machine's."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# a machine that is busy, or an unlucky start, is no failure; in CI the examples are the same every time
settings.register_profile(
    "tests",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
settings.load_profile("tests")

World = Callable[..., Path]
SETTINGS = '[desk]\nname = "Test desk"\ntimezone = "Asia/Shanghai"\n'
_SEALED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Desk",
    "GIT_AUTHOR_EMAIL": "desk@example.org",
    "GIT_AUTHOR_DATE": "2026-04-24T18:00:00+08:00",
    "GIT_COMMITTER_NAME": "Desk",
    "GIT_COMMITTER_EMAIL": "desk@example.org",
    "GIT_COMMITTER_DATE": "2026-04-24T18:00:00+08:00",
    "COLUMNS": "100",
    "NO_COLOR": "1",
    "TZ": "UTC",
}


@pytest.fixture(autouse=True)
def sealed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the home folder, the git settings, the editor or the colours of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name in ("VISUAL", "EDITOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**_SEALED, "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def attended() -> Iterator[None]:
    """Ctrl-C means what it means to a person, also when the tests run in the background, where a shell ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """`world({path: text})` builds a base with these files, committed to a real git repository."""

    def build(files: Mapping[str, str | bytes], *, commit: bool = True, name: str = "base") -> Path:
        root = tmp_path / name
        for path, content in {"leadbase.toml": SETTINGS, **files}.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        if commit:
            for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Start"]):
                subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)
        return root

    return build
