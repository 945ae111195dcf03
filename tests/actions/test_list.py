"""Listing leads, without the command line around it."""

import json
from datetime import date

import pytest

from leadbase.actions.list import Filter, list_leads, list_records
from leadbase.core.query import SORT_KEYS
from leadbase.errors import UsageError
from leadbase.workspace import Workspace
from tests.cli.leads import BROKEN, LEADS
from tests.conftest import World

TODAY = date(2026, 4, 25)


@pytest.fixture
def desk(world: World) -> Workspace:
    return Workspace.open(world({**LEADS, "leads/broken.md": BROKEN}, commit=False))


def names(workspace: Workspace, query: str, as_of: date | None = None) -> list[str]:
    return [row.name for row in list_leads(workspace, workspace.query(query, TODAY), as_of).rows]


def test_without_a_query_every_readable_lead_is_listed(desk: Workspace) -> None:
    listing = list_leads(desk, desk.query("", TODAY))
    assert [row.path for row in listing.rows] == sorted(LEADS, reverse=True)
    assert (listing.matched, listing.unreadable) == (3, 1)


def test_a_limit_leaves_the_number_of_matches(desk: Workspace) -> None:
    listing = list_leads(desk, desk.query("limit:1", TODAY))
    assert (len(listing.rows), listing.matched) == (1, 3)


def test_the_numbers_are_the_rules_whatever_the_file_says(world: World) -> None:
    text = "---\ntitle: T\nverification: refuted\nscore: 99\nconfidence: 98\ngrade: quotable\n---\n"
    workspace = Workspace.open(world({"leads/a.md": text}, commit=False))
    [row] = list_leads(workspace, workspace.query("", TODAY)).rows
    scored = workspace.assess(workspace.read("leads/a.md"))
    assert scored is not None
    fresh = scored.assessment
    assert (row.score, row.confidence, row.grade) == (fresh.score, fresh.confidence, "not-adopted") != (99, 98)


@pytest.mark.parametrize("as_of", [None, date(2026, 4, 24), date(2026, 9, 1)])
def test_every_key_sorts_and_turns_round(as_of: date | None, desk: Workspace) -> None:
    for key in SORT_KEYS:
        assert names(desk, f"sort:{key}+", as_of) == names(desk, f"sort:{key}-", as_of)[::-1]
        assert names(desk, f"sort:{key}", as_of) in (
            names(desk, f"sort:{key}+", as_of), names(desk, f"sort:{key}-", as_of),
        )  # fmt: skip


def test_as_of_its_own_day_a_lead_is_listed_as_ever(desk: Workspace) -> None:
    for query in ("", "sort:score-", "sort:title", "type:funding", "-grade:quotable sort:company", "weights | 融资"):
        for day in {row.day for row in list_leads(desk, desk.query(query, TODAY)).rows}:
            own = f"({query.partition('sort:')[0] or '-name:x'}) time:{day} sort:score-"
            now, then = (list_leads(desk, desk.query(own, TODAY), each) for each in (None, day))
            assert [(row.name, row.score, row.grade) for row in now.rows] == [
                (row.name, row.score, row.grade) for row in then.rows
            ]


def test_as_of_a_later_day_numbers_are_those_of_that_day(desk: Workspace) -> None:
    now = {row.name: row.score for row in list_leads(desk, desk.query("", TODAY)).rows}
    later = {row.name: row.score for row in list_leads(desk, desk.query("", TODAY), date(2027, 4, 1)).rows}
    assert now.keys() == later.keys()
    assert all(later[name] < now[name] for name in now)
    best = max(now.values())
    assert names(desk, f"score:{best}..", date(2027, 4, 1)) == []
    assert len(names(desk, f"-score:{best}..", date(2027, 4, 1))) == 3


def test_records_are_those_of_the_rows(desk: Workspace) -> None:
    for as_of in (None, date(2026, 9, 1)):
        query = desk.query("sort:title limit:2", TODAY)
        rows = list_leads(desk, query, as_of).rows
        records = [json.loads(each) for each in list_records(desk, query, as_of)]
        assert [each["path"] for each in records] == [row.path for row in rows]
        assert [each["score"] for each in records] == [row.score for row in rows]
        for each in records:
            sums = {
                axis: sum(line["points"] for line in each["explanation"] if line["axis"] == axis)
                for axis in ("value", "confidence")
            }
            assert sums == {"value": each["score"], "confidence": each["confidence"]}


def test_options_of_one_kind_widen_and_kinds_narrow(desk: Workspace) -> None:
    def count(wanted: Filter) -> int:
        return list_leads(desk, desk.query(wanted.query(), TODAY)).matched

    assert count(Filter()) == 3
    assert count(Filter(types=["funding", "open-source"])) == 2
    assert count(Filter(types=["funding", "open-source"], companies=["OpenAI"])) == 1
    assert count(Filter(words=["weights", "licence"])) == 1
    assert count(Filter(words=["weights", "融资"])) == 0
    assert count(Filter(days="2026-04-23..2026-04-23")) == 1
    assert count(Filter(scores="0..0")) == 0


def test_what_is_written_in_an_option_is_never_read_as_a_query(desk: Workspace) -> None:
    for text in ('a" | company:openai "', "\\", 'x\\" OR "', "＂) | (", "type:funding", "-openai", "/x/"):
        assert list_leads(desk, desk.query(Filter(words=[text + " zz"]).query(), TODAY)).matched == 0
    with pytest.raises(UsageError, match="no company is called"):
        desk.query(Filter(companies=['OpenAI" | "x']).query(), TODAY)


@pytest.mark.parametrize(
    "text", ["company:nosuch", "-company:nosuch", "source:nosuch", "tags:nosuch", "domain:no.such"]
)
def test_a_value_that_nobody_has_is_an_error_and_never_no_rows(text: str, desk: Workspace) -> None:
    with pytest.raises(UsageError, match=r"nosuch|no\.such"):
        desk.query(text, TODAY)
