"""A query said again: canonically, and in words."""

import pytest

from leadbase.core.query import explain, to_text
from tests.core.query.desk import ask

GUIDE = (
    "company:helios-ai (grade:quotable | score:70..) time:-3d.. -source:microfeed type:funding,m-and-a "
    '"新一轮融资" sort:score- limit:20'
)


def test_the_example_of_the_guide_is_explained_line_by_line() -> None:
    assert explain(ask(GUIDE)) == (
        "all of these:\n"
        "  company is helios ai\n"
        "  at least one of these:\n"
        "    grade is quotable\n"
        "    score is 70 or more\n"
        "  time is 2026-03-08 or later\n"
        "  not: source is microfeed or another of the same owner, or has “microfeed” in its name or domain\n"
        "  type is funding or m-and-a\n"
        "  title, company or text has “新一轮融资”\n"
        "sorted by score, highest first\n"
        "only the first 20"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "every lead"),
        ("limit:1", "every lead\nonly the first"),
        ("company:acme", "company has “acme” in its name (no company of that name is registered)"),
        ("source:acme", "source has “acme” in its name or domain (no source of that name is registered)"),
        ("company:", "there is no company"),
        ("-company:", "there is a company"),
        ("-tag:", "there are tags"),
        ("name:a", "name has “a” in it"),
        ("title:=Ab", "title is exactly “Ab”"),
        ("title:/a+/", "title matches the pattern /a+/"),
        ("fund*", "title, company or text has a word that begins with “fund”"),
        ("score:60..80", "score is from 60 to 80"),
        ("score:..40", "score is 40 or less"),
        ("confidence:40", "confidence is 40"),
        ("time:..2026-02", "time is 2026-02-28 or earlier"),
        ("-(a | b)", "none of these:\n  title, company or text has “a”\n  title, company or text has “b”"),
        ("-(a note:b)", "not all of these:\n  title, company or text has “a”\n  note has “b”"),
        ("sort:time+,title-,name", "every lead\nsorted by time, oldest first, then by title, from Z to A, then by name, from A to Z"),
    ],
)  # fmt: skip
def test_a_query_is_explained_in_words(text: str, words: str) -> None:
    assert explain(ask(text)) == words


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (GUIDE, GUIDE.replace("-3d", "2026-03-08").replace('"', "")),
        ("", ""),
        ("Fund* “New  Model”*", 'fund* "new model"*'),
        ("公司：赫利俄斯，acme", "company:helios-ai,acme"),
        ("-(类型:融资 | grade:quotable)", "-(type:funding | grade:quotable)"),
        ("-company:acme,nobody", "-company:acme,nobody"),
        ("time:2026 | time:today", "time:2026-01-01..2026-12-31,2026-03-11"),
        ("company:", 'company:""'),
        (r"link:/a\/b/", r"link:/a\/b/"),
        ('title:=a title:="a\\"b"', r'title:="a" title:="a\"b"'),
        ("@s", "(a | b) c"),
        ('"score>1" "-x" "@y" "a:b"', '"score>1" "-x" "@y" "a:b"'),
        ("domain:www.A.cn,.com", "domain:.com,a.cn"),
    ],
)  # fmt: skip
def test_a_query_has_one_canonical_form(text: str, canonical: str) -> None:
    query = ask(text, {"s": "(a | b) c"})
    assert to_text(query) == canonical
    assert ask(canonical) == query
