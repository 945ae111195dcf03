"""What `leadbase init` lays down and what is shipped: whole, valid, and the same as the sample base's own copies."""

import re
import tomllib
from pathlib import Path

import pytest

from leadbase.adapters.settings import RULES_FILES, STARTER, parse_rules, shipped_rules
from leadbase.core.rules import build

REPOSITORY = Path(__file__).parent.parent
STARTER_RULES = STARTER / "base/rules"


def test_the_starter_is_complete() -> None:
    files = {
        path.relative_to(STARTER).as_posix() for path in STARTER.rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
    assert {f"defaults/{name}.toml" for name in RULES_FILES} <= files
    assert {f"base/rules/{name}.toml" for name in RULES_FILES} <= files
    assert {"base/leadbase.toml", "base/_gitignore", "templates/daily.md.j2"} <= files
    assert len([path for path in files if path.startswith("base/leads/")]) == 3


def test_every_file_of_the_starter_is_utf_8_with_lf() -> None:
    for path in STARTER.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            text = path.read_bytes().decode("utf-8")
            assert "\r" not in text, path
            assert text.endswith("\n"), path
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]", text), path


def test_the_starters_rules_change_nothing() -> None:
    tables, _ = parse_rules({name: (STARTER_RULES / f"{name}.toml").read_bytes() for name in RULES_FILES})
    assert build(shipped_rules(), tables).digest == build(shipped_rules(), {}).digest


@pytest.mark.parametrize("name", RULES_FILES)
def test_the_examples_in_the_comments_of_the_starters_rules_are_valid(name: str) -> None:
    """A desk starts by taking the # away from an example: what then stands there must be accepted."""
    lines = (STARTER_RULES / f"{name}.toml").read_text(encoding="utf-8").splitlines()
    examples = [line[2:] for line in lines if re.match(r'# (?:\[|[\w"-]+ = )', line)]
    assert examples
    tables = {name: tomllib.loads("\n".join(examples))}
    build(shipped_rules(), tables)


@pytest.mark.parametrize("folder", ["templates"])
def test_the_sample_bases_copies_are_those_of_the_starter(folder: str) -> None:
    for path in (STARTER / folder).iterdir():
        if path.is_file():
            assert (REPOSITORY / folder / path.name).read_bytes() == path.read_bytes()


def test_the_sample_base_accepts_its_own_rules() -> None:
    present = {name: REPOSITORY / f"rules/{name}.toml" for name in RULES_FILES}
    tables, _ = parse_rules({name: path.read_bytes() for name, path in present.items() if path.exists()})
    assert build(shipped_rules(), tables).warnings == ()
