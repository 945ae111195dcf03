"""Byte fidelity over real front matter: set a field, and see that nothing else changes.

For every file whose front matter is a YAML mapping: `score` is set to 97 and read back, a text is set to something that
needs quoting and read back, setting again must change nothing, taking an added `score` out must give the old bytes.
Every changed byte must lie in the lines of the field that was set. Whatever is no YAML mapping must end in a
LeadFileError; any other exception counts as a crash.

Usage: python bench/fidelity.py [FOLDER]    exit 1 on an unrelated byte or a crash
"""

import argparse
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from leadbase.core import leadfile
from leadbase.errors import LeadFileError

DEFAULT_FOLDER = Path(__file__).parent.parent.parent / "shared" / "data" / "front-matter"
TEXT = 'It\'s "new": #1 – 新标题 \\ end'
FENCES = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
SIGNS = (("␣", " "), ("←", "\r"), ("⇔", "\ufeff"), ("↵", ""))


@dataclass
class Row:
    """What happened to the files of one source."""

    files: int = 0
    mappings: int = 0
    score_set: int = 0
    text_set: int = 0
    refused_mappings: Counter[str] = field(default_factory=Counter)
    refused_others: Counter[str] = field(default_factory=Counter)
    unrelated: int = 0
    crashes: int = 0


def files(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Source, name and bytes of every file: loose ones, Markdown in archives, and each case of the YAML test suite."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        source = path.relative_to(folder).parts[0]
        if source == "yaml-test-suite" and path.suffix == ".yaml":
            yield from ((source, f"{path.name}#{number}", raw) for number, raw in suite_cases(path))
        elif path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    content = archive.extractfile(member) if member.name.endswith((".md", ".mdx")) else None
                    if content is not None:
                        yield source.removesuffix(".tar.gz"), member.name, content.read()
        else:
            yield source, path.name, path.read_bytes()


def suite_cases(path: Path) -> Iterator[tuple[int, bytes]]:
    """The YAML of each case, as the front matter of a file. The suite writes what cannot be seen as visible signs."""
    for number, case in enumerate(yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)):
        if "yaml" not in case:
            continue
        text = re.sub("—*»", "\t", case["yaml"])
        for sign, meant in SIGNS:
            text = text.replace(sign, meant)
        text = text[: text.index("∎")] if "∎" in text else text
        yield number, f"---\n{text}{'' if text.endswith(chr(10)) else chr(10)}---\n\nThe text.\n".encode()


def meaning(raw: bytes) -> dict[object, object] | None:
    """The front matter as PyYAML alone reads it, every scalar as text; None when it is no mapping."""
    fences = FENCES.match(raw)
    if fences is None:
        return None
    try:
        yaml.load(fences[1].decode(), Loader=yaml.CSafeLoader)
        found = yaml.load(fences[1].decode(), Loader=yaml.CBaseLoader)
    except (yaml.YAMLError, ValueError):
        return None
    return found if isinstance(found, dict) else {} if found is None else None


def unrelated_bytes(old: bytes, new: bytes, key: str) -> int:
    """How many bytes outside the lines of `key` are different, and 1 more if PyYAML reads another field differently."""
    before, after = old.split(b"\n"), new.split(b"\n")
    head = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    most = min(len(before), len(after)) - head
    tail = next((i for i in range(most) if before[-1 - i] != after[-1 - i]), most)
    lines = leadfile.read(old, "old").lines
    start = lines.get(key, len(before) + 1)
    end = min((line for line in lines.values() if line > start), default=len(before) + 1)
    changed = range(head + 1, len(before) - tail + 1)
    stray = sum(len(before[line - 1]) + 1 for line in changed if not start <= line < end)
    meant_before, meant_after = meaning(old) or {}, meaning(new) or {}
    for each in (meant_before, meant_after):
        each.pop(key, None)
    return stray + (repr(meant_before) != repr(meant_after))


def set_and_check(raw: bytes, key: str, value: str | int, name: str) -> int:
    """Set one field; the number of unrelated bytes that changed. Raises LeadFileError when the edit is refused."""
    new = leadfile.with_fields(raw, {key: value}, name)
    if leadfile.read(new, name).texts[key] != str(value):
        raise AssertionError(f"{name}: {key} does not read back")
    if leadfile.with_fields(new, {key: value}, name) != new:
        raise AssertionError(f"{name}: setting {key} again changes the file")
    if key not in leadfile.read(raw, name).texts and leadfile.with_fields(new, {key: None}, name) != raw:
        raise AssertionError(f"{name}: taking {key} out does not give the old bytes")
    return unrelated_bytes(raw, new, key)


def try_file(raw: bytes, name: str, row: Row) -> list[str]:
    """Put one file through all edits and count what happens; what is worth a line of its own is returned."""
    is_mapping = meaning(raw) is not None
    row.files += 1
    row.mappings += is_mapping
    try:
        texts = leadfile.read(raw, name).texts
        text_key = next((key for key, text in texts.items() if isinstance(text, str) and key != "score"), "title")
        row.unrelated += set_and_check(raw, "score", 97, name)
        row.score_set += is_mapping
        row.unrelated += set_and_check(raw, text_key, TEXT, name)
        row.text_set += is_mapping
    except LeadFileError as error:
        codes = {problem.code for problem in error.problems}
        (row.refused_mappings if is_mapping else row.refused_others).update(codes)
        return [f"refused: {error.problems[0]}"] if is_mapping else []
    except Exception as error:
        row.crashes += 1
        return [f"CRASH: {name}: {error!r}"]
    return []


def show(rows: dict[str, Row]) -> None:
    """One table, and why files were refused."""
    print(f"\n{'':18}{'files':>7}{'mappings':>10}{'score set':>11}{'text set':>10}{'unrelated':>11}{'crashes':>9}")
    for source, row in rows.items():
        sets = f"{row.score_set:11}{row.text_set:10}{row.unrelated:11}{row.crashes:9}"
        print(f"{source:18}{row.files:7}{row.mappings:10}{sets}")
    for title, name in (("mappings refused", "refused_mappings"), ("other files refused", "refused_others")):
        counts: Counter[str] = sum((getattr(row, name) for row in rows.values()), Counter())
        print(f"{title}: {', '.join(f'{code} {count}' for code, count in counts.most_common()) or 'none'}")


def main() -> int:
    """Run over all files and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER)
    folder = parser.parse_args().folder
    if not folder.is_dir():
        parser.error(f"no such folder: {folder}")
    rows: dict[str, Row] = {}
    for source, name, raw in files(folder):
        for line in try_file(raw, f"{source}/{name}", rows.setdefault(source, Row())):
            print(line)
    show(rows)
    return int(any(row.unrelated or row.crashes for row in rows.values()))


if __name__ == "__main__":
    sys.exit(main())
