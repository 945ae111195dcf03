"""Amounts in English and Chinese: what they are and how much."""

import re
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core.scoring.amounts import _PATTERNS, amounts
from leadbase.core.scoringtable import CURRENCIES
from leadbase.core.text import folded

RATES = {"CNY": 0.14, "EUR": 1.1, "GBP": 1.3, "HKD": 0.13}


def kinds(text: str, rates: dict[str, float] | None = None) -> list[tuple[str, float]]:
    found = amounts(folded(text), RATES if rates is None else rates)
    return sorted({(each.kind, round(each.value, 2)) for each in found})


MONEY = {
    "$12 billion": 12e9, "$12bn": 12e9, "$12B": 12e9, "$ 12 billion": 12e9, "US$12 billion": 12e9, "USD 12 billion": 12e9,
    "$1.5 million": 1.5e6, "$1.5m": 1.5e6, "$500k": 5e5, "$1,250,000": 1_250_000, "$2 trillion": 2e12, "$40": 40, "＄１２ ｂｉｌｌｉｏｎ": 12e9,
    "12 billion dollars": 12e9, "12-billion-dollar deal": 12e9, "30 million US dollars": 3e7, "5 million USD": 5e6,
    "$14 billion of annual run-rate revenue": 14e9, "估值逾 200 亿美元": 20e9, "200亿美元": 20e9, "２００亿美元": 20e9, "3.5 亿美元": 3.5e8,
    "1200 万美元": 1.2e7, "1.5万亿美元": 1.5e12, "十": None, "500 美金": 500, "20多亿美元": 2e9, "20 余亿美元": 2e9, "$12-billion": 12e9, "20亿多美元": 2e9, "千亿美元": None,
    "¥100 million": 1.4e7, "RMB 100 million": 1.4e7, "CN¥100 million": 1.4e7, "100 million yuan": 1.4e7, "7 billion RMB": 9.8e8,
    "融资 10 亿元": 1.4e8, "10亿人民币": 1.4e8, "5000 万元": 7e6, "300 元": 42,
    "3千万美元": 3e7, "3百万美元": 3e6, "5千美元": 5e3, "3百亿美元": 3e10, "1千亿美元": 1e11, "2十亿美元": 2e9, "3 thousand dollars": 3e3,
    "$5mn": 5e6, "$5 tn": 5e12, "5mn usd": 5e6,
    "€50 million": 5.5e7, "50 million euros": 5.5e7, "5000万欧元": 5.5e7, "£10 million": 1.3e7, "10 亿港元": 1.3e8, "1 亿港币": 1.3e7,
}  # fmt: skip
OTHER = {
    "3 million accounts": ("users", 3e6), "900 million weekly active users": ("users", 9e8), "10,000 developers": ("users", 1e4),
    "1.2 billion downloads": ("users", 1.2e9), "2 million paying subscribers": ("users", 2e6), "5m+ users": ("users", 5e6),
    "1 亿用户": ("users", 1e8), "300 万名开发者": ("users", 3e6), "超 5000 万月活用户": ("users", 5e7), "月活突破 1 亿": ("users", 1e8),
    "用户规模达到 2.3 亿": ("users", 2.3e8), "泄露 800 万条记录": ("users", 8e6), "1000万付费用户": ("users", 1e7),
    "1,200 employees": ("headcount", 1200), "lays off 300 people": ("headcount", 300), "laid off about 1,000 people": ("headcount", 1000),
    "cutting 4,000 jobs": ("headcount", 4000), "500 of its staff": ("headcount", 500), "裁员 1200 名员工": ("headcount", 1200),
    "裁员约 500 人": ("headcount", 500), "裁减1.2万人": ("headcount", 12000), "砍掉 300 个岗位": ("headcount", 300),
    "50%": ("percent", 50), "price cut of 75 percent": ("percent", 75), "12.5 per cent": ("percent", 12.5), "下调百分之三十": None,
    "下调百分之30": ("percent", 30), "降价 ５０％": ("percent", 50),
}  # fmt: skip
NOTHING = [
    "", "no digits at all", "in 2026", "GPT-5.5", "v4.1", "1.6T parameters", "1M tokens of context", "49B active",
    "7.27 trillion tokens", "10 people attended", "model 3 released", "2026年4月24日", "第 5 名", "5 个模型", "1000 亿参数",
    "page 12", "$", "US$ billions", "three million users", "b200 gpus", "h100",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), MONEY.items())
