"""An invented desk for the tests of reports: its rules, its leads, and what every report has to be.

`python -m tests.core.report_desk` writes the golden reports anew; read their diff before committing it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from leadbase.adapters import renderer
from leadbase.adapters.settings import shipped_rules
from leadbase.core.lead import Evidence, Lead, Reading, read
from leadbase.core.report import Edition, Provenance, edition, sidecar, surroundings, tidy
from leadbase.core.reportwords import context, reasons
from leadbase.core.rules import Rules, build

GOLDEN = Path(__file__).parent.parent / "golden"
DAY = date(2026, 4, 24)
ZONE = ZoneInfo("Asia/Shanghai")
COMMITTED = Provenance("0123456789abcdef0123456789abcdef01234567", datetime(2026, 4, 24, 10, 30, tzinfo=UTC))
_REVIEWED = {"reason": "invented", "reviewed": date(2026, 1, 1)}
_COMPANIES = [
    {"id": "northwind", "names": ["Northwind AI", "北风智能"], "tier": "S", "domains": ["northwind.example"]},
    {"id": "lumenworks", "names": ["Lumenworks"], "tier": "A", "domains": ["lumenworks.example"]},
]
_SOURCES = [
    {"domain": "wire.example", "names": ["Wire One"], "kind": "wire", "owner": "wire-one", "letter": "A", **_REVIEWED},
    {"domain": "daily.example", "names": ["The Daily"], "kind": "press", "owner": "daily", "letter": "B", **_REVIEWED},
    {
        "domain": "northwind.example", "names": ["Northwind newsroom"], "kind": "official", "owner": "northwind",
        "subject": "northwind", "letter": "B", **_REVIEWED,
    },
    {"domain": "x.com", "names": ["X"], "kind": "social", "owner": "x"},
]  # fmt: skip
_LEXICON = {
    "hedge": {"en": ["reportedly", "in talks"], "zh": ["网传", "据传"]},
    "anonymous": {"en": ["people familiar"], "zh": ["知情人士"]},
    "denial": {"en": ["denies"], "zh": ["否认"]},
    "self-claim": {"en": ["most powerful"], "zh": ["最强"]},
    "type": {},
}


def desk_rules() -> Rules:
    """The shipped scoring with an invented registry and a few cue words. The digest is a fixed one."""
    tables: dict[str, dict[str, Any]] = {
        "companies": {"company": _COMPANIES},
        "sources": {"source": _SOURCES},
        "lexicon": _LEXICON,
    }
    return replace(build({**shipped_rules(), **tables}, {}), digest="feedfacecafe")


TEXT = "Northwind and Lumenworks said on Friday that they had signed an agreement on licences for three years."


def lead(name: str, **fields: Any) -> Lead:
    """A sound lead of the day from the company's own site, with any field changed; `source` and `link` for short."""
    link = fields.pop("link", "https://northwind.example/press")
    source = fields.pop("source", "Northwind newsroom")
    also = fields.pop("also", ())
    base: dict[str, Any] = {
        "path": f"leads/2026/04/{name}.md",
        "title": f"Northwind news {name}",
        "companies": ("Northwind AI",),
        "type": "partnership",
        "evidence": (Evidence(source, link), *also),
        "time": DAY,
        "verification": "unverified",
        "text": TEXT,
    }
    whole = {**base, **fields}
    moment = whole["time"]
    day = moment.astimezone(ZONE).date() if isinstance(moment, datetime) else moment
    return Lead(name=name, **{"day": day, **whole})


def readings(leads: Iterable[Lead]) -> list[Reading]:
    """The leads as if their files had been read without a problem."""
    return [Reading(each.path, each) for each in leads]


def from_file(name: str, text: str) -> Reading:
    """A lead's file, read."""
    return read(text.encode(), f"leads/2026/04/{name}.md", ZONE)


