"""The desk's words: fields, types, verification, attribution and grades, with their English and Chinese synonyms.

Every enumerated value is looked up whole after `folded()`, never by substring: 「未经证实」 contains 「证实」 and
"unverified" contains "verified". The verification words follow the practice of ClaimReview and fact-checking desks;
the letters and digits of the grade code are the Admiralty scale (STANAG 2511).
"""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from leadbase.core.text import INVISIBLE
from leadbase.errors import UsageError
from leadbase.late import late

if TYPE_CHECKING:
    import difflib
else:
    difflib = late("difflib")

TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "model-release": (
            "Model release", "model", "model launch", "new model", "weights release", "model update",
            "模型发布", "新模型", "大模型发布", "模型更新", "模型上线",
        ),
        "product-launch": (
            "Product launch", "product", "feature", "launch", "app", "api release",
            "产品发布", "产品", "新功能", "上线", "应用发布",
        ),
        "open-source": (
            "Open source", "oss", "open weights", "repo release", "开源", "开源发布", "开放权重", "代码开源",
        ),
        "research-paper": (
            "Research paper", "research", "paper", "preprint", "arxiv", "study",
            "研究论文", "论文", "研究", "预印本", "学术成果",
        ),
        "benchmark": (
            "Benchmark", "evaluation", "leaderboard", "eval", "评测", "榜单", "基准测试", "跑分", "测评",
        ),
        "funding": (
            "Funding", "financing", "round", "seed", "series a", "investment", "raise",
            "融资", "投资", "募资", "A轮", "领投",
        ),
        "m-and-a": (
            "M&A", "m and a", "acquisition", "merger", "takeover", "buyout", "并购", "收购", "合并", "兼并",
        ),
        "earnings-ipo": (
            "Earnings and IPO", "earnings ipo", "earnings", "results", "ipo", "listing", "revenue", "valuation",
            "财报/上市", "财报", "上市", "业绩", "营收", "估值",
        ),
        "partnership": (
            "Partnership", "deal", "collaboration", "alliance", "licensing",
            "合作", "战略合作", "签约", "联盟", "授权",
        ),
        "personnel": (
            "Personnel", "people", "hire", "departure", "appointment", "layoffs", "executive change",
            "人事", "任命", "离职", "高管变动", "裁员", "跳槽",
        ),
        "policy-regulation": (
            "Policy and regulation", "policy regulation", "policy", "regulation", "law", "standard", "export control",
            "guideline", "政策监管", "政策", "法规", "监管", "标准", "出口管制",
        ),
        "legal": (
            "Legal", "lawsuit", "litigation", "court", "antitrust", "copyright", "settlement",
            "法律诉讼", "诉讼", "起诉", "判决", "反垄断", "版权", "和解",
        ),
        "security-incident": (
            "Security incident", "security", "breach", "leak", "vulnerability", "jailbreak", "safety incident",
            "misuse",
            "安全事件", "泄露", "漏洞", "攻击", "越狱", "安全事故", "滥用",
        ),
        "outage": ("Outage", "downtime", "incident", "degradation", "宕机", "故障", "中断", "服务异常"),
        "hardware-chip": (
            "Chips and hardware", "hardware chip", "chip", "gpu", "accelerator", "hardware", "robotics hardware",
            "芯片硬件", "芯片", "显卡", "加速卡", "算力芯片", "机器人硬件",
        ),
        "infrastructure": (
            "Infrastructure", "data center", "compute", "cloud", "energy", "cluster",
            "算力基础设施", "数据中心", "智算中心", "云", "能源", "集群",
        ),
        "pricing": (
            "Pricing", "price cut", "plan", "quota", "free tier", "定价", "降价", "涨价", "价格", "套餐", "免费",
        ),
        "industry-data": (
            "Industry data", "market data", "report", "survey", "statistics", "adoption",
            "行业数据", "报告", "调研", "统计", "市场份额",
        ),
        "event-conference": (
            "Event", "event conference", "conference", "keynote", "summit", "hackathon",
            "会议活动", "大会", "峰会", "发布会预告", "论坛",
        ),
        "opinion-analysis": (
            "Opinion and analysis", "opinion analysis", "opinion", "analysis", "interview", "commentary", "podcast",
            "观点分析", "评论", "分析", "访谈", "专栏",
        ),
        "rumor": ("Rumour", "rumor", "leak (unattributed)", "speculation", "传闻", "爆料", "小道消息", "网传"),
        "other": ("Other", "misc", "uncategorised", "uncategorized", "其他", "未分类", "综合"),
    }
)  # fmt: skip

VERIFICATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "verified": (
            "verified", "confirmed", "checked", "fact-checked", "已核实", "已验证", "已确认", "核实无误", "已查证",
        ),
        "confirmed-official": (
            "officially confirmed", "confirmed official", "official", "announced", "on record by the subject",
            "官方确认", "官宣", "官方证实", "官方发布", "当事方确认",
        ),
        "partially-verified": (
            "partially verified", "partly verified", "partial", "some elements confirmed",
            "部分核实", "部分确认", "部分属实",
        ),
        "in-progress": ("in progress", "verifying", "pending", "checking", "核实中", "查证中", "跟进中"),
        "unverified": (
            "unverified", "unconfirmed", "not verified", "to verify", "unknown",
            "未核实", "待核实", "待验证", "待确认", "未证实", "未经证实", "未验证",
        ),
        "unverifiable": ("unverifiable", "cannot verify", "无法核实", "不可核实", "无从查证"),
        "disputed": ("disputed", "contested", "conflicting", "denied", "存疑", "有争议", "说法不一", "被否认"),
        "refuted": (
            "refuted", "false", "debunked", "fake", "hoax", "不实", "已辟谣", "虚假", "谣言", "已证伪",
        ),
        "retracted": ("retracted", "withdrawn", "corrected away", "已撤回", "撤稿", "撤回", "已删稿"),
    }
)  # fmt: skip

ATTRIBUTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "on-record": ("on the record", "on record", "公开署名"),
        "background": ("background", "on background", "背景"),
        "deep-background": ("deep background", "深度背景"),
        "anonymous": ("anonymous", "匿名"),
        "off-record": ("off the record", "off record", "不得发表"),
        "unspecified": ("unspecified",),
    }
)

GRADES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "quotable": ("directly quotable", "可直接引用", "可引用"),
        "needs-verification": ("needs further verification", "需进一步核实", "to verify", "verify", "待核实"),
        "not-adopted": ("not adopted at the moment", "暂不采用", "不采用"),
    }
)

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "company": ("organisation", "organization", "org", "entity", "subject", "公司", "企业", "机构", "主体", "厂商"),
        "title": ("headline", "subject line", "标题", "题目", "新闻标题"),
        "type": ("category", "kind", "topic", "类型", "类别", "分类", "线索类型"),
        "source": ("outlet", "publisher", "via", "来源", "信源", "消息来源", "媒体", "出处"),
        "link": ("url", "href", "source url", "链接", "网址", "原文链接", "地址"),
        "time": ("date", "published", "published at", "datetime", "时间", "日期", "发布时间", "发布日期"),
        "verification": (
            "verification status", "status", "verified", "核实状态", "验证状态", "核验状态", "状态",
        ),
        "also": ("further reports", "其他来源", "其他报道"),
        "attribution": ("署名方式",),
        "verified-by": ("核实人",),
        "verified-at": ("核实时间",),
        "origin": ("转引自",),
        "embargo-until": ("embargo", "embargoed until", "解禁时间"),
        "language": ("语种", "语言"),
        "tags": ("标签",),
        "follow-up-of": ("跟进自",),
        "same-as": ("同一事件",),
        "not-same-as": ("非同一事件",),
        "duplicate-of": ("重复于",),
        "note": ("备注",),
        "score": (),
        "confidence": (),
        "grade": (),
    }
)  # fmt: skip

MANAGED = ("score", "confidence", "grade")
"""The keys leadbase writes by itself, in the order it adds them."""

LETTERS = ("A", "B", "C", "D", "E", "F")
"""Reliability of a source on the Admiralty scale, best first; F means it cannot be judged."""

KINDS = (
    "official", "authority", "repository", "wire", "press", "trade", "blog", "aggregator", "social", "forum", "desk",
    "unknown",
)  # fmt: skip
"""What a source is: a subject's own channel, an authority or exchange, a paper or code host, a medium, a platform."""

_DROPPED = {
    **dict.fromkeys(map(ord, " \t\r\n-_/\\&.,:;{}'\"·・、，。：；「」《》—–‐‑")),
    **INVISIBLE,
}
"""What a word is compared without. Marks of doubt and brackets stay: "verified?" is not "verified"."""


