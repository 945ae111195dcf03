"""The lexicon: a small safe pattern language, found on word boundaries and beside Chinese, and never lost to a shortcut."""

import re
import string
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from leadbase.adapters.settings import shipped_rules
from leadbase.core.lexicon import Found, Lexicon, lexicon_mistakes, wrong_term
from leadbase.core.text import folded

SHIPPED = shipped_rules()["lexicon"]
LEXICON = Lexicon(SHIPPED)
ALPHABET = string.ascii_lowercase + string.digits + " -'’.&/,%!+"


def shipped_terms(name: str) -> Iterator[tuple[str, str]]:
    for category, lists in SHIPPED.items():
        if category == "type":
            for key, inner in lists.items():
                yield from ((f"type.{key}", term) for term in inner.get(name, []))
        elif category != "schema":
            yield from ((category, term) for term in lists.get(name, []))


def found(term: str, passage: str, name: str = "en") -> list[str]:
    return [each.term for each in Lexicon({"x": {name: [term]}}).find(folded(passage)).get("x", ())]


# ------------------------------------------------------------------------------------------------------- the language

ACCEPTED = [
    "leak", "in talks", "rumou?r", r"rumou?r\w*", "state[- ]of[- ]the[- ]art", "den(y|ies|ied)", "sources? (said|say)",
    r"top \d+ (\w+ )?tools", "best(?! (practice|known))", "(?:a|b) c", r"gpt-\d+\w*", r"2\.7", "don't", "don’t", "q&a", "50%",
    r"\d{1,3} jobs", "x{2}", "wi-fi", "café", "(a (b|c)|d)", r"[\d.]+ x", r"a\+b", r"a\-b", "R&D/AI, inc",
]  # fmt: skip
REFUSED = {
    "(a+)+": "repeat",
    "(a*)*b": "repeat",
    "(a|a)*b": "repeat",
    "(a|b)+": "repeat",
    "(ab){2}": "repeat",
    "a**": "repeat",
    "a+?": "repeat",
    "*a": "repeat",
    "(?=a)b": "repeat",
    "(?<=a)b": "repeat",
    "(?P<x>a)": "repeat",
    "(?i)a": "repeat",
    r"(a)\1": "cannot have",
    "^a": "cannot have",
    "a$": "cannot have",
    "a#b": "cannot have",
    r"\ba": "cannot have",
    r"a\n": "cannot have",
    "a\nb": "cannot have",
    "[[a]]": "cannot have",
    "[)]": "cannot have",
    "[a": "cannot have",
    "a{,3}": "cannot have",
    r"\w*\d*\s*x": "more than 2",
    "a*b*c*": "more than 2",
    "(((a)))": "too deep",
    "(a": "open group",
    "a)": "do not close",
    "a|b)": "do not close",
    "a?": "empty text",
    r"\w*": "empty text",
    "(?!a)": "empty text",
    "a|": "empty text",
    "": "characters",
    "   ": "characters",
    "x" * 201: "characters",
    "[z-a]": "regular expression",
    "x{5,2}": "regular expression",
    "x{2,41}": "40 times at most",
    "x{99999999999}": "40 times at most",
}


@pytest.mark.parametrize("term", ACCEPTED)
def test_a_term_of_the_safe_language_is_accepted(term: str) -> None:
    assert wrong_term(term) == ""
    Lexicon({"x": {"en": [term]}}).find("any text").get("x", ())


@pytest.mark.parametrize(("term", "reason"), REFUSED.items())
def test_a_term_outside_the_safe_language_is_refused_with_the_reason(term: str, reason: str) -> None:
    assert reason in wrong_term(term)


@pytest.mark.parametrize(
    "term", [r"\w*\w*x", r"\w+\w+x", "[ -]*[ -]*x", r"a?[ -]*[ -]*(x|y)?z", ".{0,40}.{0,40}x", r"\s*\s*x"]
)
def test_the_slowest_terms_that_are_accepted_still_end(term: str) -> None:
    assert wrong_term(term) == ""
    for passage in ("a" * 1400, "- " * 700, "-" * 1400, "ab " * 460, " " * 1400):
        Lexicon({"x": {"en": [term]}}).find(passage).get("x", ())


