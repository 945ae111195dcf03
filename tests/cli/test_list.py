"""`leadbase list`: every filter, sort key and format."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from leadbase.actions.score import score_leads
from leadbase.workspace import Workspace
from tests.cli.conftest import Run
from tests.cli.leads import BROKEN, LEADS
from tests.conftest import SETTINGS, World

MORE = {
    "leads/2026/04/2026-04-24-late.md": "---\ncompany: [Google, OpenAI]\ntitle: zebra\ntype: other\nsource: Reuters\n"
    "link: https://www.reuters.com/z\ntime: 2026-04-24T23:30+08:00\nverification: disputed\nscore: 90\nconfidence: 10\n"
    "grade: needs-verification\nalso: [{source: 新华社, link: 'https://www.news.cn/a'}]\n---\n\nＦｕｌｌ　ｗｉｄｔｈ words here.\n",
    "leads/undated.md": "---\ntitle: Apple pie\n---\n\n苹果派\n",
}
OPENAI, DEEPSEEK, TOP, LATE, UNDATED = "openai-weights", "深度求索融资", "top-10", "late", "undated"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base for reading only: scored, but for the lead that says 90 of itself."""
    root = tmp_path_factory.mktemp("list") / "desk"
    saved = SETTINGS + '[queries]\nheld = "grade:not-adopted"\n'
    for path, text in {"leadbase.toml": saved, **LEADS, **MORE}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    workspace = Workspace.open(root)
    readings = [reading for reading in workspace.readings if "late" not in reading.path]
    assert all(each.is_written for each in score_leads(workspace, readings, write=True))
    return root


def short(path: str) -> str:
    name = path.rpartition("/")[2].removesuffix(".md")
    return name[11:] if name.startswith("2026-") else name


Listed = Callable[..., list[str]]


@pytest.fixture
def listed(desk: Path, quick: Run) -> Listed:
    """`listed("--company", "OpenAI")` gives the short names of the leads listed."""

    def ask(*arguments: str) -> list[str]:
        ran = quick(desk, "list", "--format", "paths", *arguments)
        assert (ran.code, ran.err) == (0, "")
        return [short(path) for path in ran.out.splitlines()]

    return ask


FILTERS = {
    "--company OpenAI": {OPENAI, LATE},
    "--company openai": {OPENAI, LATE},
    "--company DeepSeek": {DEEPSEEK},  # by another of its names
    "--company 深度求索": {DEEPSEEK},
    "--company body": {TOP},  # a part, for a name the registry does not know
    "--company OpenAI,DeepSeek": {OPENAI, LATE, DEEPSEEK},
    "--company OpenAI --company 谷歌": {OPENAI, LATE},
    "--type funding": {DEEPSEEK},
    "--type 融资": {DEEPSEEK},
    "--type open_source,funding": {OPENAI, DEEPSEEK},
    "--type other": {LATE, UNDATED},
    "--grade quotable": {OPENAI},
    "--grade 可直接引用": {OPENAI},
    "--grade not_adopted,quotable": {OPENAI, TOP, LATE, UNDATED},
    "--grade needs-verification": {DEEPSEEK},
    "--verification verified": {OPENAI},
    "--verification 待核实": {DEEPSEEK, TOP, UNDATED},
    "--verification disputed": {LATE},
    "--source github": {OPENAI},
    "--source 路透社": {LATE},
    "--source news.cn": {LATE},  # among the further reports
    "--source example.org": {DEEPSEEK},
    "--source 市场": {DEEPSEEK},
    "--since 2026-04-24": {OPENAI, LATE},
    "--until 2026-04-23": {DEEPSEEK, TOP},
    "--since 2026-04-23 --until 2026-04-23": {DEEPSEEK},
    "--since today": set(),
    "--until yesterday": {OPENAI, LATE, DEEPSEEK, TOP},
    "--since 9999d": {OPENAI, LATE, DEEPSEEK, TOP},
    "--score 44": {LATE},
    "--score 90": set(),
    "--score 90..": set(),
    "--score 0..100": {OPENAI, LATE, DEEPSEEK, TOP, UNDATED},
    "--score 91..": set(),
    "--text weights": {OPENAI},
    "--text 'FULL WIDTH'": {LATE},
    "--text 苹果 --text pie": {UNDATED},
    "--text 苹果 --text cake": set(),
    "--company OpenAI --grade not-adopted --type other": {LATE},
}


def split(words: str) -> list[str]:
    return [word.strip("'") for word in words.replace("FULL WIDTH", "FULL\0WIDTH").split(" ")]


