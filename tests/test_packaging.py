"""The package carries what it needs at run time, and the repository's own base is made of the same files."""

import tomllib
from importlib.resources import files

from leadbase import __version__
from tests.transcripts import REPOSITORY

STARTER = files("leadbase") / "starter"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_shipped_rules_lie_in_the_package() -> None:
    for name in ("scoring", "companies", "sources", "lexicon"):
        assert tomllib.loads((STARTER / "defaults" / f"{name}.toml").read_text(encoding="utf-8"))


def test_everything_a_new_base_is_made_of_lies_in_the_package() -> None:
    base = STARTER / "base"
    for path in ("leadbase.toml", "_gitignore", "rules/scoring.toml", "rules/sources.toml"):
        assert base.joinpath(path).is_file(), path
    leads = [each.name for each in (base / "leads").iterdir()]
    assert len(leads) == 3 and all(name.endswith(".md") for name in leads)
    assert (STARTER / "templates" / "daily.md.j2").is_file()


def test_the_wheel_and_the_source_archive_take_the_whole_package() -> None:
    targets = PROJECT["tool"]["hatch"]["build"]["targets"]
    assert targets["wheel"]["packages"] == ["leadbase"]
    assert {"leadbase", "tests", "docs", "leads", "rules", "templates"} <= set(targets["sdist"]["include"])
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()
    # hatchling leaves out what git ignores
    assert not [line for line in ignored if line.rstrip("/") in ("starter", "defaults", "templates", "*.toml", "*.j2")]


def test_the_command_and_the_version_come_from_the_package() -> None:
    assert PROJECT["project"]["scripts"] == {"leadbase": "leadbase.start:main"}
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "leadbase/__init__.py"
    assert f"## [{__version__}]" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_sample_base_has_the_templates_that_are_shipped() -> None:
    shipped = {each.name: each.read_bytes() for each in (STARTER / "templates").iterdir() if each.name.endswith(".j2")}
    assert shipped == {each.name: each.read_bytes() for each in (REPOSITORY / "templates").glob("*.j2")}