def test_a_repeat_stands_for_forty_characters_at_most() -> None:
    assert found(r"a\w*", "a" + "b" * 40) != []
    assert found(r"a\w*", "a" + "b" * 41) == []


PIECES = st.recursive(
    st.sampled_from(
        ["a", "ab", "b c", "x-ray", "'s", "café", r"\w", r"\d", r"\s", r"\.", r"\+", "[ab]", "[- ]", "[^a]", ".", "(?!b)", "1"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map("|".join).map("({})".format),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{1,2}"])).map("".join),
    ),
    max_leaves=6,
)  # fmt: skip
TERMS = st.one_of(
    PIECES, st.lists(PIECES, min_size=2, max_size=2).map("|".join), st.text("ab(|)?*+[]{1}\\w.", max_size=10)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data())
def test_whatever_an_accepted_term_matches_is_found(data: st.DataObject) -> None:
    term = data.draw(TERMS)
    assume(not wrong_term(term) and term.isascii())
    try:
        text = data.draw(st.from_regex(term, fullmatch=True, alphabet=ALPHABET))
    except (re.error, ValueError):
        assume(False)
    assume(len(text) <= 40 and re.search(rf"(?<![a-z0-9_])(?:{term})(?![a-z0-9_])", text))
    assert Lexicon({"x": {"en": [term]}}).find(text).get("x", ()), text


# ----------------------------------------------------------------------------------------------------- shipped lexicon


def test_the_shipped_lexicon_passes_the_checks_a_desks_own_must_pass() -> None:
    assert list(lexicon_mistakes(SHIPPED, SHIPPED)) == []


def test_no_shipped_term_stands_in_two_categories() -> None:
    assert list(LEXICON.shared_terms()) == []


def test_every_shipped_chinese_term_is_found_where_it_stands() -> None:
    for name in ("zh", "literal"):
        for category, term in shipped_terms(name):
            assert len(folded(term)) >= 2, (category, term)
            if not category.startswith("type."):
                assert any(
                    folded(term) in each.term or each.term in folded(term)
                    for each in LEXICON.find(folded(f"前{term}后")).get(category, ())
                ), (category, term)


ENGLISH = list(shipped_terms("en"))
CHUNKS = [ENGLISH[start : start + 40] for start in range(0, len(ENGLISH), 40)]


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda chunk: chunk[0][1])
def test_whatever_a_shipped_term_matches_is_found(chunk: list[tuple[str, str]], data: st.DataObject) -> None:
    for category, term in chunk:
        text = data.draw(st.from_regex(term.lower() if "\\" not in term else term, fullmatch=True, alphabet=ALPHABET))
        is_short = len(text) <= 40  # a repeat stands for forty characters at most
        if is_short and re.search(rf"(?<![a-z0-9_])(?:{term})(?![a-z0-9_])", text):
            assert found(term, text) or folded(text) != text, (category, term, text)


@pytest.mark.parametrize(
    ("category", "passage", "words"),
    [
        ("hedge", "The model may be out soon", ["may be"]),
        ("hedge", "released in May", []),
        ("hedge", "网传某公司或将裁员", ["网传", "或将"]),
        ("anonymous", "people familiar with the matter", ["people familiar"]),
        ("anonymous", "知情人士称", ["知情人士"]),
        ("surprise", "first quarter results", []),
        ("surprise", "its first quarter", []),
        ("surprise", "its first model", ["its first"]),
        ("surprise", "a record profit, a record label", ["record profit"]),
        ("conflict", "transformer blocks", []),
        ("conflict", "OpenAI sues a rival", ["sues"]),
        ("conflict", "issues", []),
        ("harm", "fine-tuning", []),
        ("harm", "recall and precision", []),
        ("denial", "The company denied it", ["denied"]),
        ("denial", "an identity provider", []),
        ("self-claim", "best practices", []),
        ("self-claim", "达到SOTA水平", ["sota"]),
        ("clickbait", "You won’t believe it!!", ["you won't believe", "!!"]),
        ("no-event", "Top 10 AI tools", ["top 10 ai tools"]),
    ],
)
def test_traps_of_the_shipped_lexicon(category: str, passage: str, words: list[str]) -> None:
    assert [each.term for each in LEXICON.find(folded(passage)).get(category, ())] == words


# ------------------------------------------------------------------------------------------------------------ matching


