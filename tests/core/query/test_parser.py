"""How a query is read, and how a mistake in it is shown."""

from collections.abc import Mapping

import pytest

from leadbase.core import vocabulary
from leadbase.core.query import FIELDS, ORDERS, Sort, to_text
from leadbase.errors import UsageError
from tests.core.query.desk import ask


def refused(text: str, saved: Mapping[str, str] | None = None) -> UsageError:
    with pytest.raises(UsageError) as raised:
        ask(text, saved)
    return raised.value


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("公司：赫利俄斯", "company:helios-ai"),
        ("类型：融资，并购", "type:m-and-a,funding"),
        ("（a｜b） －c", "(a | b) -c"),
        ("a|b", "a | b"),
        ("(a)(b)", "a b"),
        ('"a""b"', "a b"),
        ('title:"a b",c', 'title:"a b" | title:c'),
        ("type:legal | type:funding", "type:funding,legal"),
        ("a a", "a"),
        ("a (b c)", "a b c"),
        ("a | (b | c)", "a | b | c"),
        ('company:"helios ai"', "org:HELIOS-AI"),
        (r'"say \"x\" \\"', "“say \\\"x\\\" \\\\”"),
        ("”a b“", '"A  B"'),
        ("＂ab＂", "ab"),
        ("融资*", "融资"),
        ('title:"x"*', "title:x*"),
        ("source:Wire-One", "via:wire-one"),
        ("link:https://a.b/c?d=1", 'url:"https://a.b/c?d=1"'),
        ("a\nb\tc　d", "a b c d"),
    ],
)  # fmt: skip
def test_two_ways_of_asking_are_one_query(text: str, same: str) -> None:
    assert ask(text) == ask(same)


def test_sort_and_limit_are_no_conditions_and_may_stand_anywhere() -> None:
    query = ask("a sort:score,title- limit:20 b")
    assert query.sort == (Sort("score", falls=True), Sort("title", falls=True))
    assert query.limit == 20
    assert query.tree == ask("a b").tree
    assert ask("sort:time+").sort == (Sort("time", falls=False),)
    assert ask("排序:时间 数量:５").limit == 5
    assert (ask("a").sort, ask("a").limit) == ((), None)
    assert ask("a | b limit:2").limit == 2


def test_the_written_text_is_kept_and_does_not_make_two_queries_differ() -> None:
    assert ask("type:融资").text == "type:融资"
    assert ask("type:融资") == ask("type:funding")
    assert ask("a") != ask("b")
    assert ask("a limit:1") != ask("a")


def test_no_name_belongs_to_two_fields() -> None:
    owner: dict[str, str] = {}
    names = {field: (field, *words, *vocabulary.FIELDS.get(field, ())) for field, (_, words) in FIELDS.items()}
    names |= {field: (field, *words) for field, words in ORDERS.items()}
    for field, words in names.items():
        for word in words:
            assert owner.setdefault(vocabulary.folded(word), field) == field, word


# ------------------------------------------------------------------------------------------------------- saved queries

SAVED = {
    "fresh": "time:-3d.. sort:score-",
    "deals": "type:funding | type:m-and-a",
    "best": "@fresh score:80.. limit:5",
    "round": "a @about",
    "about": "(b | -@round)",
    "wrong": "a compny:x",
    "outer": "b @wrong",
    "nothing": "sort:title",
    "later": "sort:time",
    "一周": "time:-1w..",
}


def test_a_saved_query_stands_as_if_in_brackets() -> None:
    assert ask("@deals x", SAVED) == ask("(type:funding,m-and-a) x")
    assert ask("-@deals", SAVED) == ask("-type:funding,m-and-a")
    assert ask("@deals | x", SAVED) == ask("type:funding,m-and-a | x")
    assert ask("@一周", SAVED) == ask("time:-1w..")


def test_a_saved_query_brings_its_order_unless_the_query_has_its_own() -> None:
    assert ask("@best x", SAVED) == ask("time:-3d.. score:80.. x sort:score- limit:5")
    assert ask("@best sort:title limit:7", SAVED) == ask("time:-3d.. score:80.. sort:title limit:7")
    assert ask("(@fresh)", SAVED).sort == ()
    assert ask("@nothing", SAVED) == ask("sort:title")
    assert ask("@nothing @later sort:name", SAVED).sort == (Sort("name", falls=False),)


