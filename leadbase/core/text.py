"""Text as the rules read it: normalised once, with the way back to the writer's own characters."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

INVISIBLE = dict.fromkeys(
    (
        0xAD, 0x34F, *range(0x600, 0x606), 0x61C, 0x6DD, 0x70F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810),
        *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF,
        0xFFA0, *range(0xFFF0, 0xFFFC), *range(0xE0000, 0xE1000),
    )
)  # fmt: skip
"""Characters that show nothing (format characters and Unicode's default ignorables), for `str.translate`: a reader does
not see them, so a rule must not stumble over them."""
_INVISIBLE = re.compile(
    "[\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_TYPOGRAPHY = {
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-"),
    **dict.fromkeys((0x2018, 0x2019, 0x2032), "'"),
}
"""Dashes and quotes that word processors put in the place of the plain ones: GPT‑5 is GPT-5, won’t is won't."""
_TYPOGRAPHIC = re.compile("[\u2010-\u2014\u2212\u2018\u2019\u2032]")
_FULL_WIDTH = tuple((chr(code), chr(code - 0xFEE0)) for code in map(ord, "，：；！？（）％"))
"""The commonest characters that NFKC changes in Chinese: replacing them before spares it most of its work."""
_TITLE_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """Where a rule found its evidence: characters `start` to `end` of the lead's `title` or `text`."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What the text rules read: title and lede, NFKC, case-folded, without format characters, spaces collapsed.

    `text` is `title + "\n" + lede`; nothing else in it is a line break, so no phrase spans both. What the writer
    wrote there is kept beside it for the way back.
    """

    text: str
    title_length: int
    title: str
    lede: str
    lede_start: int

    def field(self, start: int) -> str:
        """The field that `text[start]` comes from: title or text."""
        return "title" if start <= self.title_length else "text"

    def span(self, start: int, end: int) -> Span:
        """The writer's own characters behind `text[start:end]`."""
        if start <= self.title_length:
            return Span("title", *_back(self.title, start, end))
        shift = self.title_length + 1
        first, last = _back(self.lede, start - shift, end - shift)
        return Span("text", first + self.lede_start, last + self.lede_start)


def passage(title: str, text: str, lede_characters: int) -> Passage:
    """The passage of a lead: its title and the first `lede_characters` of its text, both normalised.

    Of a title longer than 1,000 characters, which nobody wrote for a reader, the rest is not read. Spans count from
    the first character of `title` and `text` as given.
    """
    lede_start = len(text) - len(text.lstrip())
    head, lede = _beginning(title, _TITLE_CHARACTERS), _beginning(text[lede_start:], lede_characters)
    folded_title = folded(head)[:_TITLE_CHARACTERS].rstrip()
    folded_lede = folded(lede)[:lede_characters].rstrip()
    return Passage(f"{folded_title}\n{folded_lede}", len(folded_title), head, lede, lede_start)


def _beginning(raw: str, characters: int) -> str:
    """Enough of a text for so many normalised characters, however much of it shows nothing."""
    length = 2 * characters + 64
    while length < len(raw) and len(folded(raw[:length])) < characters:
        length *= 4
    return raw[:length]


def folded(raw: str) -> str:
    """The normalised form of a text, on one line."""
    return " ".join((raw.lower() if raw.isascii() else _plain(raw)).split())


def _plain(raw: str) -> str:
    """The text character by character. Tables are slow, so they are only used where something of them stands."""
    plain = raw.translate(INVISIBLE) if _INVISIBLE.search(raw) else raw
    for full, half in _FULL_WIDTH:
        plain = plain.replace(full, half)
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
    return plain.translate(_TYPOGRAPHY) if _TYPOGRAPHIC.search(plain) else plain


@lru_cache(maxsize=64)
def _origins(raw: str) -> Sequence[tuple[int, int]] | None:
    """For each character of `folded(raw)` the characters it came from; None when they stand in the same places."""
    if len(folded(raw)) == len(raw) and all(map(_stays_one, set(raw))):
        return None
    places: list[tuple[int, int]] = []
    was_space = True
    for start, end in _clusters(raw):
        for character in _plain(raw[start:end]):
            if not (was_space and character.isspace()):
                places.append((start, end))
            was_space = character.isspace()
    return places


@lru_cache(maxsize=8192)
def _stays_one(character: str) -> bool:
    return len(_plain(character)) == 1


def _clusters(raw: str) -> Iterator[tuple[int, int]]:
    """Each base character with the marks that can be composed with it: normalised one by one, they give the whole."""
    start = end = 0
    for index, character in enumerate(raw):
        if ord(character) in INVISIBLE:
            continue
        if end > start and not _joins(character):
            yield start, end
            start = end
        if end == start:
            start = index
        end = index + 1
    if end > start:
        yield start, end


def _joins(character: str) -> bool:
    """Whether the character can be composed with the one before: a mark, or a Korean vowel or final."""
    first = character if character.isascii() else unicodedata.normalize("NFKC", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


def _back(raw: str, start: int, end: int) -> tuple[int, int]:
    origins = _origins(raw)
    if origins is None or start >= end:
        return start, end
    return origins[start][0], origins[end - 1][1]


def has_chinese(text: str) -> bool:
    """Whether the text has a Chinese character."""
    return any("\u3400" <= character <= "\u9fff" for character in text)
