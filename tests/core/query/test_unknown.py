"""A value that nobody has is an error with the nearest one that somebody has."""

from collections.abc import Iterable

import pytest

from leadbase.core.query.unknown import unknown
from leadbase.errors import UsageError
from tests.core.query.desk import RULES, ask

FOUND = {
    "company": ["ACME Robotics", "Helios AI", "星海智能"],
    "source": ["a friend", "The Ledger", ""],
    "domain": ["blog.acme.com.cn", "wire-one.example"],
    "tags": ["open weights", "Chips"],
}


def named(field: str) -> Iterable[str]:
    if field == "company":
        return [name for company in RULES.companies for name in company.names]
    return [name for source in RULES.sources for name in (source.domain, *source.names)] if field == "source" else []


def refused(query: str) -> UsageError | None:
    return unknown(ask(query).tree, lambda field: FOUND[field], named, RULES)


@pytest.mark.parametrize(
    "query",
    [
        "", "nobody has this", "title:nothing note:=x", "company:helios-ai", "company:borealis", "company:acme", "company:星海", 'company:="Helios AI"',
        "company:/nobody/", 'company:""', "-company:acme", "source:friend", 'source:"wire one"', "source:acme.com", "source:wire-one.example",
        "domain:acme.com.cn", "domain:.cn", "domain:aidigest.example", "tag:chips", "tag:CHIPS,=Chips", "type:legal score:70.. name:zzz path:zzz",
    ],
)  # fmt: skip
def test_what_the_registry_or_a_lead_has_is_known(query: str) -> None:
    assert refused(query) is None


@pytest.mark.parametrize(
    ("query", "message", "hint"),
    [
        ("company:helois-ai", "no company is called 'helois-ai': neither the registry nor any lead has it", "did you mean Helios AI?"),
        ("company:acme company:robotiks-acme", "no company is called 'robotiks-acme'", ""),
        ('company:"acme robotix"', "no company is called 'acme robotix'", "did you mean ACME Robotics?"),
        ("company:=acme", "no company is called 'acme'", ""),
        ("source:wire-onne", "no source is called 'wire-onne'", "did you mean wire one?"),
        ("source:ledgerr", "no source is called 'ledgerr'", "did you mean The Ledger?"),
        ("tag:chips,chisp", "no lead has the tag 'chisp'", "did you mean Chips?"),
        ("tag:=chips", "no lead has the tag 'chips'", "did you mean Chips?"),
        ("domain:wire-on.example", "no link is on 'wire-on.example'", "did you mean wire-one.example?"),
        ("domain:.uk", "no link is on '.uk'", ""),
        ("a | -(b tag:zzz)", "no lead has the tag 'zzz'", ""),
        ("-tag:zzz", "no lead has the tag 'zzz'", ""),
    ],
)  # fmt: skip
def test_what_nobody_has_is_refused(query: str, message: str, hint: str) -> None:
    error = refused(query)
    assert error is not None
    assert error.message.startswith(message)
    assert error.hint == hint
