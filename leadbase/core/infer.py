"""Inference: what a new lead leaves out and its own words or link give away. Always with the words that say so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from leadbase.core import links
from leadbase.core.registry import Company
from leadbase.core.rules import Rules
from leadbase.core.text import passage


@dataclass(frozen=True, slots=True)
class Inference:
    """A field's inferred value and the evidence for it, as words for a person."""

    field: str
    value: str
    because: str


def inferences(title: str, text: str, link: str, rules: Rules) -> Iterator[Inference]:
    """What title, text and link say of company, type and source, each at most once; the surest sign first.

    A company that a link's domain belongs to beats one named in the title, and that one beats one in the lede.
    """
    scanned = passage(title, text, rules.scoring["scan"]["lede_characters"])
    head = scanned.text[: scanned.title_length]
    if found := _company(head, scanned.text, link, rules):
        yield found
    for part, where in ((head, "title"), (scanned.text, "text")):
        if typed := next(rules.lexicon.types(part), None):
            key, cue = typed
            yield Inference("type", key, f"'{cue.term}' in the {where}")
            break
    if source := rules.source_of(link):
        subject = rules.company(source.subject) if source.kind == "official" else None
        yield Inference("source", subject.name if subject else source.name, f"the link is on {source.domain}")
    elif host := links.host(link):
        yield Inference("source", host.removeprefix("www."), "the link's domain")


def _company(head: str, whole: str, link: str, rules: Rules) -> Inference | None:
    source = rules.source_of(link)
    if source and source.kind == "official" and (company := rules.company(source.subject)):
        return Inference("company", company.name, f"the link is on {source.domain}")
    for part, where in ((head, "title"), (whole, "text")):
        if found := first_company(part, rules):
            company, words = found
            return Inference("company", company.name, f"'{words}' in the {where}")
    return None


def first_company(passage: str, rules: Rules) -> tuple[Company, str] | None:
    """The company named first in a normalised passage, by name or product, and the words; no ambiguous names."""
    names = _names(rules.companies)
    match = _pattern(tuple(names)).search(passage)
    return (names[match.group()], match.group()) if match else None


@lru_cache(maxsize=4)
def _names(companies: tuple[Company, ...]) -> dict[str, Company]:
    named: dict[str, Company] = {}
    for company in companies:
        for name in (*company.names, *company.products):
            if name not in company.ambiguous and len(name) >= 2:
                named.setdefault(passage(name, "", 0).text.strip(), company)
    return named


@lru_cache(maxsize=4)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all names, the longest first; Latin letters around a Latin name must not continue it."""
    if not names:
        return re.compile(r"(?!)")
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(_bounded(name) for name in longest_first))


def _bounded(name: str) -> str:
    before = r"(?<![a-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![a-z])" if name[-1].isascii() and name[-1].isalnum() else ""
    return f"{before}{re.escape(name)}{after}"