@pytest.mark.parametrize(("words", "expected"), FILTERS.items())
def test_a_filter_keeps_what_it_says(words: str, expected: set[str], listed: Listed) -> None:
    arguments = [word.replace("\0", " ") for word in split(words)]
    assert set(listed(*arguments)) == expected


ORDERS = {
    "time": [OPENAI, LATE, DEEPSEEK, TOP, UNDATED],  # a day without an hour is the day's last moment
    "time+": [UNDATED, TOP, DEEPSEEK, LATE, OPENAI],
    "title": [UNDATED, OPENAI, TOP, LATE, DEEPSEEK],
    "title-": [DEEPSEEK, LATE, TOP, OPENAI, UNDATED],
    "company": [UNDATED, LATE, TOP, OPENAI, DEEPSEEK],
    "name": [TOP, DEEPSEEK, LATE, OPENAI, UNDATED],
    "name-": [UNDATED, OPENAI, LATE, DEEPSEEK, TOP],
}


@pytest.mark.parametrize(("key", "order"), ORDERS.items())
def test_leads_are_sorted_by_a_key(key: str, order: list[str], listed: Listed) -> None:
    assert listed("--sort", key) == order


def test_scores_and_confidence_fall_unless_asked_otherwise(desk: Path, quick: Run) -> None:
    for key in ("score", "confidence"):
        for suffix, falls in (("", True), ("-", True), ("+", False)):
            rows = json.loads(quick(desk, "list", "--format", "json", "--sort", key + suffix).out)
            numbers = [row[key] for row in rows]
            assert numbers == sorted(numbers, reverse=falls)


def test_a_limit_cuts_and_says_so(desk: Path, quick: Run) -> None:
    ran = quick(desk, "list", "--limit", "2")
    assert len(ran.out.splitlines()) == 3  # with the headings
    assert "2 of 5 leads" in ran.err
    assert quick(desk, "list", "--limit", "5").err == ""
    assert len(quick(desk, "list", "--limit", "1", "--format", "paths").out.splitlines()) == 1


def test_without_a_match_it_says_so_and_succeeds(desk: Path, quick: Run) -> None:
    ran = quick(desk, "list", "--type", "pricing")
    assert (ran.code, ran.out) == (0, "")
    assert "no lead matches" in ran.err
    assert json.loads(quick(desk, "list", "--type", "pricing", "--format", "json").out) == []
    assert quick(desk, "list", "--type", "pricing", "--format", "csv").out.count("\n") == 1


WRONG = {
    "--grade quoteable": "did you mean quotable?",
    "--grade excellent": "one of quotable",
    "--type fundng": "did you mean funding?",
    "--type zzzz": "one of model-release",
    "--verification verfied": "did you mean verified?",
    "--sort scroe": "did you mean score?",
    "--sort score++": "did you mean score?",
    "--sort zzz": "the keys are",
    "--score 80..60": "the smaller number",
    "--score x": "60..80",
    "--score 6080": "60..80",
    "--score ..": "60..80",
    "--score -5": "60..80",
    "--since soon": "write a day such as",
    "--since 2026-13-45": "write a day such as",
    "--until 4d3": "write a day such as",
    "--as-of soon": "write a day such as",
    "--limit 0": "x>=1",
    "--format xml": "json",
    "--compnay x": "--company",
    "--company nobodyelse": "no company is called",
    "--company opnai": "did you mean",
    "foo:bar": "the fields are",
    "company:opnai": "did you mean",
    "-source:redit": "did you mean",
    "(a": "^",
    "grade:quoteable": "did you mean quotable?",
    "type:fundng,other": "did you mean funding?",
    "score:80..60": "^",
    "@nosuch": "nosuch",
    "sort:scroe": "did you mean score?",
}


@pytest.mark.parametrize(("words", "hint"), WRONG.items())
def test_a_word_nobody_knows_is_a_usage_error_with_a_suggestion(words: str, hint: str, desk: Path, quick: Run) -> None:
    ran = quick(desk, "list", *words.split(" "))
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err
    assert "Traceback" not in ran.err


def test_a_score_range_includes_both_ends(desk: Path, quick: Run) -> None:
    rows = json.loads(quick(desk, "list", "--format", "json").out)
    for row in rows:
        exact = json.loads(quick(desk, "list", "--format", "json", "--score", str(row["score"])).out)
        assert row["name"] in [each["name"] for each in exact]


def test_the_score_is_the_rules_own_in_every_format_whatever_the_file_says(desk: Path, quick: Run) -> None:
    table = quick(desk, "list", "--text", "zebra").out.splitlines()[1].split()
    [row] = json.loads(quick(desk, "list", "--text", "zebra", "--format", "json").out)
    assert table[:2] == [str(row["score"]), str(row["confidence"])] == ["44", "29"]


