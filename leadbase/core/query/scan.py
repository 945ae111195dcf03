"""Goes through the characters of a query: words, quoted texts, patterns and values, and where a mistake is.

Full-width signs （）｜：，－＊ count as the plain ones.
"""

import re
import unicodedata
from typing import NoReturn

from leadbase.core.query.terms import Value
from leadbase.errors import UsageError

OPEN, CLOSE, BAR, COLON, COMMA, MINUS, SAVED = "(（", ")）", "|｜", ":：", ",，、", "-－", "@"
QUOTES = {'"': '"＂', "＂": '"＂', "“": "“”", "”": "“”", "「": "」", "『": "』"}
"""What opens a quoted text → what may close it."""

_STAR = "*＊"
_ENDS_OF_WORD = frozenset(OPEN + CLOSE + BAR + "".join(QUOTES))
_ESCAPED = re.compile(r"\\([\\\"＂“”「」『』])")
_ESCAPED_IN_PATTERN = re.compile(r"\\(.)", re.DOTALL)
_SHOWN_BESIDE = 30
_SPACE_NEEDED = "there must be a space before this"


class Scanner:
    """A place in a text, which moves from left to right. `within` begins every message, such as `in @fresh: `."""

    def __init__(self, text: str, within: str = "") -> None:
        self.text = text
        self.within = within
        self.at = 0

    def fail(self, message: str, at: int, hint: str = "") -> NoReturn:
        """Raises a UsageError that shows the text with a caret below the place `at`."""
        shown = "".join(each if each.isprintable() else " " for each in self.text)
        first, last = max(0, at - _SHOWN_BESIDE), at + _SHOWN_BESIDE
        before = ("…" if first else "") + shown[first:at]
        after = shown[at:last] + ("…" if last < len(shown) else "")
        raise UsageError(f"{self.within}{message}\n  {before}{after}\n  {' ' * _columns(before)}^", hint)

    def peek(self) -> str:
        """The next character, or "" at the end."""
        return self.text[self.at : self.at + 1]

    def next_is(self, characters: str) -> bool:
        """Whether one of the characters is next."""
        return self.peek() != "" and self.peek() in characters

    def takes(self, characters: str) -> bool:
        """Whether one of the characters is next; then it is passed."""
        is_next = self.next_is(characters)
        self.at += is_next
        return is_next

    def next_is_quote(self) -> bool:
        """Whether a quoted text begins here."""
        return self.peek() in QUOTES

    def skip_spaces(self) -> None:
        """Passes spaces and line breaks."""
        while self.peek().isspace():
            self.at += 1

    def is_after_term(self) -> bool:
        """Whether a term may end here: before a space, a closing bracket, a bar or the end."""
        return not self.peek() or self.peek().isspace() or self.next_is(CLOSE + BAR)

    def until(self, more_ends: str) -> str:
        """The characters up to a space, a bracket, a bar, a quote or one of `more_ends`; they are passed."""
        start = self.at
        while self.peek() and not (self.peek().isspace() or self.peek() in _ENDS_OF_WORD or self.peek() in more_ends):
            self.at += 1
        return self.text[start : self.at]

    def end_term(self) -> None:
        """Fails unless a term may end here."""
        if not self.is_after_term():
            self.fail(_SPACE_NEEDED, self.at, "or put the whole text in quotes")

    def value(self) -> Value:
        """One value behind a field's colon or a comma."""
        start = self.at
        if self.peek() == "/":
            return Value("pattern", self.pattern())
        if self.takes("="):
            return Value("exact", self.quoted() if self.next_is_quote() else self.plain())
        if self.next_is_quote():
            found = self.quoted_value()
            return found if found.text or found.is_prefix else Value("missing", "")
        word = self.plain()
        if not word:
            self.fail("there is no value here", start)
        return self.starred(word, start)

    def plain(self) -> str:
        """A value without quotes."""
        word = self.until(COMMA)
        if not self.next_is(COMMA):
            self.end_term()
        return word

    def starred(self, word: str, start: int) -> Value:
        """A word that began at `start` as a value; a * may only end it."""
        is_prefix = word[-1:] in tuple(_STAR)
        stem = word[:-1] if is_prefix else word
        place = next((place for place, each in enumerate(stem) if each in _STAR), None if stem else 0)
        if place is not None:
            self.fail("a * can only end a word", start + place, "put a text with a * in quotes")
        return Value("plain", stem, is_prefix)

    def quoted_value(self) -> Value:
        """A quoted text, with the * that may stand behind it."""
        given = self.quoted()
        return Value("plain", given, is_prefix=self.takes(_STAR))

    def quoted(self) -> str:
        """What stands between quotes; a backslash before a quote or a backslash is taken away."""
        start, ends = self.at, QUOTES[self.peek()]
        self.at += 1
        while self.peek() and self.peek() not in ends:
            self.at += 2 if _ESCAPED.match(self.text, self.at) else 1
        if not self.peek():
            self.fail("this quote is not closed", start)
        self.at += 1
        return _ESCAPED.sub(r"\1", self.text[start + 1 : self.at - 1])

    def pattern(self) -> str:
        """What stands between two slashes; only `\\/` loses its backslash."""
        start = self.at
        self.at += 1
        while self.peek() and self.peek() != "/":
            self.at += 2 if self.peek() == "\\" else 1
        if not self.peek():
            self.fail("this pattern is not closed by a /", start, "put a text that begins with a / in quotes")
        self.at += 1
        return _ESCAPED_IN_PATTERN.sub(_without_escape, self.text[start + 1 : self.at - 1])


def _without_escape(pair: re.Match[str]) -> str:
    return "/" if pair[1] == "/" else pair[0]


def _columns(text: str) -> int:
    """The columns a text takes on a terminal: two for a Chinese character, none for a mark above another."""
    return sum(0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF") for each in text)
