"""What a query finds, field by field."""

from datetime import date, datetime

import pytest

from leadbase.core.lead import Evidence
from leadbase.core.query import FIELDS
from leadbase.core.query.tree import ANYWHERE
from leadbase.core.query.values import written
from tests.core.query.desk import ZONE, Held, ask, finds, lead

FRIDAY = date(2026, 3, 6)


def test_the_example_of_the_guide_finds_what_it_says() -> None:
    query = ask(
        "company:helios-ai (grade:quotable | score:70..) time:-5d.. -source:microfeed type:funding,m-and-a "
        '"新一轮融资" sort:score- limit:20'
    )
    deal = lead(title="据悉完成新一轮融资", companies=("赫利俄斯",), type="m-and-a", day=FRIDAY, source="Wire One")
    assert query.matches(Held(deal, grade="quotable"))
    assert query.matches(Held(deal, score=70))
    assert not query.matches(Held(deal, score=69))
    assert query.limit == 20


def test_an_empty_query_finds_every_lead() -> None:
    assert ask("").matches(Held(lead()))
    assert ask(" \n　").matches(Held(lead()))


# --------------------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("query", "title", "is_found"),
    [
        ("fund", "A fund for chips", True),
        ("fund", "New funding round", False),
        ("fund", "A refund of the fund", True),
        ("fund*", "New funding round", True),
        ("fund*", "A refund", False),
        ("FUND", "a Fund-of-funds", True),
        ("gpt", "OpenAI的GPT发布了", True),
        ("gpt", "gpt4 is here", False),
        ("gpt", "GPT-4 is here", True),
        ("4", "GPT-4 is here", True),
        ("4", "GPT-45 is here", False),
        ("融资", "完成新一轮融资。", True),
        ("融", "完成新一轮融资。", True),
        ("新融资", "完成新一轮融资。", False),
        ("GPT发布", "据悉GPT发布了", True),
        ("GPT发布", "据悉XGPT发布了", False),
        ("GPT发布", "据悉GPT 发布了", True),
        ("GPT-5", "the gpt 5 model", True),
        ('"GPT 5"', "the GPT-5 model", True),
        ("GPT-5", "the GPT5 model", False),
        ("GPT-5", "the GPT-51 model", False),
        ("发布新", "发布\n新模型", True),
        ("发布新", "发布，新模型", False),
        ("布新", "发布新模型", True),
        ("布发", "发布新模型", False),
        ("c", "C++ is back", True),
        ("c++", "C is back", False),
        ("C#", "c # 7", True),
        ("$2", "a $2 plan", True),
        ("ไทย", "ภาษาไทยง่าย", True),
        ("한국", "한국어", False),
        ("한국*", "한국어", True),
        ("发布GPT", "发布GPTs", False),
        ("发布GPT*", "发布GPTs", True),
        ("ＧＰＴ", "the gpt store", True),
        ("gpt", "全角ＧＰＴ商店", True),
        ("ai", "Ａｉ 芯片", True),
        ('"new model"', "A new\n  model of theirs", True),
        ('"new model"', "A new models day", False),
        ('"new model"*', "A new models day", True),
        ('"new model"', "A model, new", False),
        ("model new", "A model, new", True),
        ("“新一轮融资”", "新一轮融资", True),
        ("「新一轮」『融资』", "融资，新一轮的", True),
        ("c++", "C++ is back", True),
        ("пуск", "Запуск", False),
        ("é", "café", False),
        ("café", "CAFÉ closed", True),
        ("straße", "STRASSE", True),
        ("snake", "snake_case", False),
    ],
)
def test_a_latin_word_is_found_whole_and_chinese_anywhere(query: str, title: str, is_found: bool) -> None:
    assert finds(query, title=title) is is_found


def test_bare_words_are_looked_for_in_title_company_and_text_each_for_itself() -> None:
    where = {"title": "Alpha", "companies": ("Beta Labs",), "text": "gamma"}
    assert all(finds(word, **where) for word in ("alpha", "beta", "gamma", "alpha gamma beta"))
    assert not finds('"alpha beta"', **where)
    assert not finds("delta", note="delta", tags=("delta",), source="delta", **where)