def test_two_saved_queries_with_different_orders_are_an_error() -> None:
    error = refused("@nothing @later", SAVED)
    assert error.message == "two saved queries have a different sort:\n  @nothing @later\n           ^"
    assert error.hint == "write sort: into this query"


def test_saved_queries_that_go_round_in_a_circle_are_an_error_that_names_them() -> None:
    assert refused("@round", SAVED).message == (
        "in @round → @about: the saved queries go round in a circle: @round → @about → @round\n"
        "  (b | -@round)\n        ^"
    )
    assert "@self → @self" in refused("@self", {"self": "@self"}).message


def test_a_mistake_in_a_saved_query_is_shown_in_its_own_text() -> None:
    error = refused("x @outer", SAVED)
    assert error.message == "in @outer → @wrong: a query has no field 'compny'\n  a compny:x\n    ^"
    assert error.hint == "did you mean company?"


def test_saved_queries_that_grow_without_end_are_stopped() -> None:
    doubling = {f"q{n}": f"@q{n + 1} @q{n + 1}" for n in range(40)} | {"q40": "x"}
    assert "more than 1,000 terms, those of saved queries included" in refused("@q0", doubling).message
    chain = {f"q{n}": f"@q{n + 1}" for n in range(60)} | {"q60": "x"}
    assert "more than 50 levels deep" in refused("@q0", chain).message
    assert ask("@q11", chain) == ask("x")


# ------------------------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("text", "message", "caret", "hint"),
    [
        ("a compny:openai", "a query has no field 'compny'", 2, "did you mean company?"),
        ("https://a.b", "a query has no field 'https'", 0, "the fields are company, title, "),
        ("类行:融资", "a query has no field '类行'", 0, ""),
        (":x", "no field stands before this colon", 0, ""),
        ("type:fundig", "'fundig' is not a type", 5, "did you mean funding?"),
        ("type:funding,xyzzy", "'xyzzy' is not a type", 13, "one of model-release, "),
        ("grade:quoteable", "'quoteable' is not a grade", 6, "did you mean quotable?"),
        ("verification:verifed", "'verifed' is not a verification", 13, "did you mean verified?"),
        ('verification:"?"', "'?' is not a verification", 13, ""),
        ("attribution:zzz", "'zzz' is not an attribution", 12, "one of on-record, "),
        ("code:G1", "'G1' is not a code", 5, "a letter from A to F"),
        ("domain:openai", "'openai' is not a domain", 7, "write openai.com, or .openai"),
        ('domain:"a b"', "'a b' is not a domain", 7, "write example.com"),
        ("score:80..60", "'80..60' ends before it begins", 6, "the smaller number goes first: score:60..80"),
        ("score:900", "score lies between 0 and 100", 6, ""),
        ("time:today..yesterday", "'today..yesterday' ends before", 5, "the earlier day"),
        ("a score>=70", "fields are not compared with signs", 2, "write score: with a value"),
        ("company=openai", "fields are not compared with signs", 0, "write company: with"),
        ('a "b', "this quote is not closed", 2, ""),
        ("「b", "this quote is not closed", 0, ""),
        ("(a (b c)", "this ( is not closed", 0, ""),
        ("a)", "this ) closes nothing", 1, ""),
        ("a ()", "there is nothing between these brackets", 2, ""),
        ("a |", "there is no condition on one side of this |", 2, ""),
        ("| a", "there is no condition on one side of this |", 0, ""),
        ("a | sort:time", "there is no condition on one side of this |", 2, ""),
        ("a - b", "no term stands behind this -", 2, ""),
        ("融资（A轮）", "there must be a space before this", 2, "or put the whole text in quotes"),
        ('type:a"b"', "there must be a space before this", 6, ""),
        ('title:"a"b', "there must be a space before this", 9, ""),
        ("*", "a * can only end a word", 0, ""),
        ("a*b", "a * can only end a word", 1, ""),
        ("title:*a", "a * can only end a word", 6, ""),
        ("company:op*", "a value of company cannot end in *", 8, "a part of it is enough"),
        ("tag:op*", "a value of tags cannot end in *", 4, "to look for the sign"),
        ('""', "there is nothing to look for", 0, ""),
        ("a ...", "there is nothing to look for", 2, "a letter, a digit or one of"),
        ('title:"—。"', "there is nothing to look for", 6, "a letter, a digit or one of"),
        ("company:--", "'--' has no letter to look for", 8, ""),
        ("company: openai", "there is a space between company: and its value", 9, "write company:value, or"),
        ('company: "openai"', "there is a space between company: and its value", 9, ""),
        ("title:a,,b", "there is no value here", 8, ""),
        ("title:,a", "there is no value here", 6, ""),
        ("title:", "title is never missing", 6, ""),
        ("type:", "type is never missing", 5, "a lead without a type counts as other"),
        ("grade:", "grade is never missing", 6, ""),
        ("time:=today", "time is not a text", 5, ""),
        ("type:/a/", "type is not a text", 5, ""),
        ("title:=", "nothing stands behind title:=", 6, ""),
        ("title:/a", "this pattern is not closed by a /", 6, ""),
        ("title:/a/x", "there must be a space before this", 9, ""),
        ("title:/a*/", "the pattern matches the empty text", 6, ""),
        ("/gpt/", "a pattern needs a field", 0, "write title:/gpt/"),
        ("x OR y", "OR is not a word of the query language", 2, "for either, write a | b"),
        ("NOT x", "NOT is not a word of the query language", 0, "write -term"),
        ("-sort:time", "sort: is about the whole query", 1, ""),
        ("(limit:2)", "limit: is about the whole query", 1, ""),
        ("sort:scor", "leads cannot be sorted by 'scor'", 5, "did you mean score?"),
        ("sort:type", "leads cannot be sorted by 'type'", 5, "the keys are time, "),
        ("sort:", "leads cannot be sorted by ''", 5, ""),
        ("limit:0", "'0' is not a number of leads", 6, "a whole number from 1"),
        ("limit:1,2", "'1,2' is not a number of leads", 6, ""),
        ("limit:1 limit:1", "limit: stands twice", 8, ""),
        ("@", "no saved query is called ''", 0, "there are @fresh, @deals"),
        ("@frsh", "no saved query is called 'frsh'", 0, "did you mean @fresh?"),
        ("@fresh(a)", "there must be a space behind the name", 6, ""),
        ("-@best", "@best has a limit", 1, ""),
        ("(@nothing)", "@nothing has no conditions", 1, ""),
        ("-@nothing", "@nothing has no conditions", 1, ""),
    ],
)
def test_a_mistake_is_shown_at_its_place_with_what_to_try(text: str, message: str, caret: int, hint: str) -> None:
    error = refused(text, SAVED)
    first, shown, below = error.message.split("\n")
    assert first.startswith(message)
    assert shown == f"  {text}"
    wide = sum(ord(each) > 0x2E80 for each in text[:caret])
    assert below == f"  {' ' * (caret + wide)}^"
    assert hint in error.hint


