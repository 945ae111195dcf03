"""Reading a lead never raises, whatever the bytes and whatever the values."""

from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadbase.core import vocabulary
from leadbase.core.lead import read

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")

KEYS = st.sampled_from([*vocabulary.FIELDS, "标题", "来源", "status", "x"])
VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "~", "[]", "{}", "[a, [b]]", "{a: b}", "2026-04-24T25:00", "9999-12-31T23:59:59Z", "'", '"', "|", ">", "&a b", "*a",
         "!!int x", "- a", "1e999", ".nan", "https://[", "https://a b", "verified", "\u202e", "\x85", "2026-04-24"]
    ),
)  # fmt: skip
FRAGMENTS = st.sampled_from(
    ["---\n", "title: x\n", "time: 2026-04-24\n", "\ufeff", "\r\n", "also:\n  - a\n", "\x00", "--- \n", "...\n", "verification: 已核实\n",
     "\ud7ff", "- ", "[", "{", ": ", "#", "text\n"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.lists(FRAGMENTS, max_size=10).map(lambda parts: "".join(parts).encode())))
@example(b"---\n---\n")
def test_reading_never_raises_whatever_the_bytes(raw: bytes) -> None:
    found = read(raw, "leads/x.md", SHANGHAI)
    assert found.failed or found.lead is not None
    assert found.lead is not None or found.problems


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=6), st.sampled_from([SHANGHAI, NEW_YORK, APIA]))
def test_reading_never_raises_whatever_the_values(fields: dict[str, str], zone: ZoneInfo) -> None:
    written = "".join(f"{key}: {value}\n" for key, value in fields.items())
    raw = f"---\ntitle: T\n{written}---\n".encode("utf-8", "surrogatepass")
    found = read(raw, "leads/x.md", zone)
    if found.lead is None:
        assert found.failed
        return
    assert found.lead.type in vocabulary.TYPES
    assert found.lead.verification in vocabulary.VERIFICATIONS
    assert found.lead.attribution in vocabulary.ATTRIBUTIONS
    assert found.lead.evidence
    if found.lead.time:
        assert found.lead.day is not None