def compiled(
    found: Iterable[Reading], rules: Rules, *, day: date = DAY, provenance: Provenance = COMMITTED
) -> tuple[str, str, Edition]:
    """The report of a day, its sidecar, and what they were made from."""
    edited = edition(found, rules, surroundings(found, day), ZONE, "Asia/Shanghai")
    markdown = tidy(renderer.render("daily.md.j2", {}, context(edited, provenance, rules)))
    return markdown, sidecar(edited, provenance, markdown, reasons(edited)), edited


def body_of(markdown: str) -> str:
    """A report without its front matter."""
    return markdown.split("---\n", 2)[2]


def tokens_of(markdown: str) -> list[Token]:
    """Everything CommonMark sees in a report's body, blocks and what is in them."""
    blocks = MarkdownIt("commonmark", {"html": True}).parse(body_of(markdown))
    return [each for block in blocks for each in (block, *(block.children or ()))]


def headings_of(markdown: str) -> list[tuple[str, str]]:
    """Each heading as its tag and its visible text."""
    blocks = MarkdownIt("commonmark").parse(body_of(markdown))
    return [
        (block.tag, "".join(child.content for child in following.children or ()))
        for block, following in pairwise(blocks)
        if block.type == "heading_open"
    ]


_PLAIN_TOKENS = frozenset(
    {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "text_special",
        "link_open", "link_close", "code_inline", "blockquote_open", "blockquote_close", "bullet_list_open",
        "bullet_list_close", "list_item_open", "list_item_close",
    }
)  # fmt: skip


def faults(markdown: str) -> Iterator[str]:
    """What a linter, a site generator or a careful reader would object to in a report."""
    if markdown != tidy(markdown) or "\t" in markdown or "\r" in markdown:
        yield "spaces, tabs or line ends"
    front = yaml.safe_load(markdown.split("---\n", 2)[1])
    slugs = [*front["tags"], *front.get("companies", []), *front.get("lead_types", [])]
    yield from (f"slug {slug!r}" for slug in slugs if not re.fullmatch(r"[a-z0-9-]+", str(slug)) or slug != str(slug))
    yield from (f"no {key}" for key in ("title", "description", "summary", "date", "lastmod") if key not in front)
    yield from _line_faults(body_of(markdown).split("\n"))
    found = headings_of(markdown)
    if len({text.casefold() for _, text in found}) < len(found):
        yield "two headings are the same"
    levels = [2, *(int(tag[1]) for tag, _ in found)]
    if any(level not in (2, 3) or level > before + 1 for before, level in pairwise(levels)):
        yield "heading levels"
    for token in tokens_of(markdown):
        if token.type not in _PLAIN_TOKENS:
            yield f"token {token.type}"
        if token.type == "link_open" and not str(token.attrs["href"]).startswith(("https://", "http://")):
            yield f"link {token.attrs['href']}"


def _line_faults(lines: list[str]) -> Iterator[str]:
    for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        if line.startswith("#") and (before or after):
            yield f"no blank line around {line!r}"
        if line.startswith("#") and re.search(r"(?<!&#\d\d)(?<!&#\d{3})(?<!&#\d{5})[.,;:!。，；：！]$", line):
            yield f"a mark at the end of {line!r}"
        if line.startswith("- ") and not (before == "" or before.startswith("- ")):
            yield f"no blank line before {line!r}"
        if "://" in re.sub(r"\]\([^() ]*\)", "]", line):
            yield f"bare address in {line!r}"
        if re.search(r"[<>{}\\]", line.removeprefix("> ")):
            yield f"a mark that could be active in {line!r}"


# ------------------------------------------------------------------------------------------------------------- golden

HOSTILE = (
    "{{< youtube w7Ft2ymGmfc >}}",
    '{{ range.constructor("return 7000+777")() }}',
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/t.gif)",
    "see https://evil.example/a www.evil.com mailto:a@evil.com",
    'x\n\n[example]: https://evil.example/ "t"\n\ny',
    "# Directly quotable",
    "a | b | c",
    "2026. A year",
    '--8<-- "secret.txt"',
    "abc\u202ecba\u202c x\u200by",
    "costs $5 or $6 and ~~nothing~~ else!",
    "\u200b",
)


