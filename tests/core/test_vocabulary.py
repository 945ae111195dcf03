"""The desk's words: every synonym has one meaning, and none is found inside another."""

import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadbase.core import vocabulary
from leadbase.core.vocabulary import folded

TABLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "types": vocabulary.TYPES,
    "verifications": vocabulary.VERIFICATIONS,
    "attributions": vocabulary.ATTRIBUTIONS,
    "grades": vocabulary.GRADES,
    "fields": vocabulary.FIELDS,
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_word_belongs_to_two_keys(table: Mapping[str, tuple[str, ...]]) -> None:
    owner: dict[str, str] = {}
    for key, words in table.items():
        for word in (key, *words):
            assert folded(word), word
            assert owner.setdefault(folded(word), key) == key, f"{word}: {key} and {owner[folded(word)]}"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_keys_are_in_hyphen_form(table: Mapping[str, tuple[str, ...]]) -> None:
    for key in table:
        assert key == key.lower()
        assert set(key) <= set("abcdefghijklmnopqrstuvwxyz-")


def test_there_are_22_types_with_words_in_both_languages() -> None:
    assert len(vocabulary.TYPES) == 22
    for key, words in vocabulary.TYPES.items():
        assert any(word.isascii() for word in words), key
        assert any(not word.isascii() for word in words), key


def test_every_spelling_of_a_key_is_understood() -> None:
    for key in vocabulary.TYPES:
        for spelling in (key, key.replace("-", "_"), key.replace("-", " "), key.upper(), f" {key} "):
            assert vocabulary.type_of(spelling) == key
    for key in vocabulary.VERIFICATIONS:
        for spelling in (key, key.replace("-", "_"), key.title(), f" {key} "):
            assert vocabulary.verification_of(spelling) == key


@pytest.mark.parametrize(
    ("word", "type_"),
    [("M&A", "m-and-a"), ("Ｍ＆Ａ", "m-and-a"), ("融资", "funding"), ("A轮", "funding"), ("Ａ 轮", "funding"),
     ("财报/上市", "earnings-ipo"), ("IPO", "earnings-ipo"), ("open source", "open-source"), ("leak", "security-incident"),
     ("leak (unattributed)", "rumor"), ("传闻", "rumor"), ("Rumour", "rumor"), ("nonsense", None), ("", None)],
)  # fmt: skip
def test_a_type_is_looked_up_whole(word: str, type_: str | None) -> None:
    assert vocabulary.type_of(word) == type_


@pytest.mark.parametrize(
    ("word", "status"),
    [("已核实", "verified"), ("未核实", "unverified"), ("未经证实", "unverified"), ("证实", None), ("官方证实", "confirmed-official"),
     ("verified", "verified"), ("Not verified", "unverified"), ("unverified", "unverified"), ("verified not", None),
     ("confirmed_official", "confirmed-official"), ("officially confirmed", "confirmed-official"), ("确认", None),
     ("待确认", "unverified"), ("部分确认", "partially-verified"), ("官方确认", "confirmed-official"), ("不实", "refuted"),
     ("属实", None), ("部分属实", "partially-verified"), ("无法核实", "unverifiable"), ("", "unverified"), (" ", "unverified"), ("?", None), ("verified?", None), ("!verified", None), ("(verified)", None),
     ("true", None), ("false", "refuted"), ("yes", None)],
)  # fmt: skip
def test_a_verification_is_looked_up_whole_and_never_by_a_part_of_it(word: str, status: str | None) -> None:
    assert vocabulary.verification_of(word) == status


def test_attributions_and_grades_are_understood_in_both_languages() -> None:
    assert vocabulary.attribution_of("on the record") == vocabulary.attribution_of("公开署名") == "on-record"
    assert vocabulary.attribution_of("off_record") == vocabulary.attribution_of("不得发表") == "off-record"
    assert vocabulary.attribution_of("") == "unspecified"
    assert vocabulary.attribution_of("record") is None
    assert vocabulary.grade_of("可直接引用") == vocabulary.grade_of("Directly quotable") == "quotable"
    assert vocabulary.grade_of("") is None


def test_a_key_of_the_desks_own_is_no_field() -> None:
    assert vocabulary.field_of("priority") is None
    assert vocabulary.field_of("titles") is None
    assert vocabulary.field_of("TITLE") == vocabulary.field_of("标题") == vocabulary.field_of("标 题") == "title"
    assert vocabulary.field_of("") is None


def test_the_nearest_word_is_suggested_and_nothing_far() -> None:
    assert vocabulary.nearest_type("fundig") == "funding"
    assert vocabulary.nearest_type("acquisitions") == "m-and-a"
    assert vocabulary.nearest_type("zzz") is None
    assert vocabulary.nearest_verification("verifed") == "verified"
    assert vocabulary.nearest_verification("zzz") is None
    assert vocabulary.nearest("needs verification", vocabulary.GRADES) == "needs-verification"


def test_labels_are_words_for_people() -> None:
    assert vocabulary.type_label("m-and-a") == "M&A"
    assert vocabulary.grade_label("quotable") == "directly quotable"
    assert vocabulary.type_label("no such") == vocabulary.grade_label("no such") == "no such"


@pytest.mark.parametrize(
    "word", ["verified?", "已核实？", "verified (?)", "confirmed!?", "-verified", "[verified]", "(verified)", "???"]
)
def test_a_mark_of_doubt_is_never_dropped_from_a_status(word: str) -> None:
    assert vocabulary.verification_of(word) is None
    assert vocabulary.attribution_of("???") is None


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.one_of(st.characters(), st.sampled_from(" -_.,'·・，。\u115f\u1160\u3164\uffa0ＡｂＫİß")), max_size=12)
)
@example("a\u115fb")
@example("ㄱ\u3164\uffa0")
@example("OpenAI, Inc.")
def test_a_folded_word_is_its_normal_form_without_what_is_dropped(word: str) -> None:
    plain = unicodedata.normalize("NFKC", word).casefold()
    assert folded(word) == "".join(character for character in plain if ord(character) not in vocabulary._DROPPED)
