"""Settings and rules as TOML: leadbase.toml, the files under rules/, and the shipped defaults."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leadbase.errors import Problem, SettingsError

Tables = Mapping[str, Mapping[str, Any]]
"""Rules file without its suffix → the TOML document."""

RULES_FILES = ("scoring", "companies", "sources", "lexicon")
"""The files of a base's rules/ folder, without their `.toml`."""

SETTINGS_FILE = "leadbase.toml"
STARTER = Path(__file__).resolve().parent.parent / "starter"
_DEFAULTS = STARTER / "defaults"
_MAX_BYTES = 2_000_000
_DEEP_KEY = re.compile(rb"(?:[\w\"'-]{1,100}[ \t]*\.[ \t]*){33}")
"""Keys such as a.a.a… take tomllib time by the square of their parts."""
_AT_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
_DESK = ("name", "timezone")
_QUERIES = "queries"
_TABLES = ("desk", _QUERIES)
_QUERY_NAME = re.compile(r"[\w-]{1,64}")
_MAX_QUERY = 10_000
_NAME_HINT = "a name has letters, digits, - and _, at most 64 of them"


@dataclass(frozen=True, slots=True)
class Settings:
    """What leadbase.toml says. `zone` is the desk's: it decides where a day begins.

    `queries` are the saved ones, name → text; whether a text is a query is for whoever asks it to find out.
    """

    name: str
    zone: tzinfo
    zone_name: str
    queries: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)


def parse_settings(raw: bytes) -> Settings:
    """The settings in the bytes of a leadbase.toml. Raises SettingsError with every mistake in it."""
    try:
        document = _document(raw, SETTINGS_FILE)
    except _NotToml as error:
        raise SettingsError([error.problem]) from None
    problems = list(_unknown(document))
    desk = document.get("desk", {}) if isinstance(document.get("desk", {}), Mapping) else {}
    zone_name = desk.get("timezone", "UTC")
    zone = zone_named(zone_name) if isinstance(zone_name, str) else None
    if zone is None and isinstance(zone_name, str):
        problems.append(
            _mistake("desk.timezone", f"{zone_name!r} is not a time zone", "write one such as Asia/Shanghai or UTC")
        )
    if problems or zone is None:
        raise SettingsError(problems)
    queries: Mapping[str, str] = MappingProxyType(dict(document.get(_QUERIES, {})))
    return Settings(str(desk.get("name", "")), zone, zone_name, queries)


def _unknown(document: Mapping[str, Any]) -> Iterator[Problem]:
    for table, values in document.items():
        if table not in _TABLES:
            yield _mistake(table, "is not a table leadbase knows", f"there are {' and '.join(_TABLES)}")
        elif not isinstance(values, Mapping):
            yield _mistake(table, f"must be a table, written as [{table}]", "")
        else:
            for key, value in values.items():
                yield from _wrong_query(key, value) if table == _QUERIES else _wrong_key(key, value)


def _wrong_key(key: str, value: object) -> Iterator[Problem]:
    if key not in _DESK:
        yield _mistake(f"desk.{key}", "is not a key leadbase knows", f"there are {', '.join(_DESK)}")
    elif not isinstance(value, str):
        yield _mistake(f"desk.{key}", "must be a text in quotes", "")


def _wrong_query(name: str, value: object) -> Iterator[Problem]:
    if not _QUERY_NAME.fullmatch(name):
        shown = name if len(name) <= 64 else f"{name[:64]}…"
        yield _mistake(f"{_QUERIES}.{shown}", "is no name for a query", _NAME_HINT)
    elif not isinstance(value, str):
        yield _mistake(
            f"{_QUERIES}.{name}", "must be a text in quotes", f"such as {name} = 'grade:quotable time:-3d..'"
        )
    elif len(value) > _MAX_QUERY:
        message = f"has {len(value):,} characters, more than {_MAX_QUERY:,}"
        yield _mistake(f"{_QUERIES}.{name}", message, "save parts of it by names of their own and write @name for them")


def _mistake(key: str, message: str, hint: str) -> Problem:
    return Problem(SETTINGS_FILE, None, "error", "settings", f"{key}: {message}", hint)


def zone_named(name: str) -> tzinfo | None:
    """The time zone of an IANA name such as Asia/Shanghai, or None; not this machine's own, whatever that is."""
    if name in ("localtime", "posixrules") or name.startswith(("posix/", "right/")):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local_zone_name() -> str:
    """The name of this machine's time zone where it tells one, else UTC."""
    try:
        link = Path("/etc/localtime").readlink().as_posix()
    except OSError:
        return "UTC"
    name = link.rpartition("zoneinfo/")[2]
    return name if zone_named(name) else "UTC"


def shipped_rules() -> Tables:
    """The tables leadbase ships: scoring, companies, sources and lexicon."""
    return {name: _document((_DEFAULTS / f"{name}.toml").read_bytes(), f"{name}.toml") for name in RULES_FILES}


def parse_rules(files: Mapping[str, bytes]) -> tuple[Tables, tuple[Problem, ...]]:
    """The tables of a desk's rules files, given as name without suffix → bytes, and what is no TOML among them."""
    tables: dict[str, Mapping[str, Any]] = {}
    problems: list[Problem] = []
    for name, raw in files.items():
        try:
            tables[name] = _document(raw, f"rules/{name}.toml")
        except _NotToml as error:
            problems.append(error.problem)
    return tables, tuple(problems)


class _NotToml(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _document(raw: bytes, path: str) -> Mapping[str, Any]:
    line: int | None = None
    try:
        if len(raw) > _MAX_BYTES:
            raise ValueError(f"it is larger than {_MAX_BYTES} bytes")
        if deep := _DEEP_KEY.search(raw):
            line = raw.count(b"\n", 0, deep.start()) + 1
            raise ValueError("a key has too many parts")
        return tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line, message = raw[: error.start].count(b"\n") + 1, "is not UTF-8; save it as UTF-8"
    except (ValueError, RecursionError) as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1] or len(raw.splitlines())) if found else line
        message = f"is not TOML: {_AT_LINE.sub('', str(error)).strip()}"
    raise _NotToml(Problem(path, line, "error", "toml", message))