def test_an_english_term_stands_between_word_boundaries() -> None:
    assert found("leak", "a leak, two leaks, leaky; Leak!") == ["leak", "leak"]
    assert found("leak", "leak_test leak2 xleak") == []
    assert found("c", "a C and b") == ["c"]


def test_a_word_boundary_is_also_where_chinese_begins() -> None:
    assert found("sota", "达到SOTA水平") == ["sota"]
    assert found("gpt-5", "发布GPT-5。") == ["gpt-5"]
    assert found("ai", "中国AI公司, OpenAI, AI") == ["ai", "ai"]


def test_case_width_and_hidden_characters_do_not_hide_a_term() -> None:
    assert found("In Talks", "ＩＮ  ＴＡＬＫＳ") == ["in talks"]
    assert found("leak", "l\u200be\u200ba\u200bk") == ["leak"]
    assert found("据悉", "据\u200b悉", "zh") == ["据悉"]
    assert found("Ｇ２０", "the g20", "zh") == ["g20"]


def test_a_term_never_spans_title_and_text() -> None:
    lexicon = Lexicon({"x": {"en": ["in talks"], "zh": ["据悉"]}})
    assert lexicon.find("in\ntalks 据\n悉").get("x", ()) == ()


def test_of_terms_that_overlap_the_first_is_kept_and_of_two_that_begin_together_the_longer() -> None:
    lexicon = Lexicon({"x": {"en": ["open", "open source", "source code"], "zh": ["未经证实", "证实"]}})
    assert [each.term for each in lexicon.find("open source code").get("x", ())] == ["open source"]
    assert [each.term for each in lexicon.find("未经证实的消息获证实").get("x", ())] == ["未经证实", "证实"]
    assert lexicon.find("is open").get("x", ()) == (Found("open", 3, 7),)


def test_an_unknown_category_finds_nothing() -> None:
    assert LEXICON.find("leak").get("no such", ()) == ()
    assert LEXICON.find("leak").get("type", ()) == ()


def test_types_come_in_the_lexicons_order_of_priority() -> None:
    lexicon = Lexicon({"type": {"rumor": {"zh": ["网传"]}, "funding": {"en": ["raises"], "zh": ["融资"]}}})
    assert [(key, each.term) for key, each in lexicon.types("某公司融资，网传")] == [
        ("rumor", "网传"),
        ("funding", "融资"),
    ]
    assert list(lexicon.types("nothing")) == []


# ------------------------------------------------------------------------------------- nothing is lost to the shortcuts

BOUNDED = {r"\w": "[a-z0-9_]", "*": "{0,40}", "+": "{1,40}", "(": "(?:"}


@cache  # re itself remembers fewer than there are terms
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def plainly(terms: dict[str, list[str]], passage: str) -> list[tuple[str, int, int]]:
    """What a finder without any shortcut finds: every expression is run over the whole passage."""
    patterns = [re.escape(folded(term)) for name in ("zh", "literal") for term in terms.get(name, [])]
    for term in terms.get("en", []):
        bounded = re.sub(r"\\.|\[[^\]]*\]|\((?!\?)|[*+]", lambda match: BOUNDED.get(match[0], match[0]), term.lower())
        patterns.append(rf"(?<![a-z0-9_])(?:{bounded})(?![a-z0-9_])")
    matches = [match for pattern in patterns for match in compiled(pattern).finditer(passage)]
    kept: list[tuple[str, int, int]] = []
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if not kept or match.start() >= kept[-1][2]:
            kept.append((match[0], match.start(), match.end()))
    return kept


def quickly(terms: dict[str, list[str]], passage: str) -> list[tuple[str, int, int]]:
    return [(each.term, each.start, each.end) for each in Lexicon({"x": terms}).find(passage).get("x", ())]


CATEGORIES = {name: lists for name, lists in SHIPPED.items() if name not in ("type", "schema")}
CATEGORIES |= {f"type.{name}": lists for name, lists in SHIPPED["type"].items()}
# A term without its signs, and each alternative of it: something that may match, almost match, or end within a word.
WORDS = sorted(
    {
        word
        for lists in CATEGORIES.values()
        for terms in lists.values()
        for term in terms
        for word in (re.sub(r"\\.|[()?|+*\[\]{}!]", "", term), *re.findall(r"[^()|?\\\[\]]+", term))
    }
)
GLUE = st.one_of(
    st.sampled_from(["", " ", "  ", "-", "\n", "s", "ed", "'s", "_", "1", "，", "的", "é"]), st.text(max_size=3)
)
PASSAGES = st.lists(st.tuples(st.sampled_from(WORDS), GLUE), max_size=25).map(
    lambda pieces: folded("".join(word + glue for word, glue in pieces))
)


