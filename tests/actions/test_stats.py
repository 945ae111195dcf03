"""Counting leads, without the command line around it."""

from leadbase.actions.stats import DIMENSIONS, Count, count_leads
from leadbase.workspace import Workspace
from tests.cli.leads import BROKEN, LEADS
from tests.conftest import World


def test_counts_are_by_dimension_the_most_first_and_days_the_latest_first(world: World) -> None:
    more = {f"leads/{n}.md": "---\ntitle: T\ncompany: [OpenAI, openai, 谷歌]\ntype: funding\n---\n" for n in range(2)}
    found = count_leads(Workspace.open(world({**LEADS, **more, "leads/broken.md": BROKEN}, commit=False)))
    assert (found.leads, found.unreadable, found.failed) == (5, 1, True)
    assert tuple(found.by) == DIMENSIONS
    assert found.by["type"][0] == Count("funding", 3, 0)
    assert found.by["company"][:2] == (Count("OpenAI", 3, 1), Count("Google", 2, 0))  # named twice, counted once
    days = [count.value for count in found.by["day"]]
    assert days == sorted(days, reverse=True)
    assert sum(count.leads for count in found.by["day"]) == 5
    assert sum(count.quotable for count in found.by["grade"]) == 1


def test_nothing_is_counted_in_an_empty_base(world: World) -> None:
    found = count_leads(Workspace.open(world({}, commit=False)))
    assert (found.leads, found.unreadable, found.failed) == (0, 0, False)
    assert all(counts == () for counts in found.by.values())


def test_a_lead_that_says_nothing_is_counted_as_such(world: World) -> None:
    found = count_leads(Workspace.open(world({"leads/a.md": "---\ntitle: T\n---\n"}, commit=False)))
    assert [found.by[name][0].value for name in ("company", "source", "day")] == ["(none)"] * 3