def test_money_is_counted_in_dollars(text: str, value: float | None) -> None:
    assert kinds(text) == ([] if value is None else [("money", round(value, 2))])


@pytest.mark.parametrize(("text", "expected"), OTHER.items())
def test_users_jobs_and_percentages_are_counted(text: str, expected: tuple[str, float] | None) -> None:
    assert kinds(text) == ([] if expected is None else [expected])


@pytest.mark.parametrize("text", NOTHING)
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert kinds(text) == []


def test_several_amounts_are_all_found() -> None:
    text = "Helios raises $2 billion at a $20 billion valuation, lays off 300 people, has 5 million users"
    assert kinds(text) == [("headcount", 300), ("money", 2e9), ("money", 2e10), ("users", 5e6)]


def test_an_amount_says_where_it_stands() -> None:
    passage = folded("据悉估值逾 200 亿美元，洽谈中")
    [found] = amounts(passage, RATES)
    assert passage[found.start : found.end] == found.written == "200 亿美元"


def test_a_currency_without_a_rate_does_not_count_and_the_dollar_always_does() -> None:
    assert kinds("€50 million", {}) == []
    assert kinds("$50 million", {}) == [("money", 5e7)]
    assert kinds("$50 million", {"USD": 2.0}) == [("money", 5e7)]


def test_a_dollar_of_another_country_is_not_the_american_one() -> None:
    for text in ("HK$5 million", "A$5 million", "S$5 million"):
        assert kinds(text) == [], text


PIECES: Iterable[str] = (
    "1", "12,345", "3.5", "9" * 30, "$", "¥", "€", "us", "million", "bn", "亿", "万", "千", "美元", "元", "人", "用户", "裁员", "月活",
    "people", "users", "laid off", "%", "百分之", " ", ",", ".", "-", "+", "多", "约",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(list(PIECES)), max_size=12).map("".join))
def test_no_passage_makes_the_search_raise_and_every_amount_is_where_it_says(text: str) -> None:
    passage = folded(text)
    for found in amounts(passage, RATES):
        assert passage[found.start : found.end].strip() == found.written
        assert found.value >= 0
        assert found.kind in ("money", "users", "headcount", "percent")


PIECES = st.sampled_from(
    [
        "$", "us$", "us $", "usd ", "usd", "xusd", "a$", "hk$", "¥", "cn¥", "rmb ", "cny", "€", "£", "1", "20", "1,234", "1.5", "12,34",
        "2025", " million", "bn", "k", " billion", "亿", "万", "多", "美元", "元", "人民币", "港元", "欧元", " dollars", " yuan", " euros", "-",
        "月活", "日活", "周活", "活", "用户", "数", "超过", "名", "个", "+", " monthly", " active", " users", " downloads", " people",
        " employees", "laid off ", "cut about ", "裁员", "裁撤约", "员工", "岗位", "人", "%", " percent", "百分之", " ", ",", ".", "x", "的",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=30).map(lambda pieces: folded("".join(pieces))))
def test_every_amount_is_found_that_an_expression_matches_anywhere(text: str) -> None:
    """The shortcuts - the signs that must be there, the places where a number stands - lose nothing."""
    rates = dict.fromkeys(CURRENCIES, 1.0)
    plainly = [
        (kind, match.group().strip(), match.start(), match.end())
        for kind, _, _, pattern in _PATTERNS
        for match in re.finditer(pattern, text)
    ]
    assert [(each.kind, each.written, each.start, each.end) for each in amounts(text, rates)] == plainly
