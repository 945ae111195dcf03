"""Amounts in a passage: money, users, jobs and, for pricing, percentages. English and Chinese.

The passage is the normalised one of leadbase.core.text: case-folded, half width, single spaces.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

_SCALES: Mapping[str, float] = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9,
    "trillion": 1e12, "tn": 1e12, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9,
    "百亿": 1e10, "千亿": 1e11, "万亿": 1e12,
}  # fmt: skip
_DIGITS = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,18}(?:\.\d+)?)"
_NUMBER = rf"(?<![\d.,a-z]){_DIGITS}"
_WORD_SCALE = r"thousand|million|billion|trillion|bn|mn|tn"
_SCALE = rf"(?:[ -]?(?P<scale>{_WORD_SCALE})(?![a-z])|(?P<short>[kmb])(?![a-z]))?"
_ZH_SCALE = r" ?(?:多|余)?(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|万|千)?(?:多|余)? ?"
_KIND_OF_USERS = r"(?:(?:weekly|monthly|daily|active|paying|paid|registered|new|enterprise|business|global) ){0,3}"

_ZH_USERS = ("用户", "账户", "账号", "客户", "记录", "订阅", "下载", "开发者")
_EN_USERS = ("user", "account", "customer", "subscriber", "record", "download", "developer")
_EN_JOBS = ("employees", "staff", "workers", "jobs", "roles", "positions")
_LAID_OFF = r"(?:lay(?:s|ing)? off|laid off|cut(?:s|ting)?|fir(?:es|ed|ing)) (?:about |around |up to |over )?"
# kind, currency, texts of which one must be there (quick to look for), the expression. An expression is tried at the
# numbers when it begins with one; the others begin with a plain character, which the search can skip to.
_PATTERNS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("money", "USD", ("$", "usd"), rf"(?:us ?\$|u(?<![a-z]u)sd ?|\$(?<![a-z]\$)) ?{_DIGITS}{_SCALE}"),
    (
        "money", "USD", ("dollar", "usd"),
        rf"{_NUMBER}{_SCALE}[ -]?(?:(?:us|u\.s\.)[ -])?(?:dollars?|usd)(?![a-z])",
    ),
    ("money", "USD", ("美元", "美金"), rf"{_NUMBER}{_ZH_SCALE}美(?:元|金)"),
    ("money", "CNY", ("¥", "rmb", "cny"), rf"(?:cn¥|r(?<![a-z]r)mb ?|c(?<![a-z]c)ny ?|¥) ?{_DIGITS}{_SCALE}"),
    ("money", "CNY", ("yuan", "rmb", "cny", "renminbi"), rf"{_NUMBER}{_SCALE} ?(?:yuan|rmb|cny|renminbi)(?![a-z])"),
    ("money", "CNY", ("元", "人民币"), rf"{_NUMBER}{_ZH_SCALE}(?:元|人民币)"),
    ("money", "EUR", ("€",), rf"€ ?{_DIGITS}{_SCALE}"),
    ("money", "EUR", ("eur",), rf"{_NUMBER}{_SCALE} ?(?:euros?|eur)(?![a-z])"),
    ("money", "EUR", ("欧元",), rf"{_NUMBER}{_ZH_SCALE}欧元"),
    ("money", "GBP", ("£",), rf"£ ?{_DIGITS}{_SCALE}"),
    ("money", "HKD", ("港元", "港币"), rf"{_NUMBER}{_ZH_SCALE}港(?:元|币)"),
    ("users", "", _EN_USERS, rf"{_NUMBER}{_SCALE}\+? {_KIND_OF_USERS}(?:{'|'.join(_EN_USERS)})s?(?![a-z])"),
    (
        "users", "", _ZH_USERS,
        rf"{_NUMBER}{_ZH_SCALE}[名个位条次家]? ?(?:[月日周]活跃?|活跃|付费|注册|企业|全球)*(?:{'|'.join(_ZH_USERS)})",
    ),
    (
        "users", "", ("活", "用户"),
        rf"(?:月活|日活|周活|用户)[数量规模用户]*[已约突破达到超过为]* ?{_NUMBER}{_ZH_SCALE}",
    ),
    ("headcount", "", _EN_JOBS, rf"{_NUMBER}{_SCALE} (?:of its )?(?:{'|'.join(_EN_JOBS)})(?![a-z])"),
    ("headcount", "", ("people",), rf"{_LAID_OFF}{_NUMBER}{_SCALE} people(?![a-z])"),
    ("headcount", "", ("员工", "岗位", "职位"), rf"{_NUMBER}{_ZH_SCALE}[名个]? ?(?:员工|岗位|职位)"),
    ("headcount", "", ("裁",), rf"裁[员减撤][约近超过逾至少]* ?{_NUMBER}{_ZH_SCALE}[人名]"),
    ("percent", "", ("%", "percent", "per cent"), rf"{_NUMBER} ?(?:%|percent(?![a-z])|per cent(?![a-z]))"),
    ("percent", "", ("百分之",), r"百分之(?P<number>\d+(?:\.\d+)?)"),
)  # fmt: skip
_SIGNS = frozenset(sign for _, _, signs, _ in _PATTERNS for sign in signs)
_ASCII_SIGNS = frozenset(filter(str.isascii, _SIGNS))
_DIGIT_RUN = re.compile(r"\d+")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount: `kind` is money, users, headcount or percent; `value` in US dollars, heads or percent."""

    kind: str
    value: float
    written: str
    start: int
    end: int


def amounts(passage: str, dollars_per: Mapping[str, float]) -> Iterator[Amount]:
    """Every amount of the passage. `dollars_per` gives the rate of each currency that counts; USD is always 1."""
    numbers = [match.start() for match in _DIGIT_RUN.finditer(passage)]
    if not numbers:
        return
    present = {sign for sign in (_ASCII_SIGNS if passage.isascii() else _SIGNS) if sign in passage}
    if not present:
        return
    rates = {**dollars_per, "USD": 1.0, "": 1.0}
    for kind, currency, signs, pattern in _PATTERNS:
        if currency in rates and not present.isdisjoint(signs):
            for match in _matches(pattern, passage, numbers):
                yield _amount(kind, match, rates[currency])


def _matches(pattern: str, passage: str, numbers: Sequence[int]) -> Iterator[re.Match[str]]:
    """The matches of an expression; `numbers` are the places where the passage has a number."""
    expression = _compiled(pattern)
    if not pattern.startswith(_NUMBER):
        yield from expression.finditer(passage)
        return
    last = 0
    for place in numbers:
        if place >= last and (match := expression.match(passage, place)):
            last = match.end()
            yield match


def _amount(kind: str, match: re.Match[str], rate: float) -> Amount:
    groups = match.groupdict()
    scale = _SCALES.get(groups.get("scale") or groups.get("short") or "", 1.0)
    value = float(match["number"].replace(",", "")) * scale * rate
    return Amount(kind, value, match.group().strip(), match.start(), match.end())