def test_a_field_narrows_words_to_itself() -> None:
    assert finds("title:alpha", title="Alpha", text="beta")
    assert not finds("title:beta", title="Alpha", text="beta")
    assert finds("正文:beta", title="Alpha", text="beta")
    assert finds("note:call*", note="I called them")
    assert finds('note:"on-record call"', note="An on record call")
    assert not finds("note:call", note="I called them")


# -------------------------------------------------------------------------------------------------- names and synonyms


def test_a_company_is_found_by_any_of_its_names() -> None:
    for query in (
        "company:helios-ai",
        'company:"Helios AI"',
        "公司:赫利俄斯",
        "organisation:HELIOSAI",
        "厂商：赫利俄斯",
    ):
        assert finds(query, companies=("helios ai",)), query
        assert finds(query, companies=("Nobody", "赫利俄斯")), query
        assert not finds(query, companies=("Helios AI Labs",)), query


def test_a_company_that_is_not_registered_is_found_by_a_part_of_its_name() -> None:
    assert finds("company:acme", companies=("ACME Robotics",))
    assert finds("company:acmerob", companies=("ACME Robotics",))
    assert not finds("company:acme", companies=("Helios AI",))


def test_a_source_is_found_by_name_owner_and_domain_in_every_report() -> None:
    other_paper_of_the_owner = {"link": "https://www.aidigest.example/a"}
    assert finds('source:"tech daily"', **other_paper_of_the_owner)
    assert finds("来源:科技每日", **other_paper_of_the_owner)
    assert finds("source:techdaily.example", source="Tech Daily")
    assert finds("source:digest", **other_paper_of_the_owner)
    assert finds("source:ledger", source="Wire One", also=(Evidence("The Ledger"),))
    assert not finds("source:ledger", source="Wire One")
    assert finds("source:green-paper", source="The GreenPaper")
    assert not finds("source:wire", source="a friend", link="notes/wire.md")


def test_fixed_words_are_understood_in_english_and_chinese() -> None:
    assert finds("type:融资", type="funding")
    assert finds("类型:M&A,round", type="funding")
    assert finds("verification:已核实", verification="verified")
    assert not finds("verification:verified", verification="unverified")
    assert finds("attribution:匿名", attribution="anonymous")
    assert finds("等级:可直接引用", {"grade": "quotable"})
    assert not finds("grade:not-adopted", {"grade": "quotable"})


def test_a_code_is_found_whole_by_its_letter_and_by_its_digit() -> None:
    assert finds("code:b2", {"code": "B2"})
    assert finds("code:B", {"code": "B2"})
    assert finds("code:2", {"code": "B2"})
    assert not finds("code:B1,C", {"code": "B2"})
    assert not finds("code:B", {"code": ""})


def test_a_domain_holds_what_is_below_it() -> None:
    link = {"link": "https://blog.helios.example/a"}
    for query in ("domain:helios.example", "domain:blog.helios.example", "domain:.example", "域名:HELIOS.example"):
        assert finds(query, **link), query
    assert finds("domain:https://www.helios.example/news", **link)
    assert not finds("domain:lios.example", **link)
    assert finds("domain:b.example", also=(Evidence("", "https://b.example"),))


def test_labels_are_compared_whole() -> None:
    assert finds("tag:Open-Weights", tags=("open-weights", "long context"))
    assert finds('标签:"LONG  context"', tags=("open-weights", "long context"))
    assert not finds("tag:open", tags=("open-weights",))
    assert finds("lang:zh", language="zh_CN")
    assert finds("language:zh-cn", language="zh_CN")
    assert not finds("language:zh-tw", language="zh_CN")
    assert finds("duplicate-of:Other", duplicate_of="other")
    assert finds("follow-up-of:a", follow_up_of=("b", "a"))
    assert finds("same-as:a -not-same-as:a", same_as=("a",))


def test_parts_of_names_paths_and_links_are_found() -> None:
    assert finds("path:2026/03", path="leads/2026/03/a.md")
    assert finds("name:OPEN", name="2026-03-openai")
    assert finds('link:"/status/"', link="https://x.example/Status/1")
    assert finds("origin:wire", origin="Wire One")
    assert finds("核实人:chen", verified_by="L. Chen")
    assert finds("verified-at:2026", verified_at="2026-03-01")


# ---------------------------------------------------------------------------------------------------- numbers and days


