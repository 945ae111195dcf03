"""A lead's file as bytes: taken apart, changed in single fields, or written anew.

A file is UTF-8 with LF or CRLF: a line `---`, fields in YAML, a line `---` or `...`, then the text. Fields of the
plainest kind are read by `plainfields`, with the same answer and long before a YAML parser is even loaded; all others
pass `frontmatter.parse` with a handler of our own. Nothing is ever written back from parsed values: that would lose
comments, order, quotes, and the difference between `00123` and `83`.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from leadbase.core.plainfields import FIRST_LINE, plain_fields
from leadbase.core.yamlvalue import Value, says
from leadbase.errors import LeadFileError, Problem
from leadbase.late import late

if TYPE_CHECKING:
    import frontmatter
    from frontmatter.default_handlers import BaseHandler

    from leadbase.core import escape, leadedit, yamltext
else:
    frontmatter = late("frontmatter")
    escape = late("leadbase.core.escape")
    leadedit = late("leadbase.core.leadedit")
    yamltext = late("leadbase.core.yamltext")

MAX_FIELDS_BYTES = 64 * 1024

_BOM = "\ufeff"
_OPENING = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_MEANT_AS_FENCE = re.compile(r"^[ \t]*[-–—−](?: ?[-–—−])+[ \t]*\r?$", re.MULTILINE)
_NOT_A_FIELD = re.compile(r"^(?![ \t#\r\n]|- |[^:\n]+:(?:[ \t\r]|$))", re.MULTILINE)
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")
_CONFLICT = re.compile(r"<{7}(?: |\r?\Z)")
# In text with LF line ends: controls that YAML forbids, and the separators that end a line in YAML 1.1, not in 1.2
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\r]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_OTHER_FORMATS = {"+++": "TOML", "{": "JSON", ";;;": "JSON"}


@dataclass(frozen=True, slots=True)
class Document:
    """A lead's file, taken apart. Keys keep the order of the file; unknown keys are kept as they are.

    `values` holds what the fields mean (YAML 1.2 core: text, int, finite float, bool, None, list, dict), `texts` the
    same with every scalar as the text the writer wrote, and None for an empty one. `lines` is the line of each key in
    the file. `body` is what follows the fields, with LF line ends and without blank lines around it; it begins on
    `body_line`.
    """

    values: Mapping[str, Any]
    texts: Mapping[str, Any]
    lines: Mapping[str, int]
    body: str
    body_line: int


def read(raw: bytes, path: str) -> Document:
    """A lead's file, taken apart. Raises LeadFileError with every problem that one run can find."""
    text = _text(raw, path)
    written, body, body_line = _split(text.replace("\r\n", "\n").strip(), path)  # the text as frontmatter.parse has it
    plain = plain_fields(written)
    if plain is not None:
        return Document(plain.values, plain.texts, plain.lines, body, body_line)
    handler = _LeadHandler(path)
    values, _ = frontmatter.parse(text, handler=cast("BaseHandler", handler))
    return Document(values, handler.texts, handler.lines, body, body_line)


def with_fields(raw: bytes, changes: Mapping[str, Value | None], path: str) -> bytes:
    """The file with these fields changed and every other byte kept; None takes a field out.

    A field that is not there is added after the last one, in the order given. A file that says all this already is
    given back as it is. Raises LeadFileError when the file cannot be read, when a field cannot be changed with
    certainty, or when the result, read again, would not be the same document but for these fields.
    """
    before = read(raw, path)
    wanted = {key: value for key, value in changes.items() if not _says(before, key, value)}
    if not wanted:
        return raw
    text = raw.decode()
    start, end = _fields_span(text, path)
    newline = "\r\n" if text[:start].endswith("\r\n") else "\n"
    fields = leadedit.edited(text[start:end], wanted, before.texts, newline, path)
    changed = (text[:start] + fields + text[end:]).encode()
    _prove(before, changed, changes, path)
    return changed


def compose(fields: Mapping[str, Value], body: str) -> bytes:
    """The bytes of a new file that reads as these fields and this text, without blank lines around it.

    Raises LeadFileError for what no file can say, such as half of a surrogate pair or a NUL in the text.
    """
    path = "the new lead"
    lines: list[str] = []
    problems: list[Problem] = []
    for key, value in fields.items():
        try:
            lines += leadedit.field_lines(key, value)
        except ValueError as error:
            problems.append(
                _problem(path, None, "cannot-edit", f"the value of `{escape.terminal(key[:40])}` is {error}")
            )
    if _HALF_PAIR.search(body):
        problems.append(_problem(path, None, "cannot-edit", "the text holds half of a surrogate pair"))
    if problems:
        raise LeadFileError(problems)
    text, _ = _trimmed(body.replace("\r\n", "\n"))
    raw = "\n".join(["---", *lines, "---", "", text, ""] if text else ["---", *lines, "---", ""]).encode()
    document = read(raw, path)
    if list(document.texts) != list(fields) or not all(_says(document, *each) for each in fields.items()):
        raise LeadFileError([_problem(path, None, "cannot-edit", "the fields would not read back as given")])
    return raw


