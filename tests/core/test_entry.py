"""What an index keeps of a lead: its columns, values, words and problems; and what a later day does to a grade."""

import json
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.adapters.settings import shipped_rules
from leadbase.core.columns import COLUMNS, SEPARATOR, WITHOUT_HOUR, joined, split
from leadbase.core.entry import Entry, as_record, entries, words
from leadbase.core.grades import NEEDS_VERIFICATION, NOT_ADOPTED, QUOTABLE
from leadbase.core.lead import Reading, read
from leadbase.core.rules import Rules, build
from leadbase.core.scoring import assess
from leadbase.core.vocabulary import TYPES
from leadbase.errors import Problem

RULES = build(shipped_rules(), {})
LEAD = """---
company: [OpenAI, a b]
title: OpenAI releases the weights of a small model
type: open-source
source: GitHub
link: https://www.github.com/openai
time: 2026-04-24T10:30:00Z
verification: verified
tags: [weights, 开源]
also:
  - source: Reuters
    link: https://www.reuters.com/a
follow-up-of: 2026-04-23-other
embargo-until: 2026-04-25T09:00:00Z
---

The company put the weights of a small model on its code host on Friday, under a permissive licence.
"""


def entry(reading: Reading, rules: Rules) -> Entry:
    [made] = entries([reading], rules)
    return made


def entered(text: str, path: str = "leads/2026/A-Lead.md") -> tuple[Entry, dict[str, object]]:
    found = entry(read(text.encode(), path, UTC), RULES)
    return found, dict(zip(COLUMNS, found.columns, strict=True))


# --------------------------------------------------------------------------------------------------------------- columns


def test_a_lead_is_kept_with_everything_that_is_asked_about() -> None:
    found, columns = entered(LEAD)
    assert (columns["name"], columns["name_key"]) == ("A-Lead", "a-lead")
    assert (columns["is_readable"], columns["is_failed"], columns["is_stale"]) == (1, 0, 1)
    assert columns["has_references"] == 1
    assert split(str(columns["companies"])) == ("OpenAI", "a b")
    assert split(str(columns["sources"])) == ("GitHub", "Reuters")
    assert split(str(columns["tags"])) == ("weights", "开源")
    assert columns["day"] == date(2026, 4, 24).toordinal()
    assert columns["embargo_day"] == date(2026, 4, 25).toordinal()
    assert columns["free_from"] == date(2026, 4, 26).toordinal()
    assert split(str(columns["canonical"]))[0] == "github.com/openai"
    assert json.loads(found.record)["explanation"]


def test_the_numbers_are_those_of_the_leads_own_day() -> None:
    reading = read(LEAD.encode(), "leads/a.md", UTC)
    assert reading.lead
    fresh = assess(reading.lead, RULES)
    _, columns = entered(LEAD)
    kept = [columns[name] for name in ("score", "confidence", "grade", "code")]
    assert kept == [fresh.score, fresh.confidence, fresh.grade, fresh.code]
    assert entry(reading, RULES).record == as_record(reading, fresh)


def test_a_lead_with_a_day_and_no_hour_is_the_last_of_its_day() -> None:
    assert entered(LEAD.replace("T10:30:00Z", ""))[1]["instant"] == WITHOUT_HOUR
    assert entered(LEAD.replace("time: 2026-04-24T10:30:00Z\n", ""))[1]["instant"] is None
    assert entered(LEAD)[1]["instant"] == 1777026600.0


def test_a_file_that_is_no_lead_is_kept_as_unreadable_with_its_problems() -> None:
    found, columns = entered("---\ntitle: a: b\n---\n\ntext\n")
    assert (columns["is_readable"], columns["is_failed"], columns["problem_count"]) == (0, 1, 1)
    assert (columns["name"], columns["grade"], columns["title"]) == ("A-Lead", None, None)
    assert (found.values, found.words) == ((), ("", "", ""))
    [problem] = json.loads(found.problems)
    assert (problem["path"], problem["level"]) == ("leads/2026/A-Lead.md", "error")
    assert json.loads(found.record)["path"] == "leads/2026/A-Lead.md"


@pytest.mark.parametrize(
    "line", ["follow-up-of: x", "same-as: x", "not-same-as: x", "duplicate-of: x", "link: notes/a.md"]
)
def test_a_lead_that_names_another_or_a_note_is_marked(line: str) -> None:
    bare = LEAD.replace("follow-up-of: 2026-04-23-other\n", "")
    assert entered(bare)[1]["has_references"] == 0
    if line.startswith("link"):
        bare = bare.replace("link: https://www.github.com/openai\n", "")
    assert entered(bare.replace("type: open", f"{line}\ntype: open"))[1]["has_references"] == 1


# ---------------------------------------------------------------------------------------------------- values and words


def test_the_values_that_leads_share_are_listed_once_each() -> None:
    found, _ = entered(LEAD.replace("a b", "Open AI"))
    assert ("company", "OpenAI", "openai") in found.values
    assert ("company", "Open AI", "openai") in found.values
    assert {text for field, text, _ in found.values if field == "source"} == {"GitHub", "Reuters"}
    assert {text for field, text, _ in found.values if field == "domain"} == {"www.github.com", "www.reuters.com"}
    assert {text for field, text, _ in found.values if field == "tag"} == {"weights", "开源"}
    assert [text for field, text, _ in found.values if field == "medium"]
    assert len(set(found.values)) == len(found.values)


def test_a_phrase_cannot_stand_in_two_companies_at_once() -> None:
    _, companies, _ = words("", ("Acme New", "York Times"), "")
    assert companies.split() == ["acme", "new", "$$", "york", "times"]