QUERIES = {
    ("company:openai",): {OPENAI, LATE},
    ("company:openai", "-type:other"): {OPENAI},
    ("-company:openai",): {DEEPSEEK, TOP, UNDATED},
    ("-type:other,funding", "-grade:not-adopted"): {OPENAI},
    ("grade:quotable | score:44..44",): {OPENAI, LATE},
    ("(grade:quotable | type:funding)", "-time:2026-04-23"): {OPENAI},
    ("time:",): {UNDATED},
    ("融资",): {DEEPSEEK},
    ("weig*",): {OPENAI},
    ('"full width"',): {LATE},
    ("title:/^z.*a$/",): {LATE},
    ("公司:深度求索",): {DEEPSEEK},
    ("@held",): {LATE, TOP, UNDATED},
}


@pytest.mark.parametrize(("query", "expected"), QUERIES.items())
def test_a_query_lists_what_it_asks_for(query: tuple[str, ...], expected: set[str], listed: Listed) -> None:
    assert set(listed(*query)) == expected


def test_options_narrow_the_whole_query(listed: Listed) -> None:
    assert set(listed("type:open-source | type:funding")) == {OPENAI, DEEPSEEK}
    assert set(listed("type:open-source | type:funding", "--grade", "quotable")) == {OPENAI}
    assert listed("sort:name limit:1", "--sort", "name-", "--limit", "2") == [UNDATED, OPENAI]


def test_a_query_sorts_and_limits(listed: Listed) -> None:
    assert listed("sort:name", "limit:2") == [TOP, DEEPSEEK]
    assert listed("sort:score-") == listed("--sort", "score")


def test_how_a_query_was_understood_is_explained(desk: Path, quick: Run) -> None:
    ran = quick(
        desk, "list", "--explain", "company:openai", "(grade:quotable | score:70..)", "-source:reddit", "limit:3"
    )
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "all of these:",
        "  company is OpenAI",
        "  at least one of these:",
        "    grade is quotable",
        "    score is 70 or more",
        "  not: source is Reddit or another of the same owner, or has “reddit” in its name or domain",
        "only the first 3",
    ]


def test_a_template_lays_each_lead_out(desk: Path, quick: Run) -> None:
    ran = quick(
        desk, "list", "type:other", "sort:name", "--format", "{{ title }} — {{ score }}{% if day %}!{% endif %}"
    )
    assert ran.out.splitlines() == ["zebra — 44!", "Apple pie — 7"]
    ran = quick(desk, "list", "--format", "{{ titel }}")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no variable 'titel'" in ran.err
    ran = quick(desk, "list", "--format", "{{ title ")
    assert (ran.code, ran.out) == (2, "")
    assert "the template is not one" in ran.err
    ran = quick(desk, "list", "--format", "{{ title.__class__.__mro__ }}")
    assert (ran.code, ran.out) == (2, "")


def test_a_grade_that_somebody_wrote_by_hand_is_not_believed(world: World, quick: Run) -> None:
    desk = world({"leads/a.md": "---\ntitle: T\nscore: 99\nconfidence: 99\ngrade: quotable\n---\n"}, commit=False)
    assert "99" not in quick(desk, "list").out
    assert quick(desk, "list", "--grade", "quotable").out == ""


def test_as_of_a_later_day_age_takes_points_away(desk: Path, quick: Run) -> None:
    def scores(*arguments: str) -> dict[str, int]:
        rows = json.loads(quick(desk, "list", "--format", "json", *arguments).out)
        return {row["name"]: row["score"] for row in rows if row["day"]}

    now, later = scores(), scores("--as-of", "2026-06-01")
    assert all(later[name] < now[name] for name in now)


# ------------------------------------------------------------------------------------------------------------- formats

KEYS = {
    "id", "name", "path", "title", "company", "type", "source", "link", "time", "day", "verification", "attribution", "also",
    "verified_by", "verified_at", "embargo_until", "language", "tags", "follow_up_of", "same_as", "not_same_as", "duplicate_of",
    "note", "score", "confidence", "grade", "code", "form", "gates", "text", "extra", "problems",
}  # fmt: skip
"""What the JSON of a lead has had from the first version on. Keys may be added, never taken away."""


def test_json_has_every_key_for_every_lead(desk: Path, quick: Run) -> None:
    rows = json.loads(quick(desk, "list", "--format", "json").out)
    assert len(rows) == 5
    for row in rows:
        assert set(row) >= KEYS
        assert isinstance(row["company"], list)
        assert isinstance(row["score"], int)
        assert all(set(gate) == {"bars", "code", "message"} for gate in row["gates"])
        assert all(set(each) == {"source", "link", "time", "origin"} for each in row["also"])
        assert all(set(each) == {"path", "line", "level", "code", "message", "hint"} for each in row["problems"])


