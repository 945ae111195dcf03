"""Adding a lead, without the command line around it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from leadbase.actions.add import Draft, add_lead
from leadbase.core.lead import Evidence
from leadbase.errors import AlreadyThere, LeadFileError, RulesError, UsageError
from leadbase.workspace import Workspace
from tests.cli.leads import LEADS
from tests.conftest import World

NOW = datetime(2026, 4, 24, 20, 15, 42, 7, tzinfo=UTC)


@pytest.fixture
def desk(world: World) -> Path:
    return world(LEADS, commit=False)


def test_the_clock_is_the_time_of_a_lead_that_names_none(desk: Path) -> None:
    lead = add_lead(Workspace.open(desk), Draft("News"), NOW).scored.lead
    assert lead.time == datetime(2026, 4, 24, 20, 15, tzinfo=UTC)
    assert lead.day == date(2026, 4, 25)  # it is a quarter past four in Shanghai
    assert lead.path == "leads/2026/04/2026-04-25-news.md"


def test_what_was_added_is_what_the_file_says(desk: Path) -> None:
    draft = Draft(
        "OpenAI raises $40 billion",
        links=("https://www.reuters.com/x",),
        text="  First.\n\nSecond.\n",
        time="2026-04-24",
        tags=("a",),
    )
    added = add_lead(Workspace.open(desk), draft, NOW)
    again = Workspace.open(desk).read(added.scored.lead.path)
    assert again.lead is not None
    assert not again.problems
    assert (again.lead.companies, again.lead.type, again.lead.source) == (("OpenAI",), "funding", "Reuters")
    assert again.lead.written.score == added.scored.assessment.score
    assert again.lead.written.grade == added.scored.assessment.grade
    assert {each.field for each in added.inferred} == {"company", "type", "source"}
    assert again.lead.text == "  First.\n\nSecond."


def test_further_sources_and_links_become_evidence(desk: Path) -> None:
    links = ("https://www.reuters.com/x", "https://www.wired.com/y", "https://unknown.example/z")
    added = add_lead(
        Workspace.open(desk), Draft("News", sources=("Reuters", "WIRED"), links=links, time="2026-04-24"), NOW
    )
    own, *further = added.scored.lead.evidence
    assert (own.source, own.link) == ("Reuters", links[0])
    assert further[0] == Evidence("WIRED", links[1])
    assert further[1].link == links[2]


def test_twins_are_found_by_any_link_of_any_lead(world: World) -> None:
    also = "---\ntitle: T\nalso: [{source: A, link: 'https://a.example/x'}]\n---\n"
    desk = world({"leads/one.md": also, "leads/broken.md": "---\n"}, commit=False)
    added = add_lead(Workspace.open(desk), Draft("News", links=("http://www.a.example/x/",)), NOW)
    assert added.twins == ("one",)


def test_nothing_is_made_when_a_word_is_wrong(desk: Path) -> None:
    before = sorted(desk.rglob("*"))
    workspace = Workspace.open(desk)
    for draft in (
        Draft(""), Draft("T", type="fundng"), Draft("T", verification="maybe"), Draft("T", time="soon"), Draft("T", links=("nowhere",)),
        Draft("T", links=("https://a.example/", "www.b.example")),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            add_lead(workspace, draft, NOW)
    for draft in (Draft("half \ud800"), Draft("T", text="half \udfff"), Draft("T", text="nul \0")):
        with pytest.raises((LeadFileError, UsageError)):
            add_lead(workspace, draft, NOW)
    assert sorted(desk.rglob("*")) == before


def test_a_missing_scheme_is_suggested(desk: Path) -> None:
    with pytest.raises(UsageError) as caught:
        add_lead(Workspace.open(desk), Draft("T", links=("www.reuters.com/x",)), NOW)
    assert "https://www.reuters.com/x" in caught.value.hint


def test_a_name_is_unique_in_the_whole_base_and_a_file_is_never_overwritten(world: World) -> None:
    desk = world({"leads/old/2026-04-24-NEWS.md": "---\ntitle: T\n---\n"}, commit=False)
    draft = Draft("News", time="2026-04-24")
    paths = [add_lead(Workspace.open(desk), draft, NOW).scored.lead.path for _ in range(2)]
    assert paths == ["leads/2026/04/2026-04-24-news-2.md", "leads/2026/04/2026-04-24-news-3.md"]
    (desk / "leads/2026/04/2026-04-24-other.md").symlink_to("/nowhere")
    with pytest.raises(AlreadyThere):
        add_lead(Workspace.open(desk), Draft("Other", time="2026-04-24"), NOW)


def test_the_edges_of_the_calendar_make_plain_paths(desk: Path) -> None:
    for written, path in {
        "0001-01-01": "leads/0001/01/0001-01-01-t.md",
        "9999-12-31": "leads/9999/12/9999-12-31-t.md",
    }.items():
        assert add_lead(Workspace.open(desk), Draft("T", time=written), NOW).scored.lead.path == path


def test_with_broken_rules_nothing_is_added(world: World) -> None:
    desk = world({"rules/scoring.toml": "[x]"}, commit=False)
    with pytest.raises(RulesError):
        add_lead(Workspace.open(desk), Draft("T"), NOW)
    assert not (desk / "leads").exists()


WEIRD = {
    "a/b/c": "a-b-c",
    "../../x": "x",
    "..": "lead",
    ".hidden": "hidden",
    "-rf --force": "rf-force",
    "CON": None,
    "nul.txt": None,
    "aux": None,
    "C:\\Windows\\x": None,
    "😀🎉": "lead",
    "   padded   ": "padded",
    "tab\tand\nnewline": "tab-and-newline",
    "据悉：OpenAI 洽谈融资": "据悉-openai-洽谈融资",
    "e\u0301tude": "étude",
    "a" * 300: None,
    "新" * 300: None,
    "\u202eevil\u202c": "evil",
    "\x1b[31mred\x1b]0;title\x07": None,
    '"quoted": {yaml} [list] # comment': None,
    "no": "no",
    "2026-04-24": None,
    "~": "lead",
    "!!python/object:os.system": None,
    "'": "lead",
    "trailing backslash \\": None,
    "---": "lead",
    "- dash": "dash",
    "%s %d {0}": None,
    "*glob?[a-z]": None,
}


def test_a_title_of_any_kind_makes_a_plain_file_that_reads_back(desk: Path) -> None:
    workspace = Workspace.open(desk)
    for title, slug in WEIRD.items():
        before = {path for path in desk.parent.rglob("*") if path.is_file()}
        lead = add_lead(workspace, Draft(title, time="2026-04-24", text="t"), NOW).scored.lead
        [new] = {path for path in desk.parent.rglob("*") if path.is_file()} - before
        assert new == desk / lead.path
        assert new.parent == desk / "leads/2026/04"
        assert len(new.name.encode()) <= 120
        assert re.fullmatch(r"2026-04-24-[^\x00-\x2c\x2f:<>\"|?*\\]+\.md", new.name), new.name
        if slug is not None:
            assert re.fullmatch(rf"2026-04-24-{slug}(-\d)?\.md", new.name), new.name
        again = workspace.read(lead.path).lead
        assert again is not None
        assert again.title == title.strip()
