"""Full text: the one account of words, for leads in memory and for an index with SQLite's FTS5.

A word is a run of letters, digits and underscores. Scripts written without spaces between words (Chinese, Japanese,
Thai, Lao, Khmer, Burmese) are taken character by character: each one gives the token of itself and the next one, and
the last of its run itself alone. So GPT发布新模型 has the tokens `gpt 发布 布新 新模 模型 型`, every character has one
position, and a text of them is found wherever it stands, across line breaks too, but not across punctuation. The signs
+ # $ % & @ are tokens of their own, for C++ and $2; nothing else counts.

An FTS5 table made with TOKENIZER and fed with `column` finds exactly what `stands_in` does.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from leadbase.core.text import INVISIBLE, folded

TOKENIZER = "ascii tokenchars '_+#$%&@'"
"""FTS5's tokenizer that takes what `column` gives apart into the same tokens: between its spaces it splits nothing."""

_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e81-\u0ecf\u0edc-\u0edf"  # Lao
    "\u1000-\u103f\u1050-\u108f\u109a-\u109f\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17d3\u17d7\u17dc\u17dd"  # Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c"  # radicals, 々, 〇
    "\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"  # kana
    "\u3105-\u312f\u31a0-\u31bf"  # bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_MARKS = (  # those of scripts with spaces that stay beside their letters: Latin, Hebrew, Arabic, Indic, Tibetan
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0dff\u0f71-\u0f84\u0f90-\u0fbc"
)
_SIGNS = "[+#$%&@]"
_WIDE = "(?=[^\\x00-\\x7f])"  # the sets below are slow to refuse, and most of English is refused here
_OF_WORDS = f"[^\\W{_UNSPACED}]"
_MARKED = f"(?:[{_MARKS}]+{_OF_WORDS}*)*"
_PLAIN_TOKEN = re.compile(f"[a-z0-9_]+|{_SIGNS}")
_RUN = (
    f"(?:([{_UNSPACED}]+(?: +[{_UNSPACED}]+)*)"
    f"|([a-z0-9_]+(?:{_WIDE}{_OF_WORDS}*{_MARKED})?|{_SIGNS}|{_WIDE}{_OF_WORDS}+{_MARKED}))"
    "[ ,.。、:;\\-\"'()!?“”]*"  # what most often follows is passed at once: nothing begins there
)
"""A run of characters, or a word or sign."""
_UTF32 = "utf-32-le"


@lru_cache(maxsize=1)  # made when it is first needed: a list without words to look for never waits for it
def _run() -> re.Pattern[str]:
    return re.compile(_RUN)


@lru_cache(maxsize=1)
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED}]")


def tokens(normal: str) -> list[str]:
    """The tokens of a text normalised by `text.folded`."""
    return column(normal).split()


def column(normal: str) -> str:
    """The tokens of a normalised text with a space between each two: what a table of FTS5 is fed with."""
    return " ".join(_PLAIN_TOKEN.findall(normal)) if normal.isascii() else _spelled(_run().findall(normal))


def _spelled(found: Sequence[tuple[str, str]]) -> str:
    """The tokens of the runs that `_RUN` found, with a space between each two."""
    unspaced = [run for run, _ in found if run]
    pairs = iter(_paired(unspaced) if unspaced else [])
    return " ".join([word or next(pairs) for _, word in found])