def _problem(path: str, line: int | None, code: str, message: str, hint: str = "") -> Problem:
    return Problem(path, line, "error", code, message, hint)


class _LeadHandler:
    """Reads the fields for `frontmatter.parse`, and keeps what it has no place for.

    Of a handler it asks only these two methods; to inherit them would load a YAML parser with this module.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.texts: Mapping[str, Any] = {}
        self.lines: Mapping[str, int] = {}

    def split(self, text: str) -> tuple[str, str]:
        fields, body, _ = _split(text, self.path)
        return fields, body

    def load(self, fm: str) -> dict[str, Any]:
        problems = []
        if _CONTROL.search(fm):
            problems = list(islice(_control_characters(fm, self.path), yamltext.MAX_PROBLEMS))
            fm = _CONTROL.sub("_", fm)
        fields, faults = yamltext.read_fields(fm, self.path, FIRST_LINE)
        problems += faults
        if problems:
            raise LeadFileError(sorted(problems, key=lambda problem: problem.line or 0))
        self.texts = fields.texts
        self.lines = fields.lines
        return fields.values


def _split(text: str, path: str) -> tuple[str, str, int]:
    """The fields of a text with LF line ends, its body without blank lines around it, and the body's first line."""
    start, end, after = _fences(text, path)
    # frontmatter.parse would strip the indentation of the first line too: a code block, a Chinese paragraph
    body, blank_lines = _trimmed(text[after:])
    return text[start:end], body, text.count("\n", 0, after) + blank_lines + 1


def _trimmed(text: str) -> tuple[str, int]:
    """A text without blank lines around it, and how many stood before it."""
    blank = _BLANK_LINES.match(text)
    trimmed = text[blank.end() :].rstrip() if blank else text.rstrip()
    return trimmed, blank[0].count("\n") if blank and trimmed else 0


