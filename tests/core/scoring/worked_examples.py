"""The invented registry of the worked examples on top of the shipped scoring table and lexicon."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leadbase.adapters.settings import shipped_rules
from leadbase.core.lead import Evidence, Lead
from leadbase.core.rules import Rules, build

EXAMPLES: Mapping[str, Any] = tomllib.loads(
    (Path(__file__).parent.parent / "data" / "scoring-examples.toml").read_text(encoding="utf-8")
)


def example_lead(example: Mapping[str, Any], **changes: Any) -> Lead:
    """A worked example as a lead, with any field of Lead changed."""
    fields: dict[str, Any] = {
        "name": example["id"],
        "path": f"leads/{example['id']}.md",
        "title": example["title"],
        "companies": (example["company"],),
        "type": example["type"],
        "evidence": tuple(Evidence(**each) for each in example["evidence"]),
        "time": example["time"],
        "day": example["time"],
        "verification": example["verification"],
        "text": example["text"],
    }
    return Lead(**{**fields, **changes})


def example_rules() -> Rules:
    """Shipped scoring and lexicon with the examples' companies and sources in place of the shipped registry."""
    shipped = shipped_rules()
    invented = {"companies": {"company": EXAMPLES["company"]}, "sources": {"source": EXAMPLES["source"]}}
    return build({**shipped, **invented}, {})
