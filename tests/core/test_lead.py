"""What a lead's file says: every field and synonym, every problem with its line, and the conservative reading."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from leadbase.core import vocabulary
from leadbase.core.lead import Evidence, Lead, Reading, Written, name_of, read

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXT = "A text that is long enough to count as one, by any measure."
COMPLETE = "company: A\ntype: funding\nsource: S\nlink: https://a.example/\ntime: 2026-04-24\n"
"""Fields after a title that leave nothing missing."""


def reading(fields: str, body: str = TEXT, path: str = "leads/2026/x.md") -> Reading:
    return read(f"---\n{fields}\n---\n\n{body}\n".encode(), path, SHANGHAI)


def lead(fields: str) -> Lead:
    found = reading(fields).lead
    assert found is not None
    return found


def problems(fields: str) -> list[tuple[int | None, str, str]]:
    return [(each.line, each.level, each.code) for each in reading(fields).problems]


# ------------------------------------------------------------------------------------------------------------- fields


def test_every_field_of_a_lead_is_read() -> None:
    whole = reading(
        "company: [DeepSeek, 阿里巴巴]\ntitle: DeepSeek V4\ntype: model-release\nsource: Reuters\n"
        "link: https://www.reuters.com/x\ntime: 2026-04-24T11:30+08:00\nverification: partially-verified\n"
        "attribution: on-record\nverified-by: 王\nverified-at: 2026-04-25\nembargo-until: 2026-04-26\n"
        "language: zh\ntags: [ai, 开源]\nfollow-up-of: a\nsame-as: [b, c]\nnot-same-as: d\nduplicate-of: e\n"
        "note: by phone\norigin: AFP\nalso:\n  - source: AFP\n    link: https://www.afp.com/y\n    time: 2026-04-25\n"
        "    origin: AP\nscore: 61\nconfidence: 40\ngrade: needs-verification\ndesk-key: 7\n"
    )
    assert whole.problems == ()
    assert not whole.failed
    found = whole.lead
    assert found is not None
    noon = datetime.fromisoformat("2026-04-24T11:30+08:00")
    assert found == Lead(
        name="x",
        path="leads/2026/x.md",
        title="DeepSeek V4",
        companies=("DeepSeek", "阿里巴巴"),
        type="model-release",
        evidence=(
            Evidence("Reuters", "https://www.reuters.com/x", noon, "AFP"),
            Evidence("AFP", "https://www.afp.com/y", date(2026, 4, 25), "AP"),
        ),
        time=noon,
        day=date(2026, 4, 24),
        verification="partially-verified",
        attribution="on-record",
        verified_by="王",
        verified_at="2026-04-25",
        embargo_until=date(2026, 4, 26),
        language="zh",
        tags=("ai", "开源"),
        follow_up_of=("a",),
        same_as=("b", "c"),
        not_same_as=("d",),
        duplicate_of="e",
        note="by phone",
        text=TEXT,
        written=Written(61, 40, "needs-verification"),
        extra={"desk-key": 7},
        lines=found.lines,
    )
    assert (found.source, found.link) == ("Reuters", "https://www.reuters.com/x")
    assert (found.lines["title"], found.lines["also"], found.lines["desk-key"]) == (3, 21, 29)


def test_a_lead_in_chinese_reads_the_same() -> None:
    found = reading(
        "公司: 深度求索\n标题: 深度求索发布新模型\n类型: 模型发布\n来源: 路透社\n链接: https://www.reuters.com/x\n"
        "时间: 2026年4月24日\n核实状态: 已核实\n署名方式: 公开署名\n核实人: 王\n核实时间: 今天\n解禁时间: 2026年5月1日\n"
        "语种: 中文\n标签: [一]\n跟进自: 甲\n同一事件: 乙\n非同一事件: 丙\n重复于: 丁\n备注: 无\n转引自: 新华社\n"
        "其他来源:\n  - 来源: 新华社\n    链接: https://xinhuanet.com/\n    时间: 2026年4月25日\n    转引自: 美联社\n"
    )
    assert found.problems == ()
    assert found.lead is not None
    assert found.lead.companies == ("深度求索",)
    assert (found.lead.type, found.lead.verification) == ("model-release", "verified")
    assert (found.lead.attribution, found.lead.verified_by, found.lead.verified_at) == ("on-record", "王", "今天")
    assert found.lead.embargo_until == date(2026, 5, 1)
    assert found.lead.evidence == (
        Evidence("路透社", "https://www.reuters.com/x", date(2026, 4, 24), "新华社"),
        Evidence("新华社", "https://xinhuanet.com/", date(2026, 4, 25), "美联社"),
    )
    assert (found.lead.follow_up_of, found.lead.same_as, found.lead.not_same_as) == (("甲",), ("乙",), ("丙",))
    assert (found.lead.duplicate_of, found.lead.note, found.lead.tags) == ("丁", "无", ("一",))
    assert found.lead.extra == {}
    assert found.lead.lines["title"] == found.lead.lines["标题"] == 3


SYNONYMS = [(field, word) for field, words in vocabulary.FIELDS.items() for word in (field, *words)]


@pytest.mark.parametrize(("field", "word"), SYNONYMS, ids=[word for _, word in SYNONYMS])
def test_every_synonym_of_a_field_stands_for_it(field: str, word: str) -> None:
    value = {"time": "2026-04-24", "link": "https://a.example/", "embargo-until": "2026-04-24", "score": "1"}
    title = "" if field == "title" else "title: T\n"
    for spelling in (word, word.upper(), word.replace("-", "_"), f'"{word} "'):
        found = lead(f"{title}{spelling}: {value.get(field, 'verified')}")
        assert found.extra == {}, spelling
        assert field in found.lines


@pytest.mark.parametrize("fields", ["title: A\n标题: B\nheadline: C", "headline: C\n标题: B\ntitle: A"])
def test_the_canonical_key_wins_over_its_synonyms_which_are_kept(fields: str) -> None:
    found = lead(fields)
    assert found.title == "A"
    assert found.extra == {"标题": "B", "headline": "C"}


def test_among_synonyms_the_first_one_wins() -> None:
    assert lead("headline: A\n标题: B").title == "A"


def test_lists_and_single_texts_are_both_read() -> None:
    assert lead("title: T\ncompany: A, Inc").companies == ("A, Inc",)
    assert lead("title: T\ncompany: [A, ' B ', '', ~]").companies == ("A", "B")
    assert lead("title: T\ncompany: []").companies == ()
    assert lead("title: T\ntags: [1, 2.50, yes, 007]").tags == ("1", "2.50", "yes", "007")


def test_lists_of_sources_and_links_stand_side_by_side() -> None:
    found = lead(
        "title: T\nsource: [A, B]\nlink: [https://a.example/, https://b.example/, https://c.example/]\ntime: 2026-04-24"
    )
    assert found.evidence == (
        Evidence("A", "https://a.example/", date(2026, 4, 24)),
        Evidence("B", "https://b.example/"),
        Evidence("", "https://c.example/"),
    )


ALSO = {
    "a name": ("also: Reuters", [Evidence("Reuters")]),
    "an address": ("also: https://www.reuters.com/", [Evidence("", "https://www.reuters.com/")]),
    "a table": ("also: {source: Reuters, origin: AP}", [Evidence("Reuters", origin="AP")]),
    "a list of all": (
        "also: [Reuters, 'https://a.example/', {url: notes/a.md, 时间: 2026-04-24}]",
        [Evidence("Reuters"), Evidence("", "https://a.example/"), Evidence("", "notes/a.md", date(2026, 4, 24))],
    ),
    "chinese keys": ("其他报道:\n  - 媒体: 新华社\n    网址: https://x.example/", [Evidence("新华社", "https://x.example/")]),
    "a canonical key after a synonym": ("also: {via: A, source: B}", [Evidence("B")]),
    "strange keys": ("also: {source: B, page: '7'}", [Evidence("B")]),
    "nothing": ("also:", []),
    "an empty list": ("also: []", []),
    "an empty text": ('also: ""', []),
}  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), ALSO.values(), ids=ALSO)
def test_further_reports_are_read_in_every_form(written: str, expected: list[Evidence]) -> None:
    found = reading(f"title: T\n{COMPLETE}{written}")
    assert found.problems == ()
    assert found.lead is not None
    assert list(found.lead.evidence[1:]) == expected


def test_unknown_keys_are_kept_and_never_judged() -> None:
    found = reading(f"title: T\n{COMPLETE}priority: 1\nscores: [1, {{a: b}}]\n自己的: ~\nx-ray: '2026-13-45'")
    assert found.problems == ()
    assert found.lead is not None
    assert found.lead.extra == {"priority": 1, "scores": [1, {"a": "b"}], "自己的": None, "x-ray": "2026-13-45"}


@pytest.mark.parametrize(
    "title", ["no", "on", "01234", "1:30", "2026-04-24", "1_000", "0x1F", "1e3", "~x", ".5", "12e03", "True"]
)
def test_what_yaml_takes_for_something_else_stays_text(title: str) -> None:
    assert lead(f"title: {title}").title == title


def test_the_name_of_a_lead_is_its_files_stem() -> None:
    assert name_of("leads/2026/04/2026-04-24-深度求索.md") == "2026-04-24-深度求索"
    assert name_of("leads/v1.2.md") == "v1.2"


# ----------------------------------------------------------------------------------------------------------- problems

WRONG = {
    "an unknown verification": ("verification: verfied", (2, "error", "unknown-verification")),
    "an unknown attribution": ("attribution: whispered", (2, "error", "unknown-attribution")),
    "an unknown type": ("type: gossip", (2, "warning", "unknown-type")),
    "a time that is a word": ("time: soon", (2, "error", "bad-time")),
    "an embargo that is a word": ("embargo-until: later", (2, "error", "bad-embargo-until")),
    "a link with another scheme": ("link: 'javascript:alert(1)'", (2, "error", "bad-link")),
    "a link that leads out": ("link: ../secret.md", (2, "error", "bad-link")),
    "a link in a list": ("link: [https://a.example/, nowhere]", (2, "error", "bad-link")),
    "a title that is a list": ("title: [a]", (2, "error", "bad-title")),
    "a company that is a table": ("company: {a: b}", (2, "error", "bad-company")),
    "a source that is a list of lists": ("source: [[a]]", (2, "error", "bad-source")),
    "a type that is a list": ("type: [funding]", (2, "error", "bad-type")),
    "a verification that is a list": ("verification: [verified]", (2, "error", "bad-verification")),
    "an attribution that is a table": ("attribution: {a: b}", (2, "error", "bad-attribution")),
    "an embargo that is a list": ("embargo-until: [2026-04-24]", (2, "error", "bad-embargo-until")),
    "tags in a table": ("tags: {a: b}", (2, "error", "bad-tags")),
    "a note in a list": ("note: [a]", (2, "error", "bad-note")),
    "an also of numbers in lists": ("also: [[1]]", (2, "error", "bad-also")),
    "an also with a list in it": ("also: [{source: [a]}]", (2, "error", "bad-also")),
    "an also without source and link": ("also: [{time: 2026-04-24}]", (2, "error", "bad-also")),
    "an also that is a null entry": ("also: [~]", (2, "error", "bad-also")),
    "an also with a bad time": ("also: [{source: A, time: 25:61}]", (2, "error", "bad-also")),
    "an also with a bad link": ("also: [{source: A, link: ftp://x/}]", (2, "error", "bad-link")),
    "two keys of one name": ("title: A\ntitle: B", (3, "error", "duplicate-key")),
}  # fmt: skip


@pytest.mark.parametrize(("written", "problem"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_a_problem_with_its_line(written: str, problem: tuple[int, str, str]) -> None:
    key = written.partition(":")[0]
    others = [line for line in ["title: T", *COMPLETE.splitlines()] if not line.startswith(f"{key}:")]
    assert problems("\n".join([written, *others])) == [problem]


def test_a_mistake_is_reported_once() -> None:
    codes = [code for _, _, code in problems("title: [a]\ntype: [b]\nlink: nowhere\ntime: soon")]
    assert sorted(codes) == ["bad-link", "bad-time", "bad-title", "bad-type", "missing-company", "missing-source"]


MISSING = [
    (None, "warning", "missing-type"), (None, "warning", "missing-company"), (None, "warning", "missing-source"),
    (None, "warning", "missing-link"), (None, "warning", "missing-time"),
]  # fmt: skip


def test_what_is_missing_is_a_warning_each() -> None:
    assert sorted(problems("title: T"), key=str) == sorted(MISSING, key=str)
    empty = "title: T\ncompany:\ntype:\nsource: ''\nlink: ' '\ntime: ~"
    assert problems(empty) == [
        (3, "warning", "missing-company"), (4, "warning", "missing-type"), (5, "warning", "missing-source"),
        (6, "warning", "missing-link"), (7, "warning", "missing-time"),
    ]  # fmt: skip
    assert [each.code for each in reading(f"title: T\n{COMPLETE}", body="").problems] == ["missing-text"]


def test_a_lead_without_a_title_is_none() -> None:
    for fields in ("company: A", "title:", "title: ''", "title: '  '"):
        found = reading(fields)
        assert found.lead is None
        assert found.failed
        assert "missing-title" in [each.code for each in found.problems]


def test_all_problems_of_a_file_are_reported_in_one_run_in_the_order_of_lines() -> None:
    fields = "title: T\ntime: soon\nverification: maybe\nlink: nowhere\ntype: gossip\nattribution: x\ncompany: {a: b}"
    found = [(line, code) for line, _, code in problems(fields) if line]
    assert found == [
        (3, "bad-time"), (4, "unknown-verification"), (5, "bad-link"), (6, "unknown-type"),
        (7, "unknown-attribution"), (8, "bad-company"),
    ]  # fmt: skip


def test_a_near_word_is_suggested() -> None:
    hints = {
        "verification: verfied": "did you mean verified?", "verification: 已核时": "did you mean verified?",
        "verification: un-verifed": "did you mean unverified?", "type: fundng": "did you mean funding?",
        "type: 模型发不": "did you mean model-release?", "type: model_relase": "did you mean model-release?",
    }  # fmt: skip
    for written, hint in hints.items():
        assert [each.hint for each in reading(f"title: T\n{written}").problems if "unknown" in each.code] == [hint]


def test_a_file_that_cannot_be_read_is_a_reading_without_a_lead() -> None:
    for raw in (b"", b"no front matter", b"---\ntitle: a: b\n---\n", b"\xff\xfe---", b"---\ntitle: T\n"):
        found = read(raw, "leads/x.md", SHANGHAI)
        assert found.lead is None
        assert found.failed
        assert found.problems


# --------------------------------------------------------------------------------------------- conservative reading


def test_a_verification_is_never_guessed_upwards() -> None:
    for word in ("verfied", "VERIFIED!!1", "verified?", "not yet verified", "half-verified", "已核实吗", "证实", "✓"):
        found = reading(f"title: T\nverification: '{word}'")
        expected = "verified" if vocabulary.verification_of(word) == "verified" else "unverified"
        assert found.lead is not None
        assert found.lead.verification == expected
        assert found.failed == (expected == "unverified"), word
    for shape in ("[verified]", "{a: verified}"):
        assert lead(f"title: T\nverification: {shape}").verification == "unverified"


def test_words_that_contain_their_opposite_are_not_confused() -> None:
    for word in ("未经证实", "未证实", "unverified", "not verified", "未核实", "待核实", "Unconfirmed"):
        found = reading(f"title: T\n{COMPLETE}verification: {word}")
        assert found.lead is not None
        assert found.lead.verification == "unverified"
        assert found.problems == ()


def test_an_attribution_nobody_knows_is_off_the_record() -> None:
    for written in ("whispered", "[on-record]", "{on: record}"):
        found = reading(f"title: T\nattribution: {written}")
        assert found.lead is not None
        assert found.lead.attribution == "off-record"
        assert found.failed
    for written in ("", "''", "~"):
        assert lead(f"title: T\nattribution: {written}").attribution == "unspecified"


def test_an_embargo_nobody_can_read_never_ends() -> None:
    for written in ("later", "2026-13-45", "[2026-04-24]", "{a: b}"):
        assert lead(f"title: T\nembargo-until: {written}").embargo_until == date.max
    for written in ("", "''", "~"):
        assert lead(f"title: T\nembargo-until: {written}").embargo_until is None


def test_an_embargo_ends_on_the_desks_day() -> None:
    until = lead("title: T\nembargo-until: 2026-04-24T23:00Z").embargo_until
    assert until == datetime(2026, 4, 24, 23, tzinfo=UTC)
    assert until is not None
    assert (until.day, until.month) == (25, 4)


def test_a_bad_link_is_no_link() -> None:
    for written in (
        "javascript:alert(1)", "data:text/html,x", "ftp://a.example/", "file:///etc/passwd", "//a.example/x", "https://",
        "/etc/passwd.txt", "../x.md", "a/../../x.md", "C:\\x.md", "~/x.md", "nowhere", "https:a.example", "http://[x",
        "https://evil.example\\@good.example/",
    ):  # fmt: skip
        found = reading(f"title: T\nlink: '{written}'")
        assert found.lead is not None
        assert found.lead.link == "", written
        assert "bad-link" in [each.code for each in found.problems]


def test_addresses_and_notes_are_links() -> None:
    for written in (
        "https://a.example/x", "HTTP://A.example", "https://例子.中国/新闻", "notes/call.md", "./notes/通话.txt",
        "notes/2026-04-24 call.md",
    ):  # fmt: skip
        assert lead(f"title: T\nlink: '{written}'").link == written


def test_written_scores_are_read_as_leadbase_writes_them() -> None:
    def written(score: str) -> int | None:
        return lead(f"title: T\nscore: {score}").written.score

    assert written("78") == written("'78'") == 78
    assert written("0") == 0
    for other in ("78.0", "seventy", "true", "[78]", "078", "-3", "", "0x4E", "7_8", "99999999999999999999"):
        assert written(other) is None, other
    assert lead("title: T\ngrade: 可直接引用").written.grade == "quotable"
    assert lead("title: T\ngrade: [quotable]").written.grade is None
    assert lead("title: T\ngrade: excellent").written.grade is None


def test_a_key_of_no_letters_states_no_field() -> None:
    found = reading("'': x\ntitle: T")
    assert found.lead is not None
    assert (found.lead.companies, found.lead.source, found.lead.embargo_until) == ((), "", None)
    assert found.lead.attribution == "unspecified"
    assert found.lead.extra == {"": "x"}


def test_of_two_leads_with_the_same_keys_each_says_its_own() -> None:
    one, other = (lead(f"headline: {each}\nteam: {each}\ncompany: {each}\ngrade: {each}") for each in ("a", "b"))
    assert (one.title, one.companies, one.extra) == ("a", ("a",), {"team": "a"})
    assert (other.title, other.companies, other.extra) == ("b", ("b",), {"team": "b"})
    assert one.lines == {"headline": 2, "team": 3, "company": 4, "grade": 5, "title": 2}
