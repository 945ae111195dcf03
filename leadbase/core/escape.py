"""Third-party text made harmless: in a report's Markdown, as a link, on a terminal, in a spreadsheet.

Escaped Markdown is written for every reader of the file at once: CommonMark, Python-Markdown and kramdown with their
usual extensions, and the template languages that site generators run over a page before it is Markdown (Hugo, Liquid,
Nunjucks, MDX, Vue). Two means are used together. Entities switch a mark off where it would be active. Formatters such
as mdformat decode entities again, so the marks that can start code, `{ } < > \\` and the pairs `[[ ]] == %%`, become
look-alikes for good; the untouched text stays in the lead's own file and in the report's sidecar.
"""

import re
import string
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

_ZWNJ, _ZWJ = "\u200c", "\u200d"

# Character classes, as the inside of [...]
_SPACES = r"\t-\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BIDI_OVERRIDES = r"\u202a-\u202e\u2066-\u2069"
# Controls, soft hyphen, direction marks, zero-width and deprecated format characters, annotations, and the tag
# characters and variation selectors 17 to 256, which can carry a hidden message to a language model. ZWJ and ZWNJ are
# not among them: emoji and Persian are written with them.
_UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e0fff" + _BIDI_OVERRIDES
)
_SURROGATES = r"\ud800-\udfff"
_NONCHARACTERS = r"\ufdd0-\ufdef" + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(0x11))
_VARIATION_SELECTORS = r"\ufe00-\ufe0f"
# Marks that stack on a letter, of the scripts used for stacking on purpose, and the joiners that can hide among them.
_STACKING = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0670\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc"
    r"\u0ec8-\u0ece\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f" + _VARIATION_SELECTORS
)
_SHOWS_NOTHING = r"\u034f\u115f\u1160\u17b4\u17b5\u200c\u200d\u2800\u3164\uffa0" + _VARIATION_SELECTORS

_NOT_PLAIN = re.compile(rf"[{_SPACES}{_UNSEEN}{_SURROGATES}{_NONCHARACTERS}{_STACKING}{_SHOWS_NOTHING}]|\A | (?: |\Z)")
_SPACE = re.compile(f"[{_SPACES}]")
_SPACE_RUN = re.compile(" {2,}")
_DROPPED = re.compile(f"[{_UNSEEN}]+")
_BROKEN = re.compile(f"[{_SURROGATES}{_NONCHARACTERS}]")
_SURROGATE = re.compile(f"[{_SURROGATES}]")
_SELECTOR_RUN = re.compile(f"([{_VARIATION_SELECTORS}])[{_VARIATION_SELECTORS}]+")
_STACK = re.compile(f"([{_STACKING}]{{4}})[{_STACKING}]+")
_BLANK = re.compile(f"[ {_SHOWS_NOTHING}]*")

_PAIR_LOOKALIKES = (("[[", "⟦"), ("]]", "⟧"), ("==", "＝＝"), ("%%", "％％"))
# The second row is every character that compatibility normalisation (NFKC) would turn into one of the first.
_LOOKALIKES = str.maketrans("{}<>\\" + "｛｝＜＞＼﹛﹜﹤﹥﹨︷︸", "❴❵‹›⧵" + "❴❵‹›⧵❴❵‹›⧵❴❵")