def _paired(unspaced: Sequence[str]) -> list[str]:
    """Of each run of characters its tokens, with a space between each two.

    All runs are put together at once by slices of arrays; one pair after the other takes five times as long.
    """
    whole = "\n".join(["", *unspaced, ""]).replace(" ", "")
    characters = array("I", whole.encode(_UTF32))
    threes = array("I", " ".encode(_UTF32)) * (3 * len(characters) - 3)
    threes[0::3] = characters[:-1]
    threes[1::3] = characters[1:]
    # 型号 and 价 stand there as "\n型 型号 号\n \n价 价\n "
    return [each[2:] for each in threes.tobytes().decode(_UTF32)[1:-2].split("\n \n")]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens to look for side by side; of the last one its beginning is enough where `last_is_prefix`."""

    tokens: tuple[str, ...]
    last_is_prefix: bool = False


def phrase(normal: str, *, is_prefix: bool = False) -> Phrase:
    """What a text that a person wrote looks for; without tokens when it is only spaces and punctuation.

    `is_prefix`: the last word may go on. A character of a script without spaces is found whatever follows it.
    """
    found = tokens(normal)
    if not found or not _is_unspaced(found[-1]):
        return Phrase(tuple(found), is_prefix and bool(found) and found[-1] not in _SIGNS)
    if len(found) > 1 and len(found[-2]) == 2 and _is_unspaced(found[-2]):
        return Phrase(tuple(found[:-1]))
    return Phrase(tuple(found), last_is_prefix=True)


def ends_in_a_word(normal: str) -> bool:
    """Whether the last token is a word, which can be a prefix."""
    return phrase(normal, is_prefix=True).last_is_prefix and not _is_unspaced(tokens(normal)[-1])


def stands_in(phrase: Phrase, column: str) -> bool:
    """Whether the phrase stands in the text whose `column` this is."""
    return bool(phrase.tokens) and _sought(phrase) in f" {column} "


def _sought(phrase: Phrase) -> str:
    return f" {' '.join(phrase.tokens)}{'' if phrase.last_is_prefix else ' '}"


def match_expression(phrase: Phrase, columns: Sequence[str]) -> str:
    """The phrase as FTS5 is asked for it, in the columns of these names. Tokens hold nothing that ends a quote."""
    return f'{{{" ".join(columns)}}} : "{" ".join(phrase.tokens)}"{" *" if phrase.last_is_prefix else ""}'


def _is_unspaced(token: str) -> bool:
    return _unspaced().match(token) is not None


# ------------------------------------------------------------------------------------------------------------ snippets

_SEARCHED_CHARACTERS = 100_000
_MOST_HITS = 200
_WIDENS, _JOINS = "\ufdd0", "\ufdd1"  # no characters of any text
_ODD = re.compile(f"[^{_JOINS}]?{_JOINS}+|{_WIDENS}")
_PAUSE = re.compile(r"[.!?;:,](?=\s)|[。！？；：，、…]+[”’」』）)]*|\n\s*\n")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a text on one line, and where in it the phrases stand: (start, end) of each, in order.

    `is_cut_before`, `is_cut_after`: the text goes on there.
    """

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    is_cut_before: bool = False
    is_cut_after: bool = False


def snippet(raw: str, phrases: Sequence[Phrase], *, width_characters: int = 120) -> Snippet:
    """The part of a text where most of the phrases stand, in the writer's own characters.

    Its beginning, without spans, when none of them stands in its first 100,000 characters. It is cut between words, or
    after a comma or full stop near the place; spaces and line breaks become one space.
    """
    hits = _hits(raw[:_SEARCHED_CHARACTERS], phrases)
    start, end = _part(raw, *_best(hits, width_characters), width_characters)
    spans = [(max(first, start), min(last, end)) for _, first, last in hits if first < end and last > start]
    return _on_one_line(raw, start, end, spans)


def _hits(raw: str, phrases: Sequence[Phrase]) -> list[tuple[int, int, int]]:
    """Where phrases stand in a text, in order: the number of the phrase, and its first and last place."""
    even, origins = _evened(raw)
    starts, found = _placed(even)
    spelled = f" {_spelled(found)} "
    hits: list[tuple[int, int, int]] = []
    for number, each in enumerate(phrases):
        sought = _sought(each)
        at, passed, seen = spelled.find(sought), 0, 0
        while at >= 0 and each.tokens and len(hits) < _MOST_HITS * (number + 1):
            passed += spelled.count(" ", seen, at)
            seen = at
            end = _end(even, starts, passed + len(each.tokens) - 1, each)
            hits.append((number, *_back(origins, starts[passed], end)))
            at = spelled.find(sought, at + 1)
    return sorted(hits, key=lambda hit: hit[1:])


def _placed(even: str) -> tuple[list[int], list[tuple[str, str]]]:
    """Where each token begins, and the runs they are of."""
    starts: list[int] = []
    found: list[tuple[str, str]] = []
    for match in _run().finditer(even):
        run, word = match.groups("")
        first, last = match.span(1 if run else 2)
        found.append((run, word))
        if word:
            starts.append(first)
        else:
            starts += [at for at in range(first, last) if even[at] != " "] if " " in run else range(first, last)
    return starts, found


def _end(even: str, starts: Sequence[int], number: int, phrase: Phrase) -> int:
    """Where a phrase ends whose last token is the one of that number."""
    first = starts[number]
    if not _is_unspaced(even[first]):
        run = _run().match(even, first)
        return run.end(2) if run else first + 1
    return starts[number + 1] + 1 if len(phrase.tokens[-1]) > 1 else first + 1


