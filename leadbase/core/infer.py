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
    """What title, text and link say of the companies, the type and the source, with the words that say so."""
    scanned = passage(title, text, rules.scoring["scan"]["lede_characters"])
    head = scanned.text[: scanned.title_length]
    yield from _companies(head, scanned.text, link, rules)
    for part, where in ((head, "title"), (scanned.text, "text")):
        if typed := next(rules.lexicon.types(part), None):
            key, cue = typed
            yield Inference("type", key, f"'{cue.term}' in the {where}")
            break
    if name := source_name(link, rules):
        source = rules.source_of(link)
        yield Inference("source", name, f"the link is on {source.domain}" if source else "the link's domain")


def source_name(link: str, rules: Rules) -> str:
    """Who publishes where the link leads: the registry's name, the company's on its own channel, else the host."""
    source = rules.source_of(link)
    if source is None:
        return links.host(link).removeprefix("www.")
    subject = rules.company(source.subject) if source.kind == "official" else None
    return subject.name if subject else source.name


def _companies(head: str, whole: str, link: str, rules: Rules) -> Iterator[Inference]:
    """Every company that the title names; else the one whose page the link is on; else the first one in the text."""
    named = companies_in(head, rules)
    for company, words in named.items():
        yield Inference("company", company.name, f"'{words}' in the title")
    source = rules.source_of(link)
    if named:
        return
    if source and source.kind == "official" and (owner := rules.company(source.subject)):
        yield Inference("company", owner.name, f"the link is on {source.domain}")
        return
    for company, words in companies_in(whole, rules).items():
        yield Inference("company", company.name, f"'{words}' in the text")
        return


def companies_in(passage: str, rules: Rules) -> dict[Company, str]:
    """The companies a normalised passage names by name or product, each with the words; no ambiguous names."""
    names = _names(rules.companies)
    found: dict[Company, str] = {}
    for match in _pattern(tuple(names)).finditer(passage):
        found.setdefault(names[match.group()], match.group())
    return found


@lru_cache(maxsize=4)
def _names(companies: tuple[Company, ...]) -> dict[str, Company]:
    named: dict[str, Company] = {}
    for company in companies:
        ambiguous = frozenset(company.ambiguous)
        for name in (*company.names, *company.products):
            if name not in ambiguous and len(name) >= 2:
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
