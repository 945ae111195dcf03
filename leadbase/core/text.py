"""Text as the rules read it: normalised once, with the way back to the writer's own characters."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_FORMAT_CHARACTERS = dict.fromkeys(
    (
        0xAD, *range(0x600, 0x606), 0x61C, 0x6DD, 0x70F, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
        *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080),
    )
)  # fmt: skip
"""Unicode's format characters (category Cf) that hide in text: zero-width, joining, direction and tag characters."""
_TYPOGRAPHY = {
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-"),
    **dict.fromkeys((0x2018, 0x2019, 0x2032), "'"),
}
"""Dashes and quotes that word processors put in the place of the plain ones: GPT‑5 is GPT-5, won’t is won't."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a rule found its evidence: characters `start` to `end` of the lead's `title` or `text`."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What the text rules read: title and lede, NFKC, case-folded, without format characters, spaces collapsed.

    `text` is `title + "\n" + lede`; nothing else in it is a line break, so no phrase spans both. The writer's own
    title and lede are kept beside it for the way back.
    """

    text: str
    title_length: int
    title: str
    lede: str
    lede_start: int

    def span(self, start: int, end: int) -> Span:
        """The writer's own characters behind `text[start:end]`."""
        if start <= self.title_length:
            return Span("title", *_back(self.title, start, end))
        shift = self.title_length + 1
        first, last = _back(self.lede, start - shift, end - shift)
        return Span("text", first + self.lede_start, last + self.lede_start)


def passage(title: str, text: str, lede_characters: int) -> Passage:
    """The passage of a lead: its whole title and the first `lede_characters` of its normalised text.

    Spans count from the first character of `title` and `text` as given.
    """
    lede_start = len(text) - len(text.lstrip())
    # the normalised lede can be shorter than its source, by format characters and spaces; read a few times as much
    lede = text[lede_start : lede_start + 4 * lede_characters + 64]
    folded_title = folded(title)
    folded_lede = folded(lede)[:lede_characters].rstrip()
    return Passage(f"{folded_title}\n{folded_lede}", len(folded_title), title, lede, lede_start)


def folded(raw: str) -> str:
    """The normalised form of a text, on one line."""
    if raw.isascii():
        return " ".join(raw.lower().split())
    plain = unicodedata.normalize("NFKC", raw.translate(_FORMAT_CHARACTERS)).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).translate(_TYPOGRAPHY).split())


@lru_cache(maxsize=64)
def _origins(raw: str) -> Sequence[int]:
    """For each character of `folded(raw)` the index of the character it came from, and one more for the end."""
    if len(folded(raw)) == len(raw):
        return range(len(raw) + 1)
    indices: list[int] = []
    previous = " "
    for index, cluster in _clusters(raw):
        for character in folded(cluster) or " ":
            if character != " " or previous != " ":
                indices.append(index)
            previous = character
    return (*indices, len(raw))


def _clusters(raw: str) -> Iterator[tuple[int, str]]:
    """Each base character with its combining marks, so that composing them is the same as composing the whole."""
    start, cluster = 0, ""
    for index, character in enumerate(raw):
        if ord(character) in _FORMAT_CHARACTERS:
            continue
        joins = unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"
        if cluster and not joins:
            yield start, cluster
            cluster = ""
        if not cluster:
            start = index
        cluster += character
    if cluster:
        yield start, cluster


def _back(raw: str, start: int, end: int) -> tuple[int, int]:
    origins = _origins(raw)
    last = len(origins) - 1
    return origins[min(start, last)], origins[min(end - 1, last)] + 1 if end > start else origins[min(start, last)]


def has_chinese(text: str) -> bool:
    """Whether the text has a Chinese character."""
    return any("\u3400" <= character <= "\u9fff" for character in text)