@pytest.mark.parametrize(
    ("query", "found"),
    [("score:70..", (70, 71, 90, 100)), ("score:..70", (0, 60, 69, 70)), ("score:70", (70,)), ("score:60..70", (60, 69, 70)),
     ("score:..10,90..", (0, 90, 100)), ("分数:７０…８０", (70, 71))],
)  # fmt: skip
def test_numbers_lie_in_ranges_with_both_ends(query: str, found: tuple[int, ...]) -> None:
    assert tuple(n for n in (0, 60, 69, 70, 71, 90, 100) if finds(query, {"score": n})) == found
    as_confidence = query.replace("score", "confidence").replace("分数", "置信度")
    assert tuple(n for n in (0, 60, 69, 70, 71, 90, 100) if finds(as_confidence, {"confidence": n})) == found


def test_a_lead_without_a_day_lies_in_no_period() -> None:
    assert finds("time:2026", day=FRIDAY)
    assert not finds("time:2026", day=None)
    assert not finds("time:..2026", day=None)
    assert finds("-time:2026", day=None)
    assert finds("embargo-until:today..", embargo_until=datetime(2026, 3, 11, 9, tzinfo=ZONE))
    assert not finds("embargo:today..", embargo_until=date(2026, 3, 10))


# ------------------------------------------------------------------------------------------ missing, exact and patterns


def test_a_field_with_nothing_behind_it_finds_leads_without_one() -> None:
    assert finds("company:")
    assert finds('company:""')
    assert not finds("company:", companies=("A",))
    assert finds("-company:", companies=("A",))
    assert finds("time: link: tag: language: note: text: duplicate-of: domain: embargo:")
    assert finds("source:", also=(Evidence("Wire One", "https://wire-one.example"),))
    assert not finds("time:", day=FRIDAY)
    assert finds('company:"",acme', companies=("ACME",))
    assert finds('company:"",acme')


def test_an_exact_value_is_compared_to_the_character() -> None:
    assert finds("company:=OpenAI", companies=("A", "OpenAI"))
    assert not finds("company:=openai", companies=("OpenAI",))
    assert not finds("company:=Open", companies=("OpenAI",))
    assert finds('title:="A title"')
    assert finds("tag:=A,=B", tags=("B",))


def test_a_pattern_is_looked_for_without_regard_to_case_and_width() -> None:
    assert finds(r"title:/GPT-\d/", title="the ｇｐｔ-５ model")
    assert not finds(r"title:/GPT-\d$/", title="the gpt-5 model")
    assert finds("title:/^the.*model$/", title="The gpt-5\nmodel")
    assert finds(r"link:/example\/[a-c]+$/", link="https://wire-one.example/abc")
    assert finds("company:/^(helios|acme)/", companies=("Nobody", "ACME"))


# ------------------------------------------------------------------------------------------------------- and, or, not


def test_terms_side_by_side_bind_closer_than_a_bar() -> None:
    query = ask("alpha beta | gamma")
    assert query == ask("(alpha beta) | gamma") == ask("（alpha beta） ｜ gamma")
    assert query.matches(Held(lead(title="gamma")))
    assert not query.matches(Held(lead(title="alpha")))
    assert ask("alpha (beta | gamma)") != query


def test_a_minus_turns_a_term_or_brackets_around() -> None:
    assert finds("-alpha", title="beta")
    assert not finds("-(alpha | beta)", title="beta")
    assert finds("-(alpha beta)", title="beta")
    assert ask("--alpha") == ask("alpha") == ask("-(-alpha)") == ask("－－alpha")


def test_a_hyphen_inside_a_word_is_no_minus() -> None:
    assert finds("open-weights", title="Open-weights model")
    assert not finds("open-weights", title="open")


def test_the_fields_of_a_query_are_known_before_it_is_answered() -> None:
    assert ask("a -(code:B | company:x) @s", {"s": "score:1"}).fields == {ANYWHERE, "code", "company", "score"}
    assert ask("").fields == frozenset()


def test_every_field_can_be_asked_for() -> None:
    values = {"word": {"type": "legal", "verification": "verified", "attribution": "background", "grade": "quotable"}}
    plain = {"number": "5", "day": "today", "code": "B2", "domain": "a.b"}
    for field, (kind, _) in FIELDS.items():
        value = values[kind][field] if kind == "word" else plain.get(kind, "some")
        assert isinstance(ask(f"{field}:{value}").matches(Held(lead())), bool)
        if kind not in ("word", "number", "day", "code"):
            assert written(lead(), field) is not None