@settings(max_examples=100, deadline=None)
@given(PASSAGES)
def test_every_shipped_term_is_found_where_its_expression_matches_and_nowhere_else(passage: str) -> None:
    found = LEXICON.find(passage)
    for category, terms in CATEGORIES.items():
        if not category.startswith("type."):
            assert [(each.term, each.start, each.end) for each in found.get(category, ())] == plainly(terms, passage)
    types = {key: (cue.term, cue.start, cue.end) for key, cue in LEXICON.types(passage)}
    assert types == {
        key: cues[0] for key in SHIPPED["type"] if (cues := plainly(SHIPPED["type"][key], passage))
    }  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(
    st.lists(TERMS.filter(lambda term: not wrong_term(term)), min_size=1, max_size=4),
    st.lists(st.text("ab测试é", min_size=2, max_size=3), max_size=2),
    st.text("abcx -'s1.+é测试", max_size=60),
)
def test_a_desks_own_terms_are_found_where_their_expressions_match(en: list[str], zh: list[str], raw: str) -> None:
    terms, passage = {"en": en, "zh": zh}, folded(raw)
    assert quickly(terms, passage) == plainly(terms, passage)


@pytest.mark.parametrize(
    ("term", "passage"),
    [
        ("(new|new york) times", "the new york times, the new times"),
        ("(person|persons) x?", "persons x person x"),
        ("an? (empirical|wide) study", "an empirical study, a wide study, than wide study"),
        ("q[1-4] results", "q3 results faq3 results"),
        (r"\d+ (best|ways)", "10 best, 3 ways, x10 best"),
        (r"\w+'s first", "openai's first a's first"),
        ("(a|b) (a|b)", "a b a b a"),
        ("'s", "it's 's"),
        ("café", "café cafés"),
    ],
)
def test_a_term_that_begins_with_a_choice_is_found_in_each_form(term: str, passage: str) -> None:
    assert quickly({"en": [term]}, passage) == plainly({"en": [term]}, passage) != []


# ------------------------------------------------------------------------------------------------- mistakes of a desk


@pytest.mark.parametrize(
    ("tables", "key", "message"),
    [
        ({"hegde": {"en": []}}, "hegde", "is not a category"),
        ({"hedge": ["reportedly"]}, "hedge", "must be a table"),
        ({"hedge": {"fr": ["selon"]}}, "hedge.fr", "is not a list of terms"),
        ({"hedge": {"en": "reportedly"}}, "hedge.en", "must be a list of texts"),
        ({"hedge": {"en": [1]}}, "hedge.en", "must be a list of texts"),
        ({"hedge": {"en": ["(a+)+"]}}, "hedge.en", "may not repeat"),
        ({"hedge": {"zh": ["传"]}}, "hedge.zh", "too short"),
        ({"hedge": {"zh": ["\u200b\u200b"]}}, "hedge.zh", "too short"),
        ({"clickbait": {"literal": ["!"]}}, "clickbait.literal", "too short"),
        ({"type": {"gossip": {"en": []}}}, "type.gossip", "is not a lead type"),
        ({"type": {"funding": []}}, "type.funding", "must be a table"),
        ({"type": {"funding": {"en": ["a**"]}}}, "type.funding.en", "may not repeat"),
        ({"type": []}, "type", "must be a table"),
    ],
)
def test_a_mistake_of_a_desks_lexicon_names_its_key(tables: dict[str, object], key: str, message: str) -> None:
    [(where, what)] = lexicon_mistakes(tables, SHIPPED)
    assert where == key
    assert message in what


def test_every_mistake_is_found_in_one_run() -> None:
    tables = {"hedge": {"en": ["(a+)+", "fine", "b**"], "zh": ["传"]}, "nonsense": {}, "schema": 1}
    assert [key for key, _ in lexicon_mistakes(tables, SHIPPED)] == ["hedge.en", "hedge.en", "hedge.zh", "nonsense"]