def desk_day() -> list[Reading]:
    """A day with everything in it."""
    wire = Evidence("Wire One", "https://wire.example/northwind-lumenworks", DAY)
    leads = [
        lead("agreement", title="Northwind and Lumenworks announce three-year licensing agreement",
             companies=("Northwind AI", "Lumenworks"), verification="verified", also=(wire,),
             time=datetime(2026, 4, 24, 3, 30, tzinfo=UTC), tags=("licences",)),
        lead("strongest", title="Northwind 发布北风三号，称为最强模型。", companies=("北风智能",), type="model-release",
             verification="confirmed-official", language="zh",
             text="北风智能周五发布**北风三号**，称其为最强模型。[技术报告](https://northwind.example/r)同日公布。"),
        lead("same-deal", title="Northwind and Lumenworks announce three-year licensing agreement",
             duplicate_of="agreement"),
        lead("talks", title="Northwind in talks to buy chip maker for 12 billion dollars", type="m-and-a",
             source="Wire One", link="https://wire.example/talks", attribution="anonymous",
             also=(Evidence("The Daily", "https://daily.example/talks"), Evidence("A person at the bank")),
             text="People familiar with the matter said Northwind was in talks. It may pay $12 billion, ~$40 a share."),
        lead("whisper", title="Is Northwind about to raise prices?", type="pricing", source="X",
             link="https://x.com/someone/status/1", companies=("Northwind AI", "On", "360"), text="Short."),
        lead("call", title="What a Northwind engineer said on the phone", type="personnel", source="Jane Roe",
             link="notes/call.md", attribution="background"),
        lead("older", title="Lumenworks opens a data centre in Kiruna", companies=("Lumenworks",),
             type="infrastructure", source="The Daily", link="https://daily.example/kiruna", time=date(2026, 4, 21)),
        lead("ancient", title="Northwind hires a chief scientist", type="personnel", time=date(2026, 3, 1)),
        lead("tomorrow", title="A lead of the next day", time=date(2026, 4, 25)),
        lead("undated", title="A lead of no day", time=None),
        lead("embargoed", title="Not before Monday", embargo_until=date(2026, 4, 27)),
        lead("released", title="Northwind opens its programme for universities", time=date(2026, 4, 22),
             embargo_until=datetime(2026, 4, 23, 9, 0, tzinfo=ZONE), verification="verified"),
        lead("off", title="Never to be printed", attribution="off-record"),
    ]  # fmt: skip
    broken = [
        from_file("unclosed", "---\ntitle: A lead with no end\n"),
        from_file("odd", "---\ntitle: <b>Odd</b>\ntime: 2026-04-24\nverification: surely & <b>\nlink: nowhere\n---\n"),
    ]
    return [*readings(leads), *broken]


def hostile_day() -> list[Reading]:
    """Leads that try to be more than text."""
    return readings(
        lead(f"hostile-{number:02}", title=text, companies=(text,), source=text, text=text,
             link=f"https://evil.example/{number}?q={text}", tags=(text,), also=(Evidence(text, text),),
             verification="verified")
        for number, text in enumerate(HOSTILE, 1)
    )  # fmt: skip


DAYS: Mapping[str, list[Reading]] = {"desk-day": desk_day(), "hostile-day": hostile_day(), "quiet-day": []}


def main() -> None:
    """Write the golden reports anew."""
    rules = desk_rules()
    for name, found in DAYS.items():
        markdown, record, _ = compiled(found, rules)
        (GOLDEN / f"report-{name}.md").write_bytes(markdown.encode())
        (GOLDEN / f"report-{name}.leads.json").write_bytes(record.encode())
        for fault in faults(markdown):
            print(name, fault)  # noqa: T201 - this is a script when it is run


if __name__ == "__main__":
    main()
