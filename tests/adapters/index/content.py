"""Everything an index holds, read past its own code, so that two of them can be compared."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from leadbase import workspace
from leadbase.adapters.settings import Tables, shipped_rules
from leadbase.core import rules
from leadbase.core.columns import COLUMNS


def content(index: Path) -> dict[str, Any]:
    """The leads by path, their values, every token at its place, what is refused, and the folders with their marks.

    Numbers of rows, stamps and the mark of what was read too soon are left out: they tell when and not what.
    """
    with closing(sqlite3.connect(index)) as connection:
        run = connection.execute
        paths = dict(run("SELECT id, folder || '/' || file FROM lead"))
        run("CREATE VIRTUAL TABLE temp.tokens USING fts5vocab('main', 'words', 'instance')")
        leads = run(f"SELECT lead.id, hex(hash), {', '.join(COLUMNS)}, record, problems FROM lead JOIN whole USING(id)")
        values = run("SELECT lead, field, text, canon FROM has JOIN value ON value.id = has.value").fetchall()
        tokens = run("SELECT doc, term, col, offset FROM temp.tokens").fetchall()
        return {
            "leads": {paths[id_]: rest for id_, *rest in leads},
            "count": run("SELECT count(*) FROM lead").fetchone()[0],
            "values": sorted((paths[id_], *rest) for id_, *rest in values),
            "tokens": sorted((paths[id_], *map(str, rest)) for id_, *rest in tokens),
            "refused": sorted(run("SELECT * FROM refused")),
            "folders": sorted(run("SELECT * FROM shelf")),
        }


@cache
def _shipped() -> Tables:
    return shipped_rules()


@cache
def _unchanged() -> rules.Rules:
    return _build(_shipped(), {})


_build = rules.build


def _built(shipped: Tables, desk: Tables) -> rules.Rules:
    return _build(shipped, desk) if desk else _unchanged()


def make_rules_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of bases without their own are made once in a run: they are values, and half the time of a test."""
    monkeypatch.setattr(workspace, "shipped_rules", _shipped)
    monkeypatch.setattr(rules, "build", _built)
