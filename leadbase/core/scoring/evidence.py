"""Evidence: what each report of a lead is worth by itself, and which of them are independent of one another.

Reports that share an owner, a registrable domain, a named origin or the subject's own press release form one group;
a group is worth its best member. Twenty reposts of one wire story are one piece of evidence:
60 % of British quality-press articles rested wholly or mainly on wire copy or press releases (Lewis et al., Cardiff
University, 2006 and 2008).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from leadbase.core import links, vocabulary
from leadbase.core.lead import Evidence, Lead
from leadbase.core.registry import Company, Source
from leadbase.core.rules import Rules

# What follows a cue is only looked at, so that a cue in it is found as well: 据悉，据路透社报道
# (A text: most leads need none of these expressions, and `re` keeps those it has compiled.)
_ORIGIN_CUE = (
    r"(?<![a-z])(?:according to|as reported by|first reported by|citing|via) (?=(?P<after>.{2,60}))"
    r"|(?:转自|转载自|来源[:：]|综合|援引|引述|据)《?(?=(?P<zh>.{2,40}))"
)
_CUE_SIGNS = (
    "according to ", "as reported by ", "first reported by ", "citing ", "via ",
    "转自", "转载自", "来源", "综合", "援引", "引述", "据",
)  # fmt: skip
_REPORTED = r" (?:first )?(?:reported|reports)(?![a-z])|报道"
_CLAUSE_ENDS = r"[\n.,;:!?,。;:!?、]"
_LONGEST_NAME = 60
_LONGEST_AT_START = 40
_MOST_CUES = 8


@dataclass(frozen=True, slots=True)
class Attested:
    """One report, judged: `letter` is what it is worth as evidence, `source` its registry entry if it has one.

    `keys` are what makes it dependent on others; two reports with a common key are one group.
    """

    evidence: Evidence
    source: Source | None
    letter: str
    is_linked: bool
    is_primary: bool
    is_subject: bool
    keys: frozenset[str]

    @property
    def name(self) -> str:
        """The name to show: the registry's, else the writer's, else the link's host."""
        if self.source:
            return self.source.name
        return self.evidence.source or links.host(self.evidence.link) or self.evidence.link


@dataclass(frozen=True, slots=True)
class Group:
    """Reports that are not independent of one another, best first. `letter` is the best one present among them."""

    members: tuple[Attested, ...]

    @property
    def letter(self) -> str:
        """The Admiralty letter of the best member."""
        return self.members[0].letter

    @property
    def counts(self) -> bool:
        """Whether the group corroborates: it is graded A, B or C."""
        return self.letter in "ABC"

    @property
    def is_primary(self) -> bool:
        """Whether one of the members is first-hand for this lead."""
        return any(member.is_primary for member in self.members)

    @property
    def is_outside(self) -> bool:
        """Whether somebody stands behind the news who is neither its subject nor a mere host of papers and code.

        A copy of the subject's own statement is the subject's, whoever prints it.
        """
        if any(member.is_subject for member in self.members):
            return False
        return any(member.letter in "ABC" and _kind(member) != "repository" for member in self.members)

    @property
    def name(self) -> str:
        """The name to quote: of the first-hand member where there is one, else of the best."""
        return next((member.name for member in self.members if member.is_primary), self.members[0].name)


def attest(
    lead: Lead, passage: str, companies: Sequence[Company], rules: Rules, *, is_release: bool
) -> tuple[Attested, ...]:
    """Every report of the lead that names a source or a link, judged.

    `passage` is the normalised title and lede; its "according to X" counts for the lead's own report, and so does
    `is_release`: the text says that it is a press release.
    """
    subjects = frozenset(company.id for company in companies)
    found = []
    for number, evidence in enumerate(lead.evidence):
        if evidence.source or evidence.link:
            keys = set(_origin_keys(evidence.origin, rules))
            if number == 0:
                keys |= {f"owner:{source.owner}" for source in named_origins(passage, rules)}
                keys |= {f"owner:{subject}" for subject in subjects if is_release}
            found.append(_attested(evidence, keys, subjects, rules))
    return tuple(found)


def _attested(evidence: Evidence, keys: Iterable[str], subjects: frozenset[str], rules: Rules) -> Attested:
    host = links.host(evidence.link)
    if host:
        source = rules.source_of(evidence.link)
        letter = source.letter if source else "F"
    else:
        source = rules.source_named(evidence.source) if evidence.source else None
        letter = _at_best(
            source.letter if source else "F", rules.scoring["confidence"]["source"]["name_only_best_letter"]
        )
    is_subject = source is not None and source.subject in subjects
    is_official = source is not None and is_subject and source.kind == "official"
    is_host = source is not None and source.kind in ("authority", "repository")
    return Attested(
        evidence, source, letter, bool(evidence.link), bool(host) and (is_official or is_host), is_subject,
        frozenset((*keys, *_own_keys(evidence, source, host))),
    )  # fmt: skip


def _at_best(letter: str, limit: str) -> str:
    """A name without a link is at best `limit`. E and F stay: being unlinked makes a source no better."""
    return max(letter, limit)