def test_jsonl_is_the_same_one_lead_a_line(desk: Path, quick: Run) -> None:
    lines = quick(desk, "list", "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == json.loads(quick(desk, "list", "--format", "json").out)


def test_csv_and_tsv_have_the_same_cells(desk: Path, quick: Run) -> None:
    rows = list(csv.reader(io.StringIO(quick(desk, "list", "--format", "csv").out)))
    assert rows[0][:3] == ["name", "day", "company"]
    assert len(rows) == 6
    assert {len(row) for row in rows} == {len(rows[0])}
    tsv = [line.split("\t") for line in quick(desk, "list", "--format", "tsv").out.splitlines()]
    assert tsv == rows
    late = dict(zip(rows[0], next(row for row in rows if row[0].endswith("late")), strict=True))
    assert (late["company"], late["day"], late["source"]) == ("Google; OpenAI", "2026-04-24", "Reuters")


def test_a_score_of_nothing_is_a_nought_in_a_spreadsheet(world: World, quick: Run) -> None:
    desk = world({"leads/a.md": "---\ntitle: Top 10 tools you won't believe!! sponsored content\n---\n"}, commit=False)
    rows = list(csv.DictReader(io.StringIO(quick(desk, "list", "--format", "csv").out)))
    assert rows[0]["score"] == "0"


@pytest.mark.parametrize("start", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1+1", "\u200b=1", "  =1"])
def test_a_formula_in_a_title_is_defused_for_spreadsheets(start: str, world: World, quick: Run) -> None:
    desk = world({"leads/a.md": f'---\ntitle: "{start}"\ncompany: "{start}"\nsource: "{start}"\n---\n'}, commit=False)
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        out = quick(desk, "list", "--format", form).out
        [row] = list(csv.DictReader(io.StringIO(out), delimiter=delimiter))
        for key in ("title", "company", "source"):
            assert row[key].startswith("'"), (form, key)


def test_markdown_is_a_table_with_inert_text(world: World, quick: Run) -> None:
    desk = world(
        {
            "leads/a.md": '---\ntitle: "a | b <script> [x](javascript:y)"\ncompany: "A|B"\nlink: https://a.example/\n---\n'
        },
        commit=False,
    )
    lines = quick(desk, "list", "--format", "md").out.splitlines()
    assert lines[1].startswith("| ---")
    assert len(lines) == 3
    assert lines[2].count("|") == 7
    assert "<script>" not in lines[2]
    assert "](https://a.example/)" in lines[2]


# --------------------------------------------------------------------------------------------------------------- looks


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
def test_a_table_fits_the_terminal_and_counts_chinese_as_two_columns(columns: int, desk: Path, quick: Run) -> None:
    lines = quick(desk, "list", COLUMNS=str(columns)).out.splitlines()
    assert len(lines) == 6
    assert max(map(cell_len, lines)) <= columns
    assert any("…" in line for line in lines) == (columns < 100)
    for heading in ("score", "grade", "title"):
        assert heading in lines[0]


def test_titles_stand_under_one_another_whatever_their_script(desk: Path, quick: Run) -> None:
    lines = quick(desk, "list", COLUMNS="160").out.splitlines()
    place = lines[0].index("title")
    for line, title in zip(lines[1:], ("OpenAI", "zebra", "据悉", "Top 10", "Apple"), strict=True):
        assert any(cell_len(line[:index]) == place and line[index:].startswith(title) for index in range(len(line)))


def test_in_a_pipe_nothing_is_cut_off(desk: Path, leadbase: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS")
    out = leadbase(desk, "list").out
    assert "…" not in out
    assert "据悉深度求索洽谈融资，估值逾 200 亿美元" in out
    assert "\x1b" not in out


def test_a_lead_with_an_error_is_marked(world: World, quick: Run) -> None:
    desk = world({"leads/a.md": "---\ntitle: T\nverification: verfied\n---\n"}, commit=False)
    ran = quick(desk, "list")
    assert ran.code == 0
    assert "! T" in ran.out


def test_a_broken_file_never_hides_the_others(world: World, quick: Run) -> None:
    desk = world({**LEADS, "leads/broken.md": BROKEN, "leads/binary.md": b"\xff\x00"}, commit=False)
    for form in ("table", "json", "jsonl", "csv", "tsv", "md", "paths"):
        ran = quick(desk, "list", "--format", form)
        assert ran.code == 1
        assert "2 files could not be read" in ran.err
        assert "leadbase check" in ran.err
        assert "openai" in ran.out.lower()