_DROPPED_ASCII = bytes(code for code in _DROPPED if code < 0x80)


@lru_cache(maxsize=8192)  # companies, sources and the words of a base are few and come again and again
def folded(word: str) -> str:
    """The form in which words are compared: NFKC, case-folded, without spaces, hyphens and punctuation."""
    plain = (word if word.isascii() else unicodedata.normalize("NFKC", word)).casefold()
    # the same as the last line, five times as fast: of what is dropped only two Korean fillers count as letters
    if plain.isalnum() and "\u115f" not in plain and "\u1160" not in plain:
        return plain
    return plain.encode().translate(None, _DROPPED_ASCII).decode() if plain.isascii() else plain.translate(_DROPPED)


def _table(words: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    table: dict[str, str] = {}
    for key, synonyms in words.items():
        for word in (key, *synonyms):
            table.setdefault(folded(word), key)
    return MappingProxyType(table)


_TYPE_WORDS = _table(TYPES)
_VERIFICATION_WORDS = _table(VERIFICATIONS)
_ATTRIBUTION_WORDS = _table(ATTRIBUTIONS)
_GRADE_WORDS = _table(GRADES)
_FIELD_WORDS = _table(FIELDS)


def type_of(word: str) -> str | None:
    """The canonical type a word stands for, or None."""
    return _TYPE_WORDS.get(folded(word))


def verification_of(word: str) -> str | None:
    """The canonical verification status a word stands for, or None; an empty word is `unverified`."""
    return _status(word, _VERIFICATION_WORDS, "unverified")


def attribution_of(word: str) -> str | None:
    """The canonical attribution a word stands for, or None; an empty word is `unspecified`."""
    return _status(word, _ATTRIBUTION_WORDS, "unspecified")


def _status(word: str, known: Mapping[str, str], empty: str) -> str | None:
    """Doubt is never guessed upwards: only an empty field is empty, and a sign before a word may negate it."""
    stripped = word.strip()
    if not stripped:
        return empty
    return known.get(folded(stripped)) if stripped[0].isalnum() else None


def grade_of(word: str) -> str | None:
    """The canonical grade a word stands for, or None."""
    return _GRADE_WORDS.get(folded(word))


@lru_cache(maxsize=1024)  # every lead has the same few keys
def field_of(key: str) -> str | None:
    """The canonical field a front matter key or a column name stands for, or None for a key of the desk's own."""
    return _FIELD_WORDS.get(folded(key))


def type_label(key: str) -> str:
    """The type in words, for people."""
    return TYPES[key][0] if key in TYPES else key


def grade_label(key: str) -> str:
    """The grade in words, for people."""
    return GRADES[key][0] if key in GRADES else key


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, or None when none is near."""
    by_fold = {folded(candidate): candidate for candidate in known}
    found = difflib.get_close_matches(folded(word), by_fold, n=1, cutoff=0.66)  # two of three characters
    return by_fold[found[0]] if found else None


def nearest_type(word: str) -> str | None:
    """The type whose key or synonym is most like this word, or None."""
    near = nearest(word, _TYPE_WORDS)
    return _TYPE_WORDS[near] if near else None


def nearest_verification(word: str) -> str | None:
    """The verification status whose key or synonym is most like this word, or None. A hint for people only."""
    near = nearest(word, _VERIFICATION_WORDS)
    return _VERIFICATION_WORDS[near] if near else None


def asked_type(word: str) -> str:
    """The canonical type a person asks for. Raises UsageError with the nearest one."""
    return _asked(word, "type", type_of(word), nearest_type(word), TYPES)


def asked_verification(word: str) -> str:
    """The canonical verification status a person asks for. Raises UsageError with the nearest one."""
    return _asked(word, "verification status", verification_of(word), nearest_verification(word), VERIFICATIONS)


def asked_grade(word: str) -> str:
    """The canonical grade a person asks for. Raises UsageError with the nearest one."""
    return _asked(word, "grade", grade_of(word), nearest(word, GRADES), GRADES)


def _asked(word: str, kind: str, known: str | None, near: str | None, all_of_them: Iterable[str]) -> str:
    if known:
        return known
    raise UsageError(
        f"'{word}' is not a {kind}", f"did you mean {near}?" if near else f"one of {', '.join(all_of_them)}"
    )
