"""`leadbase stats`: counts as a small chart and as JSON."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Run
from tests.cli.leads import BROKEN, LEADS
from tests.conftest import World

TWO = "---\ntitle: Two companies\ncompany: [OpenAI, 谷歌]\ntype: funding\nsource: 路透社\ntime: 2026-04-24\n---\n"


@pytest.fixture
def desk(world: World) -> Path:
    return world({**LEADS, "leads/two.md": TWO}, commit=False)


def test_json_counts_leads_by_every_dimension(desk: Path, quick: Run) -> None:
    ran = quick(desk, "stats", "--format", "json")
    assert ran.code == 0
    found = json.loads(ran.out)
    assert set(found) >= {"leads", "unreadable", "by"}
    assert (found["leads"], found["unreadable"]) == (4, 0)
    assert set(found["by"]) >= {"grade", "type", "company", "source", "day"}
    for counts in found["by"].values():
        assert all(set(count) == {"value", "leads", "quotable"} for count in counts)
        assert all(0 <= count["quotable"] <= count["leads"] for count in counts)
    by = {name: {each["value"]: each["leads"] for each in counts} for name, counts in found["by"].items()}
    assert by["type"] == {"funding": 2, "open-source": 1, "opinion-analysis": 1}
    assert by["company"] == {"OpenAI": 2, "DeepSeek": 1, "Google": 1, "Nobody": 1}
    assert by["source"]["Reuters"] == 1  # by whatever name
    assert list(by["day"]) == ["2026-04-24", "2026-04-23", "2026-04-22"]
    assert sum(by["grade"].values()) == 4


def test_the_chart_tells_the_same(desk: Path, quick: Run) -> None:
    ran = quick(desk, "stats")
    assert ran.code == 0
    assert ran.out.startswith("4 leads")
    for words in ("directly quotable", "Funding", "DeepSeek", "2026-04-24", "Reuters"):
        assert words in ran.out


def test_one_dimension_may_be_asked_for_and_rows_limited(desk: Path, quick: Run) -> None:
    ran = quick(desk, "stats", "--by", "company", "--limit", "2")
    assert "OpenAI" in ran.out
    assert "funding" not in ran.out.lower()
    assert "2 more" in ran.out + ran.err
    assert set(json.loads(quick(desk, "stats", "--by", "day", "--format", "json").out)["by"]) == {"day"}


@pytest.mark.parametrize("arguments", [("--by", "colour"), ("--limit", "0"), ("--limit", "x"), ("--format", "xml")])
def test_a_word_nobody_knows_is_a_usage_error(arguments: tuple[str, ...], desk: Path, quick: Run) -> None:
    assert quick(desk, "stats", *arguments).code == 2


@pytest.mark.parametrize("columns", [40, 80, 140])
def test_the_chart_fits_the_terminal(columns: int, world: World, quick: Run) -> None:
    long = "---\ntitle: T\ncompany: 一家名字特别长的人工智能公司以及它的许多子公司和关联企业\nsource: A source with a very long name indeed, and then some\n---\n"
    desk = world({**LEADS, "leads/long.md": long}, commit=False)
    lines = quick(desk, "stats", COLUMNS=str(columns)).out.splitlines()
    assert max(map(cell_len, lines)) <= columns


def test_leads_that_cannot_be_read_are_counted_apart(world: World, quick: Run) -> None:
    desk = world({**LEADS, "leads/broken.md": BROKEN}, commit=False)
    ran = quick(desk, "stats", "--format", "json")
    assert ran.code == 1
    assert json.loads(ran.out)["unreadable"] == 1
    assert json.loads(ran.out)["leads"] == 3
    assert "could not be read" in ran.err
