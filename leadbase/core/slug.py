"""Slugs: a text as part of a file name or of an address."""

import re
import unicodedata

from slugify import slugify

_APOSTROPHES = re.compile("['’ʼ]")
# python-slugify's own pattern drops vowel signs, which Indic, Thai, Tibetan, Burmese and Khmer words are spelt with.
_NOT_IN_WORDS = (
    r"(?:[^\w\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e\u0eb1-\u0ece\u0f00-\u0fff\u1000-\u109f"
    r"\u1780-\u17ff]|_)+"
)
_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
_MOST_BYTES = 80


def ascii_slug(text: str) -> str:
    """The text in `[a-z0-9-]`, other scripts transliterated, at most 80 characters; "" when nothing is left of it."""
    return slugify(_APOSTROPHES.sub("", text), max_length=_MOST_BYTES, word_boundary=True)


def file_slug(text: str) -> str:
    """The text as a file's name: letters of any script kept (NFC), lower case, words joined by `-`; "" for none.

    At most 80 bytes of UTF-8. It never begins with `.` or `-` and is no name that Windows keeps for a device.
    """
    words = slugify(_APOSTROPHES.sub("", text), allow_unicode=True, regex_pattern=_NOT_IN_WORDS)
    slug = _cut(unicodedata.normalize("NFC", words))
    return f"{slug}-lead" if _DEVICE.fullmatch(slug) else slug


def _cut(slug: str) -> str:
    """The longest beginning of at most 80 bytes, cut at a word's end if there is one in its second half."""
    raw = slug.encode()
    if len(raw) <= _MOST_BYTES:
        return slug
    kept = raw[:_MOST_BYTES].decode(errors="ignore")
    while kept and unicodedata.category(slug[len(kept)])[0] == "M":
        kept = kept[:-1]
    if slug[len(kept)] != "-":
        words, _, rest = kept.rpartition("-")
        kept = words if len(rest) < len(kept) // 2 else kept
    return kept.rstrip("-")
