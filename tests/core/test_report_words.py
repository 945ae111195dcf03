import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core import escape
from leadbase.core.lead import Evidence, Lead
from leadbase.core.report import edition, surroundings
from leadbase.core.reportwords import context, grade_counts
from leadbase.core.rules import Rules
from tests.core.report_desk import (
    COMMITTED,
    DAY,
    DAYS,
    ZONE,
    compiled,
    desk_rules,
    faults,
    headings_of,
    lead,
    readings,
    tokens_of,
)

RULES: Rules = desk_rules()
BEFORE = date(2026, 4, 22)
VECTORS = json.loads((Path(__file__).parent / "data" / "escape-vectors.json").read_text("utf-8"))
INPUTS = [vector["input"] for vector in VECTORS]
TOKENS = sorted({part for text in INPUTS for part in re.findall(r"\w+|\W", text)})


def report_of(*leads: Lead) -> str:
    return compiled(readings(leads), RULES)[0]


def meta_line(one: Lead) -> str:
    return next(line for line in report_of(one).split("\n") if " · score " in line)


def reason_of(one: Lead) -> str:
    edited = edition(readings([one]), RULES, surroundings(readings([one]), DAY), ZONE, "Asia/Shanghai")
    [section] = context(edited, COMMITTED, RULES)["sections"]
    reason: str = section["leads"][0]["reason"]
    return reason


@pytest.mark.parametrize("day", DAYS)
def test_a_linter_finds_nothing_in_a_golden_report(day: str) -> None:
    assert list(faults(compiled(DAYS[day], RULES)[0])) == []


def test_every_hostile_vector_is_shown_as_typed_and_does_nothing() -> None:
    leads = [
        lead(f"v{number:03}", title=text, companies=(text,), source=text, text=text, also=(Evidence(text),))
        for number, text in enumerate(INPUTS)
    ]
    markdown = report_of(*leads)
    assert list(faults(markdown)) == []
    tokens = tokens_of(markdown)
    assert sum(token.type == "heading_open" and token.tag == "h3" for token in tokens) == len(leads)
    assert sum(token.type == "link_open" for token in tokens) == len(leads)
    shown = {text for tag, text in headings_of(markdown) if tag == "h3"}
    for text in INPUTS:
        title = escape.shown(text) or "(untitled)"
        assert any(found.removesuffix("…") and title.startswith(found.removesuffix("…").rstrip(".")) for found in shown)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join), min_size=6, max_size=6))
def test_no_text_of_a_lead_gets_out_of_its_place(texts: list[str]) -> None:
    title, company, source, text, further, path = texts
    one = lead("one", title=title, companies=(company, company), source=source, text=text, also=(Evidence(further),))
    two = replace(one, name="two", path="leads/two.md", title=further)
    open_one = {"type": "model-release", "link": "https://wire.example/", "time": BEFORE}
    earlier = lead("three", title=title, companies=(path,), source=source, **open_one)
    markdown = report_of(one, two, earlier)
    assert list(faults(markdown)) == []
    tokens = tokens_of(markdown)
    assert sum(token.type == "heading_open" and token.tag == "h3" for token in tokens) == 2
    assert sum(token.type == "list_item_open" for token in tokens) == 1
    assert sum(token.type == "paragraph_open" and token.level == 0 for token in tokens) <= 2 + 2 * 4
    assert len(re.findall(r"(?m) · score \d+ · lead `[0-9a-f]{7,}`$", markdown)) == 2


def test_marks_that_pair_up_are_switched_off_where_several_texts_share_a_line() -> None:
    pairs = lead("a", title="$ ~ _x", companies=("$ ~ _x", "$ ~ _x"), source="$ ~ _x", also=(Evidence("$ ~ _x"),))
    markdown = report_of(pairs, replace(pairs, name="b", path="leads/b.md", time=BEFORE, day=BEFORE))
    for line in markdown.split("\n"):
        if " · " in line or line.startswith("Also: "):
            assert not re.search(r"[$~_]", line), line


def test_the_meta_line_has_the_form_that_the_site_looks_for() -> None:
    assert re.search(
        r"^\[northwind\.example\]\(https://northwind\.example/press\) · Northwind AI · Partnership · "
        r"confidence 66, B2 · today · score 52 · lead `[0-9a-f]{7}`$",
        report_of(lead("a")),
        re.MULTILINE,
    )


@pytest.mark.parametrize(
    ("source", "link", "shown"),
    [
        ("Wire One", "https://www.wire.example/1", "[wire.example](https://www.wire.example/1) · "),
        ("wire", "https://wire.example/1", "[wire.example](https://wire.example/1) · "),
        ("Northwind AI", "https://northwind.example/", "[northwind.example](https://northwind.example/) · "),
        ("The Daily", "https://wire.example/1", "[wire.example](https://wire.example/1), The Daily · "),
        ("Jo", "https://x.com/northwind/status/1", "[x.com/northwind](https://x.com/northwind/status/1), Jo · "),
        ("X", "https://x.com/i/status/1", "[x.com](https://x.com/i/status/1) · "),
        ("", "https://github.com/a_b/c", "[github.com/a&#95;b](https://github.com/a_b/c) · "),
        ("The Daily", "", "source The Daily, no link · "),
        ("The Daily", "https://user@daily.example/", "source The Daily, its link cannot be shown · "),
        ("Desk", "notes/call.md", "desk note · "),
        ("Jane Roe", "notes/call.md", "desk note, Jane Roe · "),
        ("", "", "no source · "),
    ],
)  # fmt: skip
def test_the_source_is_named_once(source: str, link: str, shown: str) -> None:
    assert meta_line(lead("a", source=source, link=link)).startswith(shown)