def _text(raw: bytes, path: str) -> str:
    """The file's text without its byte order mark, fit for `frontmatter.parse`."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise LeadFileError([_not_utf_8(raw, error.start, path)]) from error
    text = text.removeprefix(_BOM)
    if b"\0" in raw:
        raise LeadFileError([_nul_byte(raw, path)])
    if b"<<<<<<<" in raw and (conflicts := list(islice(_conflicts(text, path), yamltext.MAX_PROBLEMS))):
        raise LeadFileError(conflicts)
    if not _OPENING.match(text.partition("\n")[0].removesuffix("\r")):
        raise LeadFileError([_no_front_matter(text, path)])
    return text


def _fields_span(text: str, path: str) -> tuple[int, int]:
    """Where the fields of a file start and end, in its text with the line ends and the mark it has."""
    # found as `frontmatter.parse` finds it, in text with LF line ends, and counted back in lines: the same in both
    with_lf = text.removeprefix(_BOM).replace("\r\n", "\n")
    _, end, _ = _fences(with_lf, path)
    start = at = text.index("\n") + 1
    for _ in range(with_lf.count("\n", 0, end) - 1):
        at = text.index("\n", at) + 1
    return start, at


def _fences(text: str, path: str) -> tuple[int, int, int]:
    """Where in a text with LF line ends the fields start and end, and where the body starts."""
    opening = _OPENING.match(text)
    start = opening.end() if opening else 0
    closing = _CLOSING.search(text, start)
    if closing is None:
        raise LeadFileError([_unclosed(text, start, path)])
    end = closing.start()
    if (end - start) * 4 > MAX_FIELDS_BYTES and len(text[start:end].encode()) > MAX_FIELDS_BYTES:
        message = f"the closing --- stands more than {MAX_FIELDS_BYTES // 1024} KB below the opening one"
        raise LeadFileError([_problem(path, 1, "too-large", message, "close the fields, and move the rest below")])
    return start, end, closing.end()


def _no_front_matter(text: str, path: str) -> Problem:
    first = text.split("\n", 1)[0].strip()
    hint = "begin with a line ---, then the fields, then another line ---"
    if not text.strip():
        return _problem(path, None, "no-front-matter", "the file is empty", hint)
    if first in _OTHER_FORMATS:
        hint = f"{_OTHER_FORMATS[first]} is not read; {hint}"
    elif first.startswith("---") or _OPENING.match(text.replace("\r\n", "\n").lstrip()) or _MEANT_AS_FENCE.match(first):
        hint = "make the first line exactly ---"
    return _problem(path, 1, "no-front-matter", "the first line is not ---", hint)


def _unclosed(text: str, start: int, path: str) -> Problem:
    hint = "add a line --- below the last field"
    if meant := _MEANT_AS_FENCE.search(text, start):
        hint = f"make line {text.count(chr(10), 0, meant.start()) + 1} exactly ---"
    elif (below := _NOT_A_FIELD.search(text, start)) and below.start() < len(text):
        hint = f"add a line --- above line {text.count(chr(10), 0, below.start()) + 1}"
    return _problem(path, 1, "unclosed-front-matter", "the fields begin here and no line --- ends them", hint)


def _conflicts(text: str, path: str) -> Iterator[Problem]:
    hint = "keep one of the two versions and remove the lines <<<<<<<, =======, >>>>>>>"
    for number, line in enumerate(text.split("\n"), 1):
        if _CONFLICT.match(line):
            yield _problem(path, number, "conflict-markers", "an unfinished merge: two versions of the text", hint)


def _control_characters(fm: str, path: str) -> Iterator[Problem]:
    for number, line in enumerate(fm.split("\n"), FIRST_LINE):
        if found := _CONTROL.search(line):
            message = f"an invisible control character, U+{ord(found[0]):04X}"
            yield _problem(path, number, "control-character", message, "remove it")


def _nul_byte(raw: bytes, path: str) -> Problem:
    line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
    hint = "it looks like UTF-16: save it as UTF-8" if raw.count(b"\0") * 3 > len(raw) else "remove it"
    return _problem(path, line, "nul-byte", "a NUL byte, which no text has", hint)


def _not_utf_8(raw: bytes, at: int, path: str) -> Problem:
    line = raw.count(b"\n", 0, at) + 1
    message = f"byte {at + 1:,} of the file (0x{raw[at]:02X}) is not UTF-8"
    return _problem(path, line, "not-utf-8", message, _encoding_hint(raw))


def _encoding_hint(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "it looks like UTF-32: save it as UTF-8"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "it looks like UTF-16: save it as UTF-8"
    as_far_as_utf_8 = raw.decode(errors="replace")
    damaged = as_far_as_utf_8.count("\ufffd")
    if len(re.findall(r"[^\x00-\x7f]", as_far_as_utf_8)) > 2 * damaged:
        return "it looks like UTF-8 with damaged characters: restore or remove them"
    # in GB18030 nearly all high bytes stand in pairs; in a Latin encoding an accented letter stands alone
    paired = sum(map(len, re.findall(rb"(?:[\xa1-\xfe]{2})+", raw)))
    if paired > 0.6 * len(re.findall(rb"[\x80-\xff]", raw)):
        return "it looks like GB18030 (GBK): save it as UTF-8"
    return "it looks like Windows-1252 or another old encoding: save it as UTF-8"


def _says(document: Document, key: str, asked: Value | None) -> bool:
    if asked is None or key not in document.texts:
        return asked is None and key not in document.texts
    if leadedit.is_managed(key):
        return bool(document.texts[key] == str(asked))
    return says(document.texts[key], document.values[key], asked)


def _prove(before: Document, changed: bytes, changes: Mapping[str, Value | None], path: str) -> None:
    """Read the result again; raise LeadFileError unless only what was asked for is different."""
    try:
        after = read(changed, path)
    except LeadFileError as error:
        reason = f"with the new value the file could not be read: {error.problems[0].message}"
        line = next((before.lines[key] for key in changes if key in before.lines), None)
        raise LeadFileError([_problem(path, line, "cannot-edit", reason, "change it by hand")]) from error
    kept = [key for key in before.texts if key not in changes]
    wrong = [key for key, value in changes.items() if not _says(after, key, value)]
    reason = ""
    if wrong:
        reason = f"`{escape.terminal(wrong[0][:40])}` would not read back as asked"
    elif [key for key in after.texts if key not in changes] != kept or not _same_order(before, after):
        reason = "other fields would appear, vanish or move"
    elif any(repr(_both(before, key)) != repr(_both(after, key)) for key in kept) or before.body != after.body:
        reason = "another field or the text would change"
    if reason:
        line = before.lines.get(wrong[0]) if wrong else None
        raise LeadFileError([_problem(path, line, "cannot-edit", reason, "change it by hand")])


def _both(document: Document, key: str) -> tuple[object, object]:
    return document.values[key], document.texts[key]


def _same_order(before: Document, after: Document) -> bool:
    return [key for key in before.texts if key in after.texts] == [key for key in after.texts if key in before.texts]
