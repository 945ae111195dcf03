"""What a new lead leaves out and its own words or link give away."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.adapters.settings import shipped_rules
from leadbase.core import vocabulary
from leadbase.core.infer import Inference, companies_in, inferences
from leadbase.core.rules import build
from leadbase.core.text import folded

DESK = {
    "companies": """
[[company]]
id = "northwind"
names = ["Northwind AI", "北风智能", "NW"]
products = ["Gale", "Breeze 2"]
domains = ["northwind.example", "github.com/northwind"]
ambiguous = ["Gale"]

[[company]]
id = "southwind"
names = ["South", "Southwind Labs"]
""",
    "sources": """
[[source]]
domain = "wire-one.example"
names = ["Wire One", "第一通讯社"]
kind = "wire"
""",
}
RULES = build(shipped_rules(), {name: tomllib.loads(text) for name, text in DESK.items()})


def inferred(title: str, text: str = "", link: str = "") -> dict[str, str]:
    return {each.field: each.value for each in reversed(list(inferences(title, text, link, RULES)))}


@pytest.mark.parametrize(
    ("title", "company"),
    [("Northwind AI ships a model", "Northwind AI"), ("北风智能发布新模型", "Northwind AI"), ("据悉北风智能洽谈融资", "Northwind AI"),
     ("ＮＯＲＴＨＷＩＮＤ　ＡＩ ships", "Northwind AI"), ("North\u200bwind AI ships", "Northwind AI"), ("Breeze 2 is out", "Northwind AI"),
     ("Breeze 2x is out", None), ("a Gale hits the coast", None), ("NW发布", "Northwind AI"), ("NWX", None), ("xnw", None),
     ("Southwind Labs and Northwind AI", "South"), ("Southern lights", None), ("OpenAI launches GPT-5.5", "OpenAI"),
     ("DeepSeek-V4预览版上线", "DeepSeek"), ("nothing known here", None), ("", None)],
)  # fmt: skip
def test_a_company_is_found_by_name_alias_and_product(title: str, company: str | None) -> None:
    assert inferred(title).get("company") == company


def test_every_shipped_name_is_recognised_in_a_title_unless_it_is_ambiguous() -> None:
    for company in RULES.companies:
        for name in (*company.names, *company.products):
            found = next(iter(companies_in(folded(f"{name} — news"), RULES).items()), None)
            if name not in company.ambiguous and len(name) >= 2:
                assert found is not None, name
                assert found[1].startswith(folded(name)) or folded(name).startswith(found[1]), (name, found)


def test_an_ambiguous_name_still_counts_in_the_company_field() -> None:
    rules = RULES
    pixel = [company for company in rules.companies if "Pixel" in company.ambiguous]
    assert [company.id for company in pixel] == ["google"]
    assert inferred("A pixel art contest").get("company") is None
    assert rules.company("北风智能") == rules.company("NW") == rules.company("northwind")


def test_the_title_beats_the_links_owner_and_that_one_the_text() -> None:
    title, text = "Southwind Labs answers", "OpenAI said so."
    assert inferred(title, text, "https://www.northwind.example/news")["company"] == "South"
    assert inferred("An answer", text, "https://github.com/Northwind/gale")["company"] == "Northwind AI"
    assert inferred("An answer", text, "https://wire-one.example/1")["company"] == "OpenAI"


def test_every_company_of_a_title_is_meant_in_its_order() -> None:
    for title, names in (
        ("OpenAI sues Northwind AI", ["OpenAI", "Northwind AI"]),
        ("Northwind AI v. OpenAI", ["Northwind AI", "OpenAI"]),
    ):
        assert [each.value for each in inferences(title, "", "", RULES) if each.field == "company"] == names


@pytest.mark.parametrize(
    ("title", "type_"),
    [("OpenAI acquires a startup", "m-and-a"), ("某公司完成 A 轮融资", "funding"), ("Startup raises $20 million", "funding"),
     ("EU adopts an AI regulation", "policy-regulation"), ("网传某公司", None), ("Claude API outage", "outage"), ("某平台宕机", "outage"),
     ("DeepSeek 开源新模型权重", "model-release"), ("quiet words", None)],
)  # fmt: skip
def test_a_type_is_inferred_from_words_of_the_title(title: str, type_: str | None) -> None:
    found = inferred(title).get("type")
    assert found is None or found in vocabulary.TYPES
    if type_ is not None:
        assert found == type_


def test_types_are_tried_in_the_lexicons_order_and_the_title_goes_first() -> None:
    order = list(RULES.lexicon.terms["type"])
    assert set(order) <= set(vocabulary.TYPES)
    assert inferred("Startup raises $20 million", "after an outage")["type"] == "funding"
    assert inferred("quiet words", "it raises $20 million")["type"] == "funding"
    both = inferred("Startup acquires rival and raises $20 million")["type"]
    assert both == min(("funding", "m-and-a"), key=order.index)


@pytest.mark.parametrize(
    ("link", "source"),
    [("https://www.wire-one.example/a", "Wire One"), ("https://www.reuters.com/x", "Reuters"), ("https://blog.unknown.example/x", "blog.unknown.example"),
     ("https://www.unknown.example/x", "unknown.example"), ("https://northwind.example/x", "Northwind AI"), ("notes/call.md", None), ("", None)],
)  # fmt: skip
def test_a_source_is_inferred_from_the_links_domain(link: str, source: str | None) -> None:
    assert inferred("words", "", link).get("source") == source


def test_every_inference_says_why() -> None:
    found = list(inferences("北风智能完成 A 轮融资", "", "https://www.wire-one.example/a", RULES))
    assert found == [
        Inference("company", "Northwind AI", "'北风智能' in the title"),
        Inference("type", "funding", found[1].because),
        Inference("source", "Wire One", "the link is on wire-one.example"),
    ]
    assert "in the title" in found[1].because


def test_without_companies_none_is_inferred() -> None:
    empty = build({**shipped_rules(), "companies": {}}, {})
    assert companies_in("openai", empty) == {}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20).map("https://".__add__))
def test_nothing_is_inferred_twice_and_no_text_makes_it_raise(title: str, text: str, link: str) -> None:
    fields = [each.field for each in inferences(title, text, link, RULES)]
    assert len(fields) == len(set(fields))