def _evened(raw: str) -> tuple[str, Sequence[tuple[int, int]] | None]:
    """A text's normalised characters, and for each the place it comes from; None when it is its own place.

    Spaces are not collapsed, and signs that become several count as one: neither changes a token.
    """
    even = raw.translate({ord(each): _even(each) for each in set(raw)})
    if _WIDENS not in even and _JOINS not in even:
        return even, None
    parts: list[str] = []
    origins: list[tuple[int, int]] = []
    done = 0
    for match in _ODD.finditer(even):
        start, end = match.span()
        normal = folded(f".{raw[start:end]}.")[1:-1]  # between signs, so that a space at its ends is kept
        parts += even[done:start], normal
        origins += [(at, at + 1) for at in range(done, start)]
        origins += [(start, end)] * len(normal)
        done = end
    origins += [(at, at + 1) for at in range(done, len(even))]
    return "".join([*parts, even[done:]]), origins


@lru_cache(maxsize=8192)
def _even(character: str) -> str:
    """The one character that stands for this one, or the sign of what it takes instead."""
    if character.isspace():
        return " "
    if ord(character) in INVISIBLE:
        return _JOINS
    normal = folded(f".{character}.")[1:-1]
    if unicodedata.category(normal[:1] or ".")[0] == "M" or "\u1160" <= normal[:1] <= "\u11ff":
        return _JOINS
    if len(normal) == 1:
        return normal if normal not in (_WIDENS, _JOINS) else "."
    return "." if all(unicodedata.category(each)[0] == "P" for each in normal) else _WIDENS


def _back(origins: Sequence[tuple[int, int]] | None, start: int, end: int) -> tuple[int, int]:
    return (origins[start][0], origins[end - 1][1]) if origins else (start, end)


def _best(hits: Sequence[tuple[int, int, int]], width: int) -> tuple[int, int]:
    """From the first to the last of the hits that stand in one snippet: of the most phrases, then the most of them."""
    best, place = (0, 0), (0, 0)
    for index, (_, start, _) in enumerate(hits):
        within = []
        for hit in hits[index:]:
            if hit[2] > start + width:
                break
            within.append(hit)
        worth = len({number for number, _, _ in within}), len(within)
        if worth > best:
            best, place = worth, (start, max(end for _, _, end in within))
    return (hits[0][1], hits[0][1] + width) if hits and best == (0, 0) else place


def _part(raw: str, first: int, last: int, width: int) -> tuple[int, int]:
    """The start and end of a part of about the width with the place in it, cut where a reader would."""
    start = max(0, first - (width - (last - first)) // 3)
    end = min(len(raw), start + width)
    start = max(0, min(start, end - width))
    if start:
        pause = _PAUSE.search(raw, start, first)
        start = pause.end() if pause else _between_words(raw, range(start, first + 1))
    end = min(len(raw), start + width)
    if end < len(raw):
        pauses = [each.end() for each in _PAUSE.finditer(raw, max(last, end - width // 4), end)]
        end = pauses[-1] if pauses else _between_words(raw, range(end, max(last, start), -1))
    return start, end


def _between_words(raw: str, places: range) -> int:
    """The first of the places that cuts no word and no character from its marks; the first one when all do."""
    return next((at for at in places if not (_is_inside(raw, at) or _is_glued(raw, at))), places.start)


def _is_inside(raw: str, at: int) -> bool:
    """Whether a word of a script with spaces goes on across the place."""
    beside = raw[max(0, at - 1) : at + 1]
    return len(beside) == 2 and all((each.isalnum() or each == "_") and not _is_unspaced(each) for each in beside)


def _is_glued(raw: str, at: int) -> bool:
    """Whether what stands behind the place belongs to the character before it."""
    behind = raw[at : at + 1]
    return bool(behind) and (
        unicodedata.category(behind)[0] == "M" or bool({ord(behind), ord(raw[at - 1])} & set(INVISIBLE))
    )


def _on_one_line(raw: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Snippet:
    """The part with each run of spaces as one, and the spans where they are in it then."""
    line: list[str] = []
    places = []
    for each in raw[start:end]:
        places.append(len(line))
        if not each.isspace():
            line.append(each)
        elif line and line[-1] != " ":
            line.append(" ")
    places.append(len(line))
    text = "".join(line).rstrip()
    moved = ((places[first - start], min(places[last - start], len(text))) for first, last in spans)
    return Snippet(text, _merged(moved), bool(raw[:start].strip()), bool(raw[end:].strip()))


def _merged(spans: Iterator[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans, in order, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif start < end:
            merged.append((start, end))
    return tuple(merged)
