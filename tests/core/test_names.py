"""The names of the rules as a few bytes: they mean what the rules mean by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbase.adapters.settings import shipped_rules
from leadbase.core.names import packed_names, unpacked_names
from leadbase.core.rules import build

RULES = build(shipped_rules(), {})
PACKED = packed_names(RULES)
NAMES = unpacked_names(PACKED)
WORDS = [
    *(word for each in RULES.companies for word in (each.id, *each.names)),
    *(word for each in RULES.sources for word in (each.domain, *each.names)),
]


@given(st.sampled_from(WORDS) | st.text(max_size=12), st.sampled_from([str, str.upper, str.title, " {} ".format]))
def test_a_name_means_what_it_means_to_the_rules(word: str, spelled: object) -> None:
    name = spelled(word)  # type: ignore[operator]
    company, source = RULES.company(name), RULES.source_named(name)
    found = NAMES.company(name)
    assert (found and (found.id, found.name, found.tier)) == (company and (company.id, company.name, company.tier))
    known = NAMES.source_named(name)
    assert (known and (known.domain, known.name, known.kind, known.owner)) == (
        source and (source.domain, source.name, source.kind, source.owner)
    )


@pytest.mark.parametrize("damage", [lambda raw: raw[:-1], lambda raw: raw[:9] + b"x" + raw[10:], lambda _: b""])
def test_damaged_bytes_are_no_names(damage: object) -> None:
    with pytest.raises(ValueError, match="damaged"):
        unpacked_names(damage(PACKED))  # type: ignore[operator]