def test_without_saved_queries_the_hint_says_so() -> None:
    assert refused("@x").hint == "no query is saved here"


def test_a_long_query_is_shown_around_the_mistake_and_controls_are_not_shown() -> None:
    shown, below = refused("w " * 100 + "compny:x\x1b[31m" + " w" * 100).message.split("\n")[1:]
    assert shown.startswith("  …w w ") and "compny:x [31m" in shown and shown.endswith("…")
    assert len(shown) < 70
    assert shown[below.index("^") :].startswith("compny:x")


def test_what_is_too_long_too_deep_or_too_much_is_refused() -> None:
    assert refused("a" * 4_001).message == "a query has 4,000 characters at most, not 4,001"
    assert "in @s: a query has 4,000" in refused("@s", {"s": "a" * 4_001}).message
    assert "more than 50 levels deep" in refused("(" * 51 + "a" + ")" * 51).message
    assert "more than 1,000 terms" in refused("a " * 1_001).message
    assert "more than 1,000 terms" in refused("tag:" + "a," * 1_001 + "a").message
    assert ask("(" * 50 + "a" + ")" * 50) == ask("-" * 3_000 + "a") == ask("a")


def test_a_full_query_can_be_said_again_within_the_limits() -> None:
    nested = "a"
    for level in range(49):
        nested = f"-(b{level} {nested})" if level % 2 else f"(b{level} | {nested})"
    query = ask(f"{nested} company:helios-ai,acme")
    assert ask(to_text(query)) == query
