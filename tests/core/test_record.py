import hashlib
import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core.lead import Evidence, Lead, Reading
from leadbase.core.record import PUBLIC, problem_record, published, record, short_ids
from leadbase.core.rules import Rules
from leadbase.core.scoring import assess
from leadbase.errors import Problem
from tests.core.report_desk import desk_rules, from_file, lead

KEYS = (
    "id", "name", "path", "title", "company", "type", "source", "link", "time", "day", "verification", "attribution",
    "origin", "also", "verified_by", "verified_at", "embargo_until", "language", "tags", "follow_up_of", "same_as", "not_same_as",
    "duplicate_of", "note", "score", "confidence", "grade", "code", "form", "gates", "text", "extra", "problems",
)  # fmt: skip
RULES: Rules = desk_rules()


def whole(of: Lead) -> dict[str, Any]:
    return record(Reading(of.path, of), assess(of, RULES))


def test_a_record_has_every_key_of_the_schema_in_its_order() -> None:
    assert tuple(whole(lead("a"))) == KEYS
    assert tuple(whole(Lead("bare", "leads/bare.md", "Bare"))) == KEYS


def test_a_file_that_cannot_be_read_has_a_record_with_the_same_keys() -> None:
    broken = record(from_file("b", "no front matter"), None)
    assert tuple(broken) == KEYS
    assert (broken["name"], broken["title"], broken["score"], broken["grade"]) == ("b", "", None, None)
    assert [problem["code"] for problem in broken["problems"]] == ["no-front-matter"]


def test_the_inner_tables_have_every_key_too() -> None:
    shown = whole(lead("a", also=(Evidence("Wire One"),)))
    assert shown["also"] == [{"source": "Wire One", "link": "", "time": None, "origin": ""}]
    assert list(shown["gates"][0]) == ["bars", "code", "message"]
    problem = Problem("leads/a.md", None, "warning", "code", "message")
    assert list(problem_record(problem)) == ["path", "line", "level", "code", "message", "hint"]


def test_a_record_is_json_as_it_stands() -> None:
    reading = from_file(
        "a", "---\ntitle: T\ntime: 2026-04-24 11:30\nembargo-until: soon\nown: [1, {a: 2.5}, null]\n---\n"
    )
    shown = json.loads(json.dumps(record(reading, None)))
    assert shown["time"] == "2026-04-24T11:30:00+08:00"
    assert shown["day"] == "2026-04-24"
    assert shown["embargo_until"] == "9999-12-31"
    assert shown["extra"] == {"own": [1, {"a": 2.5}, None]}


def test_what_is_published_is_a_list_of_keys_and_nothing_else() -> None:
    assert tuple(published(whole(lead("a")))) == PUBLIC
    assert not {"note", "attribution", "verified_by", "extra", "text", "same_as", "problems"} & set(PUBLIC)


def test_what_is_published_is_clean_and_links_only_to_web_pages() -> None:
    odd = lead(
        "a",
        title="A\u202e b\x1b",
        link="javascript:alert(1)",
        also=(Evidence("W\x00ire", "https://wire.example/a b"), Evidence("", "notes/x.md")),
    )
    shown = published(whole(odd))
    assert (shown["title"], shown["link"]) == ("A b", "")
    assert shown["also"] == [{"source": "Wire", "link": "https://wire.example/a%20b", "time": None}]


def test_a_short_id_is_seven_digits_of_sha_1_of_the_name() -> None:
    assert short_ids(["a"]) == {"a": hashlib.sha1(b"a").hexdigest()[:7]}
    assert whole(lead("a"))["id"] == hashlib.sha1(b"a").hexdigest()[:7]


def test_short_ids_grow_where_two_would_be_the_same() -> None:
    first, second = "lead-15697", "lead-20660"  # found by trying: both digests begin with a06d0aa
    ids = short_ids([first, second, "other"])
    assert ids[first][:7] == ids[second][:7] == "a06d0aa"
    assert ids[first] != ids[second]
    assert (len(ids[first]), len(ids["other"])) == (len(ids[second]), 7)
    assert record(Reading(f"leads/{first}.md", None), None, ids)["id"] == ids[first]


@settings(max_examples=50, deadline=None)
@given(st.sets(st.text(max_size=8), max_size=40))
def test_every_name_has_an_id_of_its_own(names: set[str]) -> None:
    ids = short_ids(names)
    assert set(ids) == names
    assert len(set(ids.values())) == len(names)
    assert not any(a != b and a.startswith(b) for a in ids.values() for b in ids.values())


def test_times_keep_their_offset() -> None:
    moment = datetime(2026, 4, 24, 11, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert whole(lead("a", time=moment))["time"] == "2026-04-24T11:30:00+08:00"
    assert whole(lead("a", time=date(2026, 4, 24)))["time"] == "2026-04-24"
    assert whole(lead("a", time=None))["time"] is None
