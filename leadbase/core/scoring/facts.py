"""Facts: everything a score needs to know of a lead, found once, before any point is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from leadbase.core.lead import Lead
from leadbase.core.lexicon import Found
from leadbase.core.registry import Company
from leadbase.core.rules import Rules
from leadbase.core.scoring.amounts import Amount, amounts
from leadbase.core.scoring.evidence import Attested, attest, is_mismatched
from leadbase.core.text import Passage, passage

CUES = ("conflict", "harm", "surprise", "exclusive")
_CATEGORIES = (
    *CUES, "topic", "region", "advertorial", "no-event", "clickbait", "hype", "hedge", "anonymous", "background",
    "denial", "self-claim", "press-release",
)  # fmt: skip
_NO_CUES: Mapping[str, tuple[Found, ...]] = dict.fromkeys(_CATEGORIES, ())
SHORT_TEXT = 40
"""A text of fewer normalised characters counts as missing."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A lead as the scorer sees it. `cues` maps a lexicon category to everything found for it in the passage, in order;
    `magnitude` is the amount that reaches the best band, and its points."""

    lead: Lead
    passage: Passage
    companies: tuple[Company, ...]
    cues: Mapping[str, tuple[Found, ...]]
    magnitude: tuple[Amount, int] | None
    has_implausible_number: bool
    attested: tuple[Attested, ...]
    is_question: bool
    missing: tuple[str, ...]
    is_mismatched: bool
    day: date | None
    verification: str
    attribution: str


def gather(lead: Lead, rules: Rules) -> Facts:
    """The facts of a lead under the rules; no day is needed yet."""
    scanned = passage(lead.title, lead.text, rules.scoring["scan"]["lede_characters"])
    cues = {**_NO_CUES, **rules.lexicon.find(scanned.text)}
    companies = _companies(lead, rules)
    magnitude, is_implausible = _magnitude(lead, scanned, rules.scoring["value"]["magnitude"])
    attested = attest(lead, scanned.text, companies, rules, is_release=bool(cues["press-release"]))
    return Facts(
        lead=lead,
        passage=scanned,
        companies=companies,
        cues=cues,
        magnitude=magnitude,
        has_implausible_number=is_implausible,
        attested=attested,
        is_question=scanned.text[: scanned.title_length].rstrip().endswith(("?", "吗", "吗!")),
        missing=_missing(lead, scanned),
        is_mismatched=is_mismatched(lead, attested, rules),
        day=lead.day,
        verification=lead.verification,
        attribution=_attribution(lead, cues),
    )


def _companies(lead: Lead, rules: Rules) -> tuple[Company, ...]:
    found = [rules.company(name) for name in lead.companies]
    return tuple(dict.fromkeys(company for company in found if company))


def _magnitude(lead: Lead, scanned: Passage, table: Mapping[str, Any]) -> tuple[tuple[Amount, int] | None, bool]:
    """The amount that reaches the best band, and whether an amount of money is too large to be believed."""
    bands = {"money": table["money_usd"], "users": table["users"], "headcount": table["headcount"]}
    if lead.type == "pricing":
        bands["percent"] = table["percent_pricing"]
    best: tuple[int, float, Amount] | None = None
    is_implausible = False
    for amount in amounts(scanned.text, table["fx_to_usd"]):
        if amount.kind == "money" and amount.value > table["implausible_money_usd"]:
            is_implausible = True
            continue
        points = next((points for least, points in bands.get(amount.kind, ()) if amount.value >= least), 0)
        if points and (best is None or (points, amount.value) > best[:2]):
            best = points, amount.value, amount
    if best is None:
        return None, is_implausible
    points, _, amount = best
    return (amount, points), is_implausible


def _missing(lead: Lead, scanned: Passage) -> tuple[str, ...]:
    absent = {
        "link": not lead.link,
        "source": not lead.source,
        "text": len(scanned.text) - scanned.title_length - 1 < SHORT_TEXT,
        "time": lead.day is None,
    }
    return tuple(key for key, is_absent in absent.items() if is_absent)


def _attribution(lead: Lead, cues: Mapping[str, tuple[Found, ...]]) -> str:
    """What the desk states, else what the text's own words say."""
    if lead.attribution != "unspecified":
        return lead.attribution
    return next((key for key in ("anonymous", "background") if cues[key]), "unspecified")
