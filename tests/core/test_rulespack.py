"""Packed rules: what comes back is what was packed, and damaged bytes never become rules."""

import tomllib
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.adapters.settings import shipped_rules
from leadbase.core.lead import Evidence, Lead
from leadbase.core.rules import Rules, build
from leadbase.core.rulespack import packed, unpacked
from leadbase.core.scoring import assess

DESK = {
    "scoring": '[value.magnitude]\nusers = [[100, 2], [10, 1]]\nfx_to_usd = {CNY = 0.15}\n[grades.quotable]\nrequire_verifier = true\n',
    "companies": '[[company]]\nid = "acme"\nnames = ["Acme", "爱可美"]\ndomains = ["acme.example"]\nambiguous = ["Acme"]\n',
    "sources": (
        '[[source]]\ndomain = "daily.example"\nnames = ["The Daily"]\nowner = "daily"\nkind = "press"\nletter = "B"\n'
        'reason = "checked"\nreviewed = 2026-04-24T10:00:00+08:00\n'
        '[[source]]\ndomain = "weekly.example"\nowner = "weekly"\nletter = "C"\n'
    ),
    "lexicon": '[hedge]\nen = ["murmurs?"]\nzh = ["据悉", "起诉"]\n',
}  # fmt: skip
SHIPPED = build(shipped_rules(), {})
OF_A_DESK = build(shipped_rules(), {name: tomllib.loads(text) for name, text in DESK.items()})
RAW = packed(SHIPPED)


@pytest.mark.parametrize("rules", [SHIPPED, OF_A_DESK], ids=["shipped", "desk"])
def test_unpacked_rules_equal_the_packed_ones_in_every_field(rules: Rules) -> None:
    back = unpacked(packed(rules))
    assert back == rules
    assert (back.scoring, back.companies, back.sources) == (rules.scoring, rules.companies, rules.sources)
    assert (back.lexicon.terms, back.digest, back.warnings) == (rules.lexicon.terms, rules.digest, rules.warnings)
    assert [type(entry.reviewed) for entry in back.sources] == [type(entry.reviewed) for entry in rules.sources]
    assert list(back.scoring) == list(rules.scoring)
    assert list(back.lexicon.terms) == list(rules.lexicon.terms)
    assert back.lexicon.pack() == rules.lexicon.pack() == back.lexicon.packed


def test_the_desk_of_these_tests_has_a_warning_and_a_moment() -> None:
    assert OF_A_DESK.warnings
    found = OF_A_DESK.source_named("the daily")
    assert found
    assert found.reviewed == datetime.fromisoformat("2026-04-24T10:00:00+08:00")


def test_unpacked_rules_score_as_the_packed_ones_do() -> None:
    lead = Lead(
        "x", "leads/x.md", "爱可美据悉融资30亿元", companies=("爱可美",), type="funding", day=date(2026, 4, 24),
        evidence=(Evidence("The Daily", "https://daily.example/a"), Evidence("Reuters", "https://www.reuters.com/b")),
        text="According to The Daily, Acme murmurs of 20 million users. It was sued, people familiar with it said.",
    )  # fmt: skip
    back = unpacked(packed(OF_A_DESK))
    assert assess(lead, back) == assess(lead, OF_A_DESK)
    assert assess(lead, back).facts.cues["hedge"]


@pytest.mark.parametrize(
    "raw", [b"", b"x", RAW[:20], RAW[:-1], RAW + b"\0", RAW[1:], RAW.replace(b"leadbase ", b"leadbase 9", 1)]
)
def test_cut_or_strange_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="packed rules"):
        unpacked(raw)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_one_damaged_byte_is_noticed_wherever_it_stands(place: int, change: int) -> None:
    with pytest.raises(ValueError, match="packed rules"):
        unpacked(RAW[:place] + bytes([RAW[place] ^ change]) + RAW[place + 1 :])
