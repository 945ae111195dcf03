"""`leadbase show` and `leadbase why`: one lead, found by a name, and every reason for its numbers."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.leads import BROKEN, LEADS
from tests.cli.test_list import KEYS
from tests.conftest import World

NAME = "2026-04-24-openai-weights"
PATH = f"leads/2026/04/{NAME}.md"
FULL = """---
company: [OpenAI, 谷歌]
title: All fields
type: funding
source: Reuters
link: https://www.reuters.com/x
time: 2026-04-24T11:30+08:00
verification: verified
verified-by: 王
attribution: on-record
embargo-until: 2026-05-01
also:
  - source: AP
    link: https://apnews.com/y
    origin: AFP
follow-up-of: a
same-as: [b, c]
not-same-as: d
duplicate-of: e
tags: [x, y]
note: by phone
priority: 7
---

# A heading

The **text** of the lead,
on two lines.
"""


@pytest.fixture
def desk(world: World) -> Path:
    return world({**LEADS, "leads/full.md": FULL, "leads/broken.md": BROKEN}, commit=False)


# ---------------------------------------------------------------------------------------------------------- which lead


@pytest.mark.parametrize(
    "wanted",
    [NAME, "openai-weights", "OPENAI", "weights", PATH, f"./{PATH}", f"leads/2026/../2026/04/{NAME}.md"],
)
def test_a_lead_is_found_by_name_part_or_path(wanted: str, desk: Path, quick: Run) -> None:
    ran = quick(desk, "show", wanted)
    assert ran.code == 0
    assert ran.out.startswith("OpenAI releases the weights of a small model\n")


def test_a_path_counts_from_where_one_stands(desk: Path, quick: Run) -> None:
    assert quick(desk / "leads/2026/04", "show", f"{NAME}.md").code == 0
    assert quick(desk / "leads/2026", "show", f"04/{NAME}.md").code == 0
    assert quick(desk / "leads/2026", "show", str(desk / PATH)).code == 0
    assert quick(desk / "leads/2026", "show", PATH).code == 0


@pytest.mark.parametrize("command", ["show", "why", "edit", "score"])
def test_an_ambiguous_word_lists_the_candidates(command: str, desk: Path, quick: Run) -> None:
    ran = quick(desk, command, "2026-04")
    assert (ran.code, ran.out) == (2, "")
    assert "could be any of 3" in ran.err
    for path in LEADS:
        assert path.rpartition("/")[2].removesuffix(".md") in ran.err
    assert "write more of the name" in ran.err


def test_an_exact_name_wins_over_names_that_contain_it(world: World, quick: Run) -> None:
    desk = world({f"leads/{name}.md": f"---\ntitle: T {name}\n---\n" for name in ("a", "ab", "abc")}, commit=False)
    assert quick(desk, "show", "AB").out.startswith("T ab\n")
    assert quick(desk, "show", "b").code == 2


def test_of_two_leads_of_one_name_the_path_decides(world: World, quick: Run) -> None:
    desk = world({"leads/1/a.md": "---\ntitle: One\n---\n", "leads/2/a.md": "---\ntitle: Two\n---\n"}, commit=False)
    ran = quick(desk, "show", "a")
    assert ran.code == 2
    assert "leads/1/a.md" in ran.err
    assert "leads/2/a.md" in ran.err
    assert quick(desk, "show", "leads/2/a.md").out.startswith("Two\n")


@pytest.mark.parametrize("command", ["show", "why", "edit", "score"])
@pytest.mark.parametrize(
    "wanted", ["nosuchlead", "leadbase.toml", "../../etc/passwd", "/etc/passwd", "leads", "x\ny", "*"]
)
def test_a_word_nothing_answers_to_is_a_usage_error(command: str, wanted: str, desk: Path, quick: Run) -> None:
    ran = quick(desk, command, wanted)
    assert (ran.code, ran.out) == (2, "")
    assert "no lead is called" in ran.err
    assert "leadbase list" in ran.err


def test_many_candidates_are_not_all_listed(world: World, quick: Run) -> None:
    desk = world({f"leads/lead-{n:03}.md": "---\ntitle: T\n---\n" for n in range(60)}, commit=False)
    ran = quick(desk, "show", "lead")
    assert "and 40 more" in ran.err
    assert len(ran.err.splitlines()) < 30


@pytest.mark.parametrize("command", ["show", "why"])
def test_a_file_that_cannot_be_read_says_why(command: str, desk: Path, quick: Run) -> None:
    ran = quick(desk, command, "broken")
    assert (ran.code, ran.out) == (1, "")
    assert "leads/broken.md:2: error yaml-syntax" in ran.err


# ---------------------------------------------------------------------------------------------------------------- show


def test_show_tells_every_field_and_the_text(desk: Path, quick: Run) -> None:
    ran = quick(desk, "show", "full")
    for part in (
        "All fields", "OpenAI, 谷歌", "Funding", "Reuters", "https://www.reuters.com/x", "2026-04-24", "verified by 王",
        "on-record", "2026-05-01", "AP · https://apnews.com/y", "after AFP", "b, c", "x, y", "by phone", "priority", "7",
        "leads/full.md", "score ", "confidence ", "The **text** of the lead,\non two lines.",
    ):  # fmt: skip
        assert part in ran.out, part
    assert ran.code == 0


def test_show_as_json_is_the_record_of_the_list(desk: Path, quick: Run) -> None:
    shown = json.loads(quick(desk, "show", "openai-weights", "--format", "json").out)
    listed = json.loads(quick(desk, "list", "--format", "json", "--company", "OpenAI", "--type", "open-source").out)
    assert set(shown) >= KEYS
    assert shown == listed[0]


def test_show_tells_the_problems_of_a_lead_it_can_show(world: World, quick: Run) -> None:
    desk = world({"leads/a.md": "---\ntitle: T\ntime: soon\n---\n"}, commit=False)
    ran = quick(desk, "show", "a")
    assert "leads/a.md:3: error bad-time" in ran.err
    assert ran.out.startswith("T\n")


def test_show_ages_a_lead_when_asked(desk: Path, quick: Run) -> None:
    now = json.loads(quick(desk, "show", NAME, "--format", "json").out)
    later = json.loads(quick(desk, "show", NAME, "--format", "json", "--as-of", "2026-06-01").out)
    assert later["score"] < now["score"]
    assert "as of 2026-06-01" in quick(desk, "show", NAME, "--as-of", "2026-06-01").out
    assert quick(desk, "show", NAME, "--as-of", "whenever").code == 2


# ----------------------------------------------------------------------------------------------------------------- why

WHY_KEYS = {
    "name", "path", "as_of", "rules", "score", "confidence", "likelihood", "grade", "code", "form", "quote_line", "contributions",
    "gates", "independent", "groups", "cheapest",
}  # fmt: skip


@pytest.mark.parametrize("wanted", ["openai-weights", "深度求索", "top-10", "full"])
def test_the_lines_of_both_axes_sum_to_the_numbers_shown(wanted: str, desk: Path, quick: Run) -> None:
    why = json.loads(quick(desk, "why", wanted, "--json").out)
    assert set(why) >= WHY_KEYS
    for axis, number in (("value", "score"), ("confidence", "confidence")):
        assert sum(line["points"] for line in why["contributions"] if line["axis"] == axis) == why[number]
    for line in why["contributions"]:
        assert set(line) == {"axis", "rule", "points", "evidence", "field", "span"}
    if why["cheapest"]:
        assert set(why["cheapest"]) == {"steps", "words", "cost", "confidence", "grade"}
    for group in why["groups"]:
        assert set(group) == {"letter", "counts", "primary", "members"}


def test_a_span_points_at_the_words_of_the_title(desk: Path, quick: Run) -> None:
    why = json.loads(quick(desk, "why", "深度求索", "--json").out)
    title = "据悉深度求索洽谈融资，估值逾 200 亿美元"
    found = {
        line["rule"]: title[slice(*line["span"])]
        for line in why["contributions"]
        if line["span"] and line["field"] == "title"
    }
    assert found["cue.hedge"] == "据悉"
    assert found["magnitude"] == "200 亿美元"


def test_why_tells_each_line_the_gates_and_the_cheapest_change(desk: Path, quick: Run) -> None:
    ran = quick(desk, "why", "深度求索")
    why = json.loads(quick(desk, "why", "深度求索", "--json").out)
    assert (ran.code, ran.err) == (0, "")
    for line in why["contributions"]:
        assert line["rule"] in ran.out
    for gate in why["gates"]:
        assert gate["message"] in ran.out
    assert "not quotable because" in ran.out
    assert why["cheapest"]["words"] in " ".join(ran.out.split())
    assert "“据悉” in the title" in ran.out
    assert "no score yet" in ran.out


def test_why_of_a_quotable_lead_tells_how_to_quote_it(desk: Path, quick: Run) -> None:
    ran = quick(desk, "why", "openai-weights")
    assert "directly quotable" in ran.out
    assert "quote as fact" in ran.out or "quote attributed" in ran.out
    assert "cheapest" not in ran.out


def test_why_tells_when_the_file_says_something_else(desk: Path, quick: Run) -> None:
    assert quick(desk, "score", "openai-weights").code == 0
    assert "no score yet" not in quick(desk, "why", "openai-weights").out
    path = desk / PATH
    path.write_text(path.read_text(encoding="utf-8").replace("type: open-source", "type: rumor"), encoding="utf-8")
    assert "The file says" in quick(desk, "why", "openai-weights").out
    assert "The file says" not in quick(desk, "why", "openai-weights", "--as-of", "2026-05-01").out