def _own_keys(evidence: Evidence, source: Source | None, host: str) -> Iterator[str]:
    if source:
        yield f"owner:{source.owner}"
    if host and (source is None or "/" not in source.domain):
        yield f"domain:{links.registrable(host)}"
    elif not host and evidence.link:
        yield "desk"
    elif not source:
        yield f"name:{vocabulary.folded(evidence.source)}"


def _origin_keys(origin: str, rules: Rules) -> Iterator[str]:
    """The key an `origin:` stands for: a registered name, a domain, an owner's id, or the words as they are."""
    if not origin:
        return
    source = rules.source_of(origin) if links.is_web(origin) else rules.source_named(origin)
    if source:
        yield f"owner:{source.owner}"
    elif origin in rules.owners:
        yield f"owner:{origin}"
    elif links.is_web(origin):
        yield f"domain:{links.registrable(links.host(origin))}"
    else:
        yield f"name:{vocabulary.folded(origin)}"


def named_origins(passage: str, rules: Rules) -> Iterator[Source]:
    """The registered sources that the passage says the report comes from: "according to X", "X reported", 据X报道."""
    for match in islice(_origin_cues(passage), _MOST_CUES):
        rest = match["after"] or match["zh"]
        source = _name_at_start(rest, rules)
        if source is None and rest.startswith("the "):
            source = _name_at_start(rest[4:], rules)
        if source:
            yield source
    if " report" not in passage and "报道" not in passage:
        return
    for match in islice(re.finditer(_REPORTED, passage), _MOST_CUES):
        clause = re.split(_CLAUSE_ENDS, passage[max(0, match.start() - _LONGEST_NAME) : match.start()])[-1].lstrip()
        if source := _name_at_end(clause, rules):
            yield source


def _origin_cues(passage: str) -> Iterator[re.Match[str]]:
    """The matches of the cue expression, which is only tried where one of its signs stands."""
    places = sorted([place for sign in _CUE_SIGNS if sign in passage for place in _places(sign, passage)])
    last = 0
    for place in places:
        if place >= last and (match := re.compile(_ORIGIN_CUE).match(passage, place)):
            last = match.end()
            yield match


def _places(sign: str, passage: str) -> Iterator[int]:
    place = passage.find(sign)
    while place >= 0:
        yield place
        place = passage.find(sign, place + 1)


def _name_at_end(clause: str, rules: Rules) -> Source | None:
    """The longest registered name that the text ends with, from a word's beginning."""
    if not rules.may_end_with_source(clause):
        return None
    for start in range(len(clause) - 1):
        is_inside_a_word = start and f"{clause[start - 1]}{clause[start]}".isascii() and clause[start - 1] != " "
        if not is_inside_a_word and (source := rules.source_named(clause[start:])):
            return source
    return None


def _name_at_start(rest: str, rules: Rules) -> Source | None:
    """The longest registered name that the text begins with."""
    rest = rest[: _LONGEST_AT_START + 1]
    if not rules.may_begin_with_source(rest):
        return None
    for end in range(min(len(rest), _LONGEST_AT_START), 1, -1):
        if end < len(rest) and rest[end].isascii() and rest[end].isalnum() and rest[end - 1].isascii():
            continue
        if source := rules.source_named(rest[:end]):
            return source
    return None


def grouped(attested: Sequence[Attested]) -> tuple[Group, ...]:
    """The independent groups, best first: A before B … E before F, then by name, whatever order they stand in."""
    if len(attested) < 2:
        return (Group(tuple(attested)),) if attested else ()
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for each in attested:
        first, *others = sorted(each.keys)
        for other in others:
            parent[root(other)] = root(first)
    members: dict[str, list[Attested]] = {}
    for each in attested:
        members.setdefault(root(min(each.keys)), []).append(each)
    groups = [Group(tuple(sorted(each, key=_rank))) for each in members.values()]
    return tuple(sorted(groups, key=lambda group: _rank(group.members[0])))


def _rank(each: Attested) -> tuple[str, bool, str, str]:
    return each.letter, not each.is_primary, each.name.casefold(), each.evidence.link


def is_mismatched(lead: Lead, attested: Sequence[Attested], rules: Rules) -> bool:
    """Whether the lead names a registered outlet but links to another one's domain, aggregators aside.

    A look-alike domain is how a hoax borrows a name: the link decides what the evidence is worth, and this flag
    keeps such a lead from being quoted.
    """
    named = rules.source_named(lead.source) if lead.source else None
    host = links.host(lead.link)
    if named is None or not host:
        return False
    platform = rules.source_at(links.channel(host))
    if platform and platform.owner == named.owner:
        return False  # "GitHub" for a page of a company's channel there
    linked = attested[0].source  # the lead's own report has a link, so it is the first
    if linked is None:
        own = links.registrable(named.domain.partition("/")[0])
        return links.registrable(host) != own
    if named.kind == "official":
        return False  # a company's name says who speaks, and a registered outlet may print it
    return linked.owner != named.owner and linked.kind != "aggregator"


def _kind(each: Attested) -> str:
    return each.source.kind if each.source else "unknown"
