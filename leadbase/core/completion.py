"""What a half-written word of the command line can become.

Kept free of everything that takes time to load: a shell waits for it. What the query language knows comes in as a
table of words, which the completion script carries along: a word a field, `type:funding,m-and-a` with its values or
`company:` without, or another name of one, `公司=company`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

Values = Callable[[str, str], Iterable[tuple[str, str]]]
"""Kind and what is typed → what the base has: as written, and a canonical word or "". It may give more than asked for.

Kinds are company, source, domain, tag, lead for the names of leads, and query for those of saved queries.
"""

_QUOTES = {'"': '"＂', "＂": '"＂', "“": "“”", "「": "」", "『": "』"}
_BEFORE_TERM = "(（|｜"
_COLONS = ":："
_COMMAS = ",，、"
_MINUS = "-－"
_IN_BARE_VALUE = frozenset("_.+#&%/:-")
_OF_BASE = {"company": "company", "source": "source", "domain": "domain", "tags": "tag", "name": "lead"}
"""Field of the language → what of the base its values are."""


def query(word: str, table: Sequence[str], values: Values) -> list[str]:
    """Every way to go on with the last term of a query; each is the whole word, with what stands before the term."""
    start = _last_term(word)
    if start is None:
        return []
    head, term = word[:start], word[start:]
    if term[:1] == "@":
        return [f"{head}@{name}" for name in beginning(term[1:], values("query", term[1:]))]
    colon = next((place for place, each in enumerate(term) if each in _COLONS), None)
    if colon is None:
        return [f"{head}{name}:" for name in _fields(term, table)]
    return [head + each for each in _terms(term[:colon], term[: colon + 1], term[colon + 1 :], table, values)]


def _last_term(word: str) -> int | None:
    """Where the last term begins, behind its minus signs; None when it is a quoted text."""
    start, closing = 0, ""
    for place, each in enumerate(word):
        if closing:
            closing = "" if each in closing and word[place - 1] != "\\" else closing
        elif each in _QUOTES:
            closing = _QUOTES[each]
        elif each.isspace() or each in _BEFORE_TERM:
            start = place + 1
    while word[start : start + 1] and word[start] in _MINUS:
        start += 1
    return None if word[start : start + 1] in _QUOTES else start


def _fields(term: str, table: Sequence[str]) -> list[str]:
    """The fields whose name begins so, else their other names that do."""
    named = [each.partition(":")[0] for each in table if ":" in each]
    others = [each.partition("=")[0] for each in table if "=" in each]
    key = term.casefold()
    return [each for each in named if each.startswith(key)] or [each for each in others if each.startswith(key)]


def _terms(name: str, before: str, given: str, table: Sequence[str], values: Values) -> Iterator[str]:
    """The field with each value that goes on with the last one of its list; `before` is the field with its colon."""
    field = _field(name.casefold(), table)
    start, quote = _last_value(given)
    if field is None or start is None:
        return
    typed = given[start + len(quote) :]
    fixed = _fixed(field, table)
    if fixed:
        found = [each for each in fixed if each.startswith(typed.casefold())] if not quote else []
    else:
        found = beginning(typed, values(_OF_BASE[field], typed)) if field in _OF_BASE else []
    for each in found:
        yield f"{before}{given[:start]}{_quoted(each) if quote else written(each)}"


def _field(name: str, table: Sequence[str]) -> str | None:
    for each in table:
        other, is_other, field = each.partition("=")
        if is_other and other == name:
            return field
        if not is_other and each.partition(":")[0] == name:
            return name
    return None


def _fixed(field: str, table: Sequence[str]) -> list[str]:
    line = next(each for each in table if each.startswith(f"{field}:"))
    return [each for each in line.partition(":")[2].split(",") if each]


def _last_value(given: str) -> tuple[int | None, str]:
    """Where the last value of a list begins and the quote it begins with; None when it is closed already."""
    start, quote, closing = 0, "", ""
    for place, each in enumerate(given):
        if closing:
            closing = "" if each in closing and given[place - 1] != "\\" else closing
        elif each in _QUOTES and place == start:
            quote, closing = each, _QUOTES[each]
        elif each in _COMMAS:
            start, quote = place + 1, ""
    return (None if quote and not closing else start), quote


def beginning(typed: str, found: Iterable[tuple[str, str]]) -> list[str]:
    """What begins as typed, in any case, sorted. Of two words for a thing the one that begins just so, else as written.

    Left out is what no line of a terminal can hold: values come from files that anybody may have written.
    """
    nearest: dict[str, str] = {}
    for pair in found:
        words = [each for each in pair if each and each.casefold().startswith(typed.casefold()) and _is_writable(each)]
        if words:
            word = next((each for each in words if each.startswith(typed)), words[0])
            before = nearest.setdefault(word.casefold(), word)
            if word.startswith(typed) and not before.startswith(typed):
                nearest[word.casefold()] = word
    return [nearest[folded] for folded in sorted(nearest)]


def names(found: Iterable[str]) -> list[str]:
    """Names of leads as they can stand on a line, in the order given."""
    return [each for each in found if _is_writable(each)]


def _is_writable(value: str) -> bool:
    """Whether all of it can be seen: no control character, line break, mark of direction or half a character."""
    return value.isprintable()


def written(value: str) -> str:
    """A value as the query language wants it: in quotes where it would not be one value without them."""
    is_bare = (value[:1].isalnum() or value[:1] in "_.") and all(e.isalnum() or e in _IN_BARE_VALUE for e in value)
    return value if is_bare else _quoted(value)


def _quoted(value: str) -> str:
    return '"' + "".join(f"\\{each}" if each in '\\"＂' else each for each in value) + '"'