def test_companies_are_listed_up_to_four() -> None:
    assert " · no company · " in meta_line(lead("a", companies=()))
    assert " · A, B, C, D and 3 more · " in meta_line(lead("a", companies=tuple("ABCDEFG")))


def test_the_age_says_when_in_the_desks_time_zone() -> None:
    assert " · today · " in meta_line(lead("a"))
    assert " · today, 11:30 · " in meta_line(lead("a", time=datetime.fromisoformat("2026-04-24T03:30Z")))
    for days, words in ((1, "yesterday"), (3, "3 days ago")):
        assert f" · {words} · " in meta_line(lead("a", time=date(2026, 4, 24 - days)))


def test_a_fact_says_what_it_rests_on() -> None:
    wire = Evidence("Wire One", "https://wire.example/1")
    assert reason_of(lead("a", verification="verified")) == "Quote as fact: verified by the desk, first-hand source."
    assert reason_of(lead("a", verification="confirmed-official", also=(wire,))) == (
        "Quote as fact: officially confirmed, first-hand source, 2 independent sources."
    )


def test_an_attributed_lead_gives_the_words_to_use() -> None:
    said = lead("a", title="Northwind calls its model the most powerful", verification="confirmed-official")
    assert reason_of(said).startswith('Attribute: "according to Northwind newsroom". Officially confirmed, ')


def test_one_source_graded_a_on_the_record_is_a_ground() -> None:
    wire = lead("a", source="Wire One", link="https://wire.example/1", attribution="on-record", verification="verified")
    assert (
        reason_of(wire)
        == 'Attribute: "according to Wire One". Verified by the desk, on the record from a source graded A.'
    )


def test_every_gate_that_failed_is_named_and_the_cheapest_step() -> None:
    markdown = report_of(lead("a", source="Wire One", link="https://wire.example/1", verification="partially-verified"))
    assert (
        "Not quotable yet: partially verified; confidence 68 is below 70; 1 independent source graded B or better, "
        "no primary document. Next: obtain official confirmation from Northwind AI." in markdown
    )


def test_every_bar_of_a_lead_that_is_not_adopted_is_named() -> None:
    dull = lead("a", type="opinion-analysis", companies=("Nobody",), verification="refuted")
    assert reason_of(dull) == (
        "Not adopted: verification is refuted; confidence 0 is below 30; 8 value points short of 35."
    )


def test_a_lead_that_is_not_adopted_is_shown_without_its_text() -> None:
    markdown = report_of(
        lead("a", verification="refuted", text="A text that nobody may take for news, it being false.")
    )
    assert "nobody may take for news" not in markdown


def test_further_reports_are_linked_and_limited() -> None:
    also = tuple(Evidence(f"S{number}", f"https://s{number}.example/") for number in range(1, 11))
    assert "Also: [S1, s1.example](https://s1.example/), " in report_of(lead("a", also=also))
    assert ", [S8, s8.example](https://s8.example/) and 2 more\n" in report_of(lead("a", also=also))
    assert "Also: [daily.example](https://daily.example/a)\n" in report_of(
        lead("a", also=(Evidence("", "https://daily.example/a"), Evidence("", "notes/x.md")))
    )


def test_the_head_counts_in_plain_words() -> None:
    older = lead("b", time=date(2026, 4, 22))
    assert "\n1 lead on 24 April 2026: 1 needs further verification; 1 still open from earlier days.\n" in report_of(
        lead("a"), older
    )
    assert "\nNo leads on 24 April 2026; 1 still open from earlier days.\n" in report_of(older)
    assert (
        grade_counts({"quotable": 2, "needs_verification": 0, "not_adopted": 1}) == "2 directly quotable, 1 not adopted"
    )


def test_headings_stay_unique_among_themselves_and_beside_the_reports_own() -> None:
    leads = [lead("a", title="Same"), lead("b", title="same."), lead("c", title="Needs further verification")]
    texts = [text for _, text in headings_of(report_of(*leads))]
    assert len({text.casefold() for text in texts}) == len(texts) == 4


def test_a_template_gets_plain_values_only() -> None:
    def plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(type(key) is str and plain(each) for key, each in value.items())
        return all(map(plain, value)) if type(value) is list else type(value) in (str, int, bool)

    for found in DAYS.values():
        edited = edition(found, RULES, surroundings(found, DAY), ZONE, "Asia/Shanghai")
        assert plain(context(edited, COMMITTED, RULES))


def test_every_text_that_a_template_gets_is_one_line_of_finished_markdown() -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for each in value.values() for text in texts(each)]
        return [text for each in value for text in texts(each)] if isinstance(value, list) else [str(value)]

    edited = edition(DAYS["hostile-day"], RULES, surroundings(DAYS["hostile-day"], DAY), ZONE, "Asia/Shanghai")
    for text in texts(context(edited, COMMITTED, RULES)):
        assert not re.search(r"[\n\r\t<>{}\\]", text), text
