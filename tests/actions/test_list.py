"""Listing leads, without the command line around it."""

from datetime import date
from pathlib import Path

import pytest

from leadbase.actions.list import SORT_KEYS, Filter, Order, list_leads
from leadbase.errors import UsageError
from leadbase.workspace import Workspace
from tests.cli.leads import BROKEN, LEADS
from tests.conftest import World


@pytest.fixture
def desk(world: World) -> Path:
    return world({**LEADS, "leads/broken.md": BROKEN}, commit=False)


def test_without_a_filter_every_readable_lead_is_listed(desk: Path) -> None:
    listing = list_leads(Workspace.open(desk), Filter(), Order())
    assert [row.lead.path for row in listing.rows] == sorted(LEADS, reverse=True)
    assert listing.matched == 3
    assert [reading.path for reading in listing.unreadable] == ["leads/broken.md"]
    assert listing.failed


def test_a_limit_leaves_the_number_of_matches(desk: Path) -> None:
    listing = list_leads(Workspace.open(desk), Filter(), Order(limit=1))
    assert (len(listing.rows), listing.matched) == (1, 3)


def test_the_written_numbers_are_listed_unless_fresh_ones_are_asked_for(world: World) -> None:
    text = "---\ntitle: T\nscore: 99\nconfidence: 98\ngrade: not-adopted\n---\n"
    workspace = Workspace.open(world({"leads/a.md": text}, commit=False))
    [written] = list_leads(workspace, Filter(), Order()).rows
    assert (written.score, written.confidence, written.grade, written.assessment) == (99, 98, "not-adopted", None)
    for is_fresh, as_of in ((True, None), (False, date(2026, 4, 24))):
        [fresh] = list_leads(workspace, Filter(), Order(), fresh=is_fresh, as_of=as_of).rows
        assert fresh.assessment is not None
        assert fresh.score == fresh.assessment.score != 99


def test_a_grade_that_no_desk_checked_is_not_believed(world: World) -> None:
    text = "---\ntitle: T\nverification: refuted\nscore: 99\nconfidence: 99\ngrade: quotable\n---\n"
    workspace = Workspace.open(world({"leads/a.md": text}, commit=False))
    [row] = list_leads(workspace, Filter(), Order()).rows
    assert row.grade == "not-adopted"


def test_a_lead_without_a_written_score_is_scored(desk: Path) -> None:
    assert all(row.assessment is not None for row in list_leads(Workspace.open(desk), Filter(), Order()).rows)


def test_every_key_sorts_and_turns_round(desk: Path) -> None:
    workspace = Workspace.open(desk)

    def names(key: str) -> list[str]:
        return [row.lead.name for row in list_leads(workspace, Filter(), Order(key)).rows]

    for key in SORT_KEYS:
        assert names(f"{key}+") == names(f"{key}-")[::-1]
        assert names(key) in (names(f"{key}+"), names(f"{key}-"))


@pytest.mark.parametrize("key", ["", "+", "score++", "-score", "Score", "no such"])
def test_an_unknown_key_is_a_usage_error(key: str, desk: Path) -> None:
    with pytest.raises(UsageError):
        list_leads(Workspace.open(desk), Filter(), Order(key))


def test_words_of_one_kind_widen_and_kinds_narrow(desk: Path) -> None:
    workspace = Workspace.open(desk)

    def count(**wanted: object) -> int:
        return list_leads(workspace, Filter(**wanted), Order()).matched  # type: ignore[arg-type]

    assert count(types=["funding", "open-source"]) == 2
    assert count(types=["funding", "open-source"], companies=["OpenAI"]) == 1
    assert count(words=["weights", "licence"]) == 1
    assert count(words=["weights", "融资"]) == 0
    assert count(since=date(2026, 4, 23), until=date(2026, 4, 23)) == 1
    assert count(least=0, most=0) == 0