# Where marks are active in some reader. All that a pattern matches becomes entities, but for a group that it keeps.
_ACTIVE_AT_START = (
    r"[#+\-=:!?%/]",  # heading, list, rule, definition, admonition, snippet
    r"(\d+)[.)](?= |\Z)",  # numbered list
    r"i(?=mport\b)|e(?=xport\b)",  # a statement in MDX
)
_ACTIVE_ANYWHERE = (
    r"[<>\[\]{}*`|\\^]",
    r"&(?=#?[A-Za-z0-9]{1,40};|[lg]t|[LG]T)",  # would be decoded; HTML takes `&lt` for `<` without the semicolon too
    r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])",  # emphasis; snake_case is left as it is
    r"(?<![A-Za-z])#|#(?![^\w#\-])",  # Obsidian tag, issue number, closing marks of a heading; `C# and` is left
    r"@(?=[^ ])",  # mention, address
    r"(?<!\d):(?=[^ ])|:(?=[^ \d])",  # emoji name, scheme of an address, container; a time of day is left
    r"(?<=[Ww]{3})\.",  # address
    r"(?<=%)%|%(?=%)",  # Obsidian comment
    r"(?<==)=|=(?==)",  # highlight
    r"(?<!\+)\+{2,}+(?=[^ ,.;:)])",  # insertion; `C++ and` is left
    r"(?<!-)-{2,}+(?=[A-Za-z])",  # `--flag` for a typographer
    r"(?<=(?<!\d)\d)/(?=\d(?!\d))|(?<=\b[Cc])/(?=[Oo]\b)|(?<=\+)/(?=-)|(?<==)/(?==)",  # smart fractions and symbols
    r";(?=[()\-|])|[!?](?=\d)",  # smileys, keyboard and emphasis extensions
    r"\((?=(?:[CcRr]|[Tt][Mm])\))",  # (c), (r), (tm)
)
# A run is a run at the start too, hence the order. The look-ahead only spares letters the walk down the list.
_ACTIVE = re.compile(
    rf"(?=[!#%&()*+\-./:;<=>?@\[\\\]^_`{{|}}])(?:{'|'.join(_ACTIVE_ANYWHERE)})|\A(?:{'|'.join(_ACTIVE_AT_START)})"
)
_CLOCK_COLON = re.compile(r"(?<=\d):(?=\d)")
_EVERY_MARK = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}
_MD026_MARKS = frozenset(".,;:!。，；：！")  # markdownlint's default for headings

_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URL_DROPPED = re.compile(rf"[\t-\r\x85\u2028\u2029{_UNSEEN}]")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_HOST = 253
_LONGEST_URL = 2000
# Browsers (IDNA 2008, UTS 46) keep these in a host, Python's codec (IDNA 2003) maps them away: two different hosts.
_HOST_DEVIATIONS = frozenset("ßẞς" + _ZWNJ + _ZWJ)

_LINE_ENDS = re.compile(r"[\t\n\u2028\u2029]+")
_CONTROL = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI_OVERRIDES}]")
_FORMULA = re.compile(rf"[\t\r\n]|[\s{_UNSEEN}{_ZWNJ}{_ZWJ}]*[=+\-@＝＋－＠﹦﹢﹣﹫]")


def clean(text: str) -> str:
    """One line of printable text: no controls, no direction or zero-width tricks, no lone surrogates, no stacked marks.

    Empty when nothing in the text can be seen.
    """
    if not _NOT_PLAIN.search(text):
        return text
    line = _DROPPED.sub("", _SPACE.sub(" ", text))
    line = _unstacked(_BROKEN.sub("\ufffd", line))
    line = _SPACE_RUN.sub(" ", line).strip(" ")
    return "" if _BLANK.fullmatch(line) else line


def _unstacked(text: str) -> str:
    """At most four combining marks in a row, and one variation selector."""
    return _STACK.sub(r"\1", _SELECTOR_RUN.sub(r"\1", text))


def shown(text: str) -> str:
    """What a reader sees of a text that went through `inline`: cleaned, with look-alikes for the marks that can run."""
    return _with_lookalikes(clean(text))


def _with_lookalikes(text: str) -> str:
    for pair, lookalike in _PAIR_LOOKALIKES:
        text = text.replace(pair, lookalike)
    return text.translate(_LOOKALIKES)


def inline(text: str, *, strict: bool = False, lookalike: bool = True) -> str:
    """Third-party text as inert Markdown for one inline place: heading, link text, list item, paragraph, quote line.

    Not for code, raw HTML or front matter, and to be applied once. Empty when there is nothing to see: write
    "(untitled)" then. `strict` is for several texts in one block, where a single `$`, `~` or `_` of each would pair up.
    Without `lookalike` the exact characters are kept, as entities, and a formatter that decodes entities brings
    them back to life.
    """
    return _with_entities(shown(text) if lookalike else clean(text), strict=strict)


def _with_entities(text: str, *, strict: bool = False) -> str:
    escaped = _ACTIVE.sub(_as_entities, text)
    for mark in "$~":
        if strict or text.count(mark) > 1:
            escaped = escaped.replace(mark, _EVERY_MARK[ord(mark)])
    if strict:
        escaped = escaped.replace("_", _EVERY_MARK[ord("_")])
    if text.count(":") > 1:
        escaped = _CLOCK_COLON.sub(_EVERY_MARK[ord(":")], escaped)
    return escaped


def _as_entities(match: re.Match[str]) -> str:
    kept = match[1] or ""
    return kept + "".join(f"&#{ord(mark)};" for mark in match[0].removeprefix(kept))


