"""The scoring table: the desk's numbers over the shipped ones, each checked for its kind, its range and its sign."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from leadbase.core import vocabulary
from leadbase.core.mistakes import Mistakes, shown

CURRENCIES = ("CNY", "EUR", "GBP", "HKD")
"""The currencies in which amounts are found beside the US dollar; one counts when it has a rate."""
_POINTS_LIMIT = 60


def merged_scoring(shipped: Mapping[str, Any], desk: Mapping[str, Any], mistakes: Mistakes) -> Mapping[str, Any]:
    """The scoring table with the desk's keys in place of the shipped ones. What is wrong goes to `mistakes`."""
    if desk.get("schema", shipped["schema"]) != shipped["schema"]:
        mistakes.error("scoring", "schema", f"must be {shipped['schema']}, not {shown(desk['schema'])}")
        desk = {key: value for key, value in desk.items() if key != "schema"}
    table = _merged(shipped, desk, "", mistakes)
    if not mistakes.errors:
        _contradictions(table, mistakes)
    return table


def _merged(shipped: Mapping[str, Any], desk: Mapping[str, Any], prefix: str, mistakes: Mistakes) -> Mapping[str, Any]:
    keys = (*shipped, *CURRENCIES) if prefix == "value.magnitude.fx_to_usd." else tuple(shipped)
    known = {key.replace("_", "-"): key for key in keys}
    merged = dict(shipped)
    for written, value in desk.items():
        where = f"{prefix}{written}"
        key = known.get(written.replace("_", "-"))
        if key is None:
            mistakes.unknown_key("scoring", where, known)
            continue
        if key != written and key in desk:
            mistakes.error("scoring", where, f"stands twice, as {key} too")
            continue
        default = shipped.get(key, 1.0)
        if isinstance(default, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(default, value, f"{prefix}{key}.", mistakes)
        elif wrong := _wrong_value(f"{prefix}{key}", default, value):
            mistakes.error("scoring", where, wrong)
        else:
            merged[key] = value
    return MappingProxyType(merged)


def _wrong_value(where: str, default: object, value: object) -> str:
    """What is wrong with a value that replaces the default, or ""."""
    checks: tuple[tuple[str, Callable[[str, object, object], str]], ...] = (
        ("value.type.", _wrong_type_points),
        ("value.magnitude.fx_to_usd.", _wrong_rate),
        ("grades.quotable.", _wrong_words),
        ("confidence.source.weights", _wrong_weights),
        ("confidence.source.name_only_best_letter", _wrong_letter),
    )
    if isinstance(default, Mapping):
        return f"must be a table, not {shown(value)}"
    for prefix, check in checks:
        if where.startswith(prefix):
            return check(where, default, value)
    if isinstance(default, list):
        return _wrong_bands(value, is_penalty=where.startswith("confidence."))
    return _wrong_scalar(where, default, value)


def _wrong_scalar(where: str, default: object, value: object) -> str:
    if isinstance(default, str) or isinstance(value, bool) or isinstance(default, bool):
        return "" if type(value) is type(default) else f"must be {_kind(default)}, not {shown(value)}"
    if not isinstance(value, int):
        return f"must be a whole number, not {shown(value)}"
    return _wrong_number(where, value)


_RANGES: tuple[tuple[str, int, int], ...] = (
    ("scan.lede_characters", 40, 10_000),  # a text of fewer than 40 characters counts as missing
    ("value.penalty.", -_POINTS_LIMIT, 0),
    ("value.timeliness.half_life_days.", 1, 3650),
    ("value.magnitude.", 0, 10**18),
    ("value.", 0, _POINTS_LIMIT),
    ("confidence.base", 0, 100),
    ("confidence.source.points.F", -_POINTS_LIMIT, 0),  # a source nobody can judge never adds anything
    ("confidence.directness.primary", 0, _POINTS_LIMIT),
    ("confidence.directness.on-record", 0, _POINTS_LIMIT),
    ("confidence.verification.verified", 0, _POINTS_LIMIT),
    ("confidence.verification.confirmed-official", 0, _POINTS_LIMIT),
    ("confidence.verification.partially-verified", 0, _POINTS_LIMIT),
    ("confidence.source.", -_POINTS_LIMIT, _POINTS_LIMIT),
    ("confidence.", -_POINTS_LIMIT, 0),
    ("grades.expire_half_lives", 1, 1000),
    ("grades.", 0, 100),
    ("cost.", 0, 1000),
    ("report.", 0, 10_000),
    ("schema", 1, 1),
)
"""The least and the greatest of the whole numbers, by the first prefix that fits: a penalty is never a bonus."""


def _wrong_number(where: str, value: int) -> str:
    low, high = next((low, high) for prefix, low, high in _RANGES if where.startswith(prefix))
    return "" if low <= value <= high else f"must lie between {low} and {high}, not {shown(value)}"


def _contradictions(table: Mapping[str, Any], mistakes: Mistakes) -> None:
    """What is wrong only together: letters out of their order, floors above what they are floors of."""
    points = table["confidence"]["source"]["points"]
    if [points[letter] for letter in "ABCDE"] != sorted((points[letter] for letter in "ABCDE"), reverse=True):
        mistakes.error(
            "scoring", "confidence.source.points", "a better letter must never be worth less than a worse one"
        )
    grades = table["grades"]
    floors = ("confidence_reject_high_value", "confidence_reject", "confidence_quotable")
    if [grades[key] for key in floors] != sorted(grades[key] for key in floors):
        mistakes.error("scoring", "grades", f"{', '.join(floors)} must not fall in this order")


def _wrong_type_points(_where: str, default: object, value: object) -> str:
    match value:
        case [bool(), _] | [_, bool()]:
            pass
        case [int(points), ("flash" | "fast" | "normal" | "slow")] if abs(points) <= _POINTS_LIMIT:
            return ""
    return f'must be [points, "flash" | "fast" | "normal" | "slow"] such as {shown(default)}, not {shown(value)}'


def _wrong_rate(_where: str, _default: object, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        return f"must be how many US dollars one unit is worth, such as 0.14, not {shown(value)}"
    return ""


def _wrong_letter(_where: str, _default: object, value: object) -> str:
    return "" if value in vocabulary.LETTERS else f"must be a letter from A to F, not {shown(value)}"


def _wrong_weights(_where: str, _default: object, value: object) -> str:
    numbers = value if isinstance(value, list) else []
    fine = all(isinstance(each, int | float) and not isinstance(each, bool) and 0 <= each <= 1 for each in numbers)
    return (
        "" if numbers and fine and numbers == sorted(numbers, reverse=True) else "must be falling numbers from 0 to 1"
    )


def _wrong_words(where: str, _default: object, value: object) -> str:
    allowed: dict[str, tuple[str, ...]] = {
        "grades.quotable.verification": ("verified", "confirmed-official"),  # a person's finding, and no lesser one
        "grades.quotable.sourcing": ("primary", "two-independent-B", "one-A-on-record-and-verified"),
        "grades.quotable.block_types": tuple(vocabulary.TYPES),
    }
    if where not in allowed:
        return "" if isinstance(value, bool) else f"must be true or false, not {shown(value)}"
    if not isinstance(value, list):
        return f"must be a list, not {shown(value)}"
    strange = [each for each in value if each not in allowed[where]]
    if strange:
        return f"{shown(strange[0])} is none of {', '.join(allowed[where])}"
    needs_one = where != "grades.quotable.block_types"
    return "must not be empty: then every lead would pass" if needs_one and not value else ""


def _wrong_bands(value: object, *, is_penalty: bool) -> str:
    shape = "must be a list of [at least, points], the highest first"
    if not isinstance(value, list):
        return f"{shape}, not {shown(value)}"
    if wrong := next(filter(None, (_wrong_band(band, shape, is_penalty) for band in value)), ""):
        return wrong
    thresholds = [band[0] for band in value]
    strengths = [abs(band[1]) for band in value]
    if thresholds != sorted(thresholds, reverse=True) or strengths != sorted(strengths, reverse=True):
        return f"{shape}: a higher band never counts less"
    return ""


def _wrong_band(band: object, shape: str, is_penalty: bool) -> str:
    match band:
        case [bool(), _] | [_, bool()]:
            return f"{shape}, not {shown(band)}"
        case [int() | float() as threshold, int(points)] if 0 <= threshold < 1e18 and abs(points) <= _POINTS_LIMIT:
            if points and is_penalty != (points < 0):
                return f"points must not be {'above' if is_penalty else 'below'} 0 in {shown(band)}"
            return ""
    return f"{shape}, not {shown(band)}"


def _kind(value: object) -> str:
    return {"bool": "true or false", "str": "a text", "int": "a whole number"}.get(type(value).__name__, "a table")