def test_the_words_of_a_record_are_those_of_its_lead() -> None:
    """An index that drops a lead tells its table of words what it was given, from the record."""
    for text in (
        LEAD,
        LEAD.replace("OpenAI releases", "ＯｐｅｎＡＩ 发布GPT５，\U0001f9d1"),
        LEAD.replace("The company", "\tA\u3000B"),
    ):
        reading = read(text.encode(), "leads/a.md", UTC)
        assert reading.lead, reading.problems
        whole = json.loads(entry(reading, RULES).record)
        assert words(whole["title"], tuple(whole["company"]), whole["text"]) == entry(reading, RULES).words


def test_what_is_missing_comes_with_what_the_lead_itself_gives_away() -> None:
    text = LEAD.replace("company: [OpenAI, a b]\n", "").replace("type: open-source\n", "")
    hints = {each["code"]: each["hint"] for each in json.loads(entered(text)[0].problems)}
    assert hints["missing-company"].startswith("add `company: OpenAI`?")
    assert hints["missing-type"].startswith("add `type: ")
    assert entered(LEAD.replace("a b", "Acme"))[0].problems == ""


def test_a_hint_that_is_there_is_not_overwritten() -> None:
    reading = read(LEAD.encode(), "leads/a.md", UTC)
    problem = Problem("leads/a.md", None, "warning", "missing-company", "no company", "as it was")
    found = entry(Reading(reading.path, reading.lead, (problem,)), RULES)
    assert [each["hint"] for each in json.loads(found.problems)] == ["as it was"]


@given(st.lists(st.text()))
def test_joined_values_come_apart_as_they_were(several: list[str]) -> None:
    meant = tuple(each.replace(SEPARATOR, " ") for each in several)
    assert split(joined(several)) == (() if meant in ((), ("",)) else meant)


# --------------------------------------------------------------------------------------------------- what age does

GRADES = (NOT_ADOPTED, NEEDS_VERIFICATION, QUOTABLE)
OWN_DAY = date(2026, 4, 24)
SOURCES = (
    ("OpenAI", "https://openai.com/x"), ("GitHub", "https://github.com/openai"), ("Reuters", "https://www.reuters.com/a"),
    ("Bloomberg", "https://www.bloomberg.com/a"), ("a blog", "https://blog.example.net/x"), ("Reddit", ""), ("", ""),
)  # fmt: skip
LINES = {
    "verification": (
        "", "verified", "confirmed-official", "partially-verified", "in-progress", "unverified", "unverifiable",
        "disputed", "refuted",
    ),
    "attribution": ("", "on-record", "background", "anonymous", "off-record"),
    "company": ("OpenAI", "Nobody", ""),
    "type": tuple(TYPES),
    "duplicate-of": ("", "", "", "x"),
}  # fmt: skip
TEXTS = (
    "The company put the weights of a small model on its code host on Friday, under a permissive licence.",
    "据悉公司正在洽谈 200 亿美元的新一轮融资，尚未回应，独家消息称有望成为最大一笔交易，市场对此感到意外，并且存在争议。",
    "Sources say it might, reportedly. The company denied the report. Short.", "x", "",
)  # fmt: skip


@st.composite
def leads(draw: st.DrawFn) -> str:
    lines = {key: draw(st.sampled_from(values)) for key, values in LINES.items()}
    source, link = draw(st.sampled_from(SOURCES))
    also, also_link = draw(st.sampled_from(SOURCES))
    until = draw(st.sampled_from(("", OWN_DAY, OWN_DAY + timedelta(3))))
    title = draw(st.sampled_from(("OpenAI raises $40 billion", "OpenAI 发布新模型", "A small thing?")))
    lines |= {"title": title, "source": source, "link": link, "time": str(OWN_DAY), "embargo-until": str(until)}
    front = "".join(f"{key}: {value}\n" for key, value in lines.items() if value)
    if also:
        front += f"also:\n  - source: {also}\n" + (f"    link: {also_link}\n" if also_link else "")
    return f"---\n{front}---\n\n{draw(st.sampled_from(TEXTS))}\n"


@given(leads(), st.integers(0, 40), st.integers(0, 400))
@settings(max_examples=200)
def test_age_only_takes_away(text: str, first: int, more: int) -> None:
    """Only an embargo that ends lifts a lead, and never one that is not adopted: a report's index relies on that."""
    lead = read(text.encode(), "leads/a.md", UTC).lead
    assert lead
    days = (None, OWN_DAY, OWN_DAY + timedelta(first), OWN_DAY + timedelta(first + more))
    own, same, early, late = (assess(lead, RULES, day) for day in days)
    assert (own.score, own.confidence, own.grade) == (same.score, same.confidence, same.grade)
    for before, after in ((own, early), (early, late)):
        assert after.score <= before.score
        assert after.confidence <= before.confidence
        assert before.grade != NOT_ADOPTED or after.grade == NOT_ADOPTED
        if lead.embargo_until is None:
            assert GRADES.index(after.grade) <= GRADES.index(before.grade)


def test_the_entries_of_many_are_those_of_each() -> None:
    texts = [LEAD, "no front matter", LEAD.replace("company: [OpenAI, a b]\n", ""), "---\ntitle: T\n---\n"]
    readings = [read(text.encode(), f"leads/{number}.md", UTC) for number, text in enumerate(texts)]
    assert entries(readings, RULES) == [entry(each, RULES) for each in readings]
    assert entries([], RULES) == []
