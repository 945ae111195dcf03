"""The columns an index keeps of every lead, and how several values stand in one of them."""

from collections.abc import Sequence

COLUMNS = (
    "name", "name_key", "is_readable", "is_failed", "is_stale", "has_references", "problem_count", "title", "companies",
    "type", "sources", "links", "tags", "verification", "attribution", "language", "day", "instant", "embargo_day",
    "free_from", "score", "confidence", "grade", "code", "canonical",
)  # fmt: skip
"""What is kept of every lead beside its record: what conditions, orders and counts are about. Days are ordinals."""

SEPARATOR = "\x1f"
"""Between the values of a column that holds several."""

WITHOUT_HOUR = 9e18
"""The instant of a lead that has a day and no hour: it sorts after every hour of its day."""


def joined(several: Sequence[str]) -> str:
    """Several values as one column; `split` takes them apart. In a value, the separator itself counts as a space."""
    if len(several) == 1 and SEPARATOR not in several[0]:
        return several[0]
    return SEPARATOR.join([each.replace(SEPARATOR, " ") for each in several])


def split(column: str) -> tuple[str, ...]:
    """The values that `joined` put together; a column of nothing holds none."""
    return tuple(column.split(SEPARATOR)) if column else ()