def heading(text: str, *, limit: int = 200) -> str:
    """A title as heading text: `inline`, without a full stop at its end, of at most `limit` visible characters.

    A longer title is cut at a word and ends in `…`. Other closing marks become entities, which keeps markdownlint's
    MD026 quiet. Empty when there is nothing to see.
    """
    title = _without_full_stop(_shortened(clean(text), limit))
    escaped = inline(title)
    # a mark that is an entity already ends in `;` here, which is not the title's own
    if title and title[-1] in _MD026_MARKS and escaped[-1] == title[-1]:
        return f"{escaped[:-1]}&#{ord(title[-1])};"
    return escaped


def _without_full_stop(text: str) -> str:
    return text if text.endswith("..") else text.removesuffix(".").rstrip(" ")


def _shortened(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    end = limit - 1
    word_end = text.rfind(" ", 0, end + 1)
    if word_end > limit * 3 // 4:
        end = word_end
    while end > 0 and _is_inside_a_character(text, end):
        end -= 1
    return (text[:end].rstrip(" ,;:.–—，；：。、") or text[: limit - 1]) + "…"


def _is_inside_a_character(text: str, index: int) -> bool:
    """Whether a cut before `index` would split what a reader takes for one character: accents, emoji, flags, jamo."""
    before, after = text[index - 1], text[index]
    if before == _ZWJ or after in (_ZWJ, _ZWNJ) or unicodedata.category(after)[0] == "M":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\u1160" <= after <= "\u11ff":
        return True
    flags = 0
    while flags < index and _is_flag_letter(text[index - 1 - flags]):
        flags += 1
    return _is_flag_letter(after) and flags % 2 == 1


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def unique_headings(headings: Iterable[tuple[str, str]], *, taken: Iterable[str] = ()) -> list[str]:
    """Finished heading texts, each paired with its lead's id, made unique: a repeated one gets ` (id)`.

    The first of several stays as it is. `taken` are the report's own headings. Case does not count, as in anchors.
    """
    used = {text.casefold() for text in taken}
    unique = []
    for text, lead_id in headings:
        free = text
        while free.casefold() in used:
            free = f"{free} ({lead_id})"
        used.add(free.casefold())
        unique.append(free)
    return unique


def link_destination(url: str) -> str | None:
    """The address for `[text](HERE)`, or None when it must not become a link: show the text without one.

    Only http and https with a plain host name, no user, at most 2,000 characters; all that could be active in any
    reader is percent-encoded.
    """
    address = _SURROGATE.sub("\ufffd", _URL_DROPPED.sub("", url)).strip()
    try:
        parts = urlsplit(address)
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or host is None:
        return None
    place = f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
    query = f"?{_percent_encoded(parts.query)}" if parts.query else ""
    fragment = f"#{_percent_encoded(parts.fragment)}" if parts.fragment else ""
    destination = f"{place}{_percent_encoded(parts.path) or '/'}{query}{fragment}"
    return destination if len(destination) <= _LONGEST_URL else None


def _ascii_host(name: str) -> str | None:
    """The host in lower-case ASCII, or None when it is not a host name; UnicodeError when IDNA has no form for it."""
    if len(name) > _LONGEST_HOST or _HOST_DEVIATIONS.intersection(name):  # the codec is slow on a very long one
        return None
    host = name if name.isascii() else name.encode("idna").decode("ascii").lower()
    host = host.removesuffix(".")
    return host if len(host) <= _LONGEST_HOST and _HOST.fullmatch(host) else None


def _percent_encoded(part: str) -> str:
    return quote(_BARE_PERCENT.sub("%25", part), safe="/?&=%+,:@")


def terminal(text: str, *, multiline: bool = False) -> str:
    """Text that a terminal only prints: no escape sequence, no control, no change of direction, valid as UTF-8.

    Controls and direction overrides are spelled out (`\\x1b`, `\\u202e`), so that an editor sees that something odd is
    there. Line ends and tabs become spaces, or stay with `multiline`. Invisible characters are dropped.
    """
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n")
    if not multiline:
        lines = _LINE_ENDS.sub(" ", lines)
    safe = _DROPPED.sub("", _CONTROL.sub(_spelled_out, lines))
    return _unstacked(_BROKEN.sub("\ufffd", safe))


def _spelled_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def spreadsheet(text: str) -> str:
    """Text for a CSV cell that no spreadsheet takes for a formula: a `'` goes before what could start one.

    Numbers are not for this function: `-5` is marked as well.
    """
    cell = _SURROGATE.sub("\ufffd", text)
    return f"'{cell}" if _FORMULA.match(cell) else cell
