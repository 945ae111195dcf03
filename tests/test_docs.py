"""The documentation: its commands do what it shows, its links lead somewhere, and it leaves out no word of the program.

LEADBASE_REWRITE_DOCS=1 writes the outputs as they are now into the pages, instead of comparing them.
"""

import ast
import os
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from leadbase.core import vocabulary
from leadbase.core.record import PUBLIC
from tests.transcripts import REPOSITORY, is_shown, outputs, rewritten, steps

PAGES = sorted(each for folder in ("", "docs/", "bench/") for each in REPOSITORY.glob(f"{folder}*.md"))
PACKAGE = REPOSITORY / "leadbase"
REWRITES = bool(os.environ.get("LEADBASE_REWRITE_DOCS"))

_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def name(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


def text(path: str) -> str:
    return (REPOSITORY / path).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------------ commands


@pytest.mark.skipif(shutil.which("bash") is None, reason="the console blocks are written for a Unix shell")
@pytest.mark.parametrize("page", [page for page in PAGES if "```console" in page.read_text("utf-8")], ids=name)
def test_every_command_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    written = page.read_text(encoding="utf-8")
    listed = list(steps(written))
    printed = outputs(listed, tmp_path)
    if REWRITES:
        page.write_text(rewritten(written, listed, printed), encoding="utf-8")
        return
    for step, actual in zip(listed, printed, strict=True):
        assert is_shown(step.shown, actual), f"{name(page)}:{step.first}: $ {step.command}\n" + "\n".join(actual)


def test_a_page_may_leave_lines_out_but_not_change_one() -> None:
    assert is_shown(["a", "…", "d"], ["a", "b", "c", "d"])
    assert not is_shown(["a", "…", "d"], ["a", "d"])
    assert not is_shown(["a", "…", "x"], ["a", "b", "d"])
    assert not is_shown(["a", "b"], ["a"])
    assert is_shown(["rules 0123456789ab"], ["rules ba9876543210"])


def test_a_rewritten_page_shows_as_many_lines_as_before() -> None:
    page = "```console\n$ one\nold\n…\nold\n$ two \\\n> words\n```\nText.\n"
    listed = list(steps(page))
    assert [step.command for step in listed] == ["one", "two \\\nwords"]
    new = rewritten(page, listed, [("a", "b", "c", "d"), ("e",)])
    assert new == "```console\n$ one\na\n…\nd\n$ two \\\n> words\ne\n```\nText.\n"


# ---------------------------------------------------------------------------------------------------------- links


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(_FENCED.sub("", page.read_text(encoding="utf-8")))
    plain = [re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", each).lower()) for each in headings]
    return {each.strip().replace(" ", "-") for each in plain}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    for found in _LINK.finditer(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        target, _, anchor = unquote(found[1] or found[2]).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{name(page)}: there is no {target}"
        if anchor:
            assert anchor in anchors(file), f"{name(page)}: {name(file)} has no heading #{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_names_a_folder_of_the_machine_it_was_written_on(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    assert re.findall(r"(?<![\w.:/])/(?:root|tmp|Users|home/(?!you/|me/)\w+)/\S*", written) == []
    assert str(REPOSITORY) not in written


# ---------------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize("table", ["FIELDS", "TYPES", "VERIFICATIONS", "ATTRIBUTIONS", "GRADES"])
def test_the_lead_format_lists_every_word_with_its_synonyms(table: str) -> None:
    page = text("docs/lead-format.md")
    words: Mapping[str, tuple[str, ...]] = getattr(vocabulary, table)
    for key, synonyms in words.items():
        row = next((line for line in page.splitlines() if line.startswith(f"| `{key}` |")), None)
        assert row, f"docs/lead-format.md: no row for {key} of {table}"
        cells = re.split(r"[|,]", row)
        missing = {each.lower() for each in synonyms} - {cell.strip().lower() for cell in cells}
        assert not missing, f"docs/lead-format.md: {key} lacks {missing}"


def test_the_lead_format_gives_the_shipped_points() -> None:
    rows = {line.split("`")[1]: line for line in text("docs/lead-format.md").splitlines() if line.startswith("| `")}
    for kind, (points, clock) in shipped_scoring()["value"]["type"].items():
        assert rows[kind].endswith(f"| {points} | {clock} |"), kind
    for status, points in shipped_scoring()["confidence"]["verification"].items():
        shown = rows[status].rpartition(" | ")[2].removesuffix(" |").replace("−", "-")
        assert int(shown) == points, status


def shipped_scoring() -> dict[str, Any]:
    return tomllib.loads((PACKAGE / "starter" / "defaults" / "scoring.toml").read_text(encoding="utf-8"))


def test_the_scoring_page_names_every_kind_of_source() -> None:
    page = text("docs/scoring.md")
    for kind in vocabulary.KINDS:
        assert f"`{kind}`" in page, kind


def problem_codes(file: Path) -> Iterator[str]:
    """The codes that a module gives to problems; `bad-…` where one is put together."""
    position = {"Problem": 3, "complain": 1, "problem": 1, "_problem": 2}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            index = position.get(called, len(node.args))
            yield from constants(node.args[index]) if index < len(node.args) else ()
            yield from (each for key in node.keywords if key.arg == "code" for each in constants(key.value))
        elif isinstance(node, ast.Assign):
            for target, value in pairs(node.targets[0], node.value):
                if getattr(target, "id", "") == "code":
                    yield from constants(value)


def pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=True)
    else:
        yield target, value


def constants(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.JoinedStr):
        first = value.values[0]
        yield f"{first.value!s}…" if isinstance(first, ast.Constant) else ""
    elif isinstance(value, ast.IfExp):
        yield from (*constants(value.body), *constants(value.orelse))
    elif isinstance(value, ast.Constant) and isinstance(value.value, str) and _WORD.fullmatch(value.value):
        yield value.value


def test_the_docs_explain_every_problem_code() -> None:
    rows = set(re.findall(r"^\| `([^`]+)` \|", text("docs/lead-format.md") + text("docs/reports.md"), re.MULTILINE))
    codes = {code for file in PACKAGE.rglob("*.py") for code in problem_codes(file)}
    assert {"yaml-syntax", "bad-…", "no-such-note", "rules", "template-undefined", "unscored"} <= codes
    assert codes - rows == set()


def leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        where = f"{path}.{key}".lstrip(".")
        if isinstance(value, Mapping):
            yield from leaves(value, where)
        else:
            yield where, value


def test_the_scoring_page_has_every_key_of_the_rules_with_its_shipped_value() -> None:
    rows = re.findall(r"^\| `([\w.-]+)` \| `([^`]+)` \|", text("docs/scoring.md"), re.MULTILINE)
    shown = {key: tomllib.loads(f"value = {value}")["value"] for key, value in rows}
    assert shown == dict(leaves(shipped_scoring()))


def words_after(pattern: str, *files: str) -> set[str]:
    found = (re.findall(pattern, (PACKAGE / file).read_text(encoding="utf-8")) for file in files)
    return {word for each in found for word in each}


def test_the_scoring_page_names_every_rule_gate_and_step() -> None:
    page = text("docs/scoring.md")
    scoring = "core/scoring"
    rules = words_after(r'_(?:line|cue)\(f?"([a-z.-]+)', f"{scoring}/value.py", f"{scoring}/confidence.py")
    gates = words_after(r'yield "([a-z-]+)"', f"{scoring}/grading.py")
    moves = words_after(r'^    "([a-zB-]+)": _', f"{scoring}/cheapest.py") | {"desk-verification", "resolve-denial"}
    assert {"magnitude", "cue.cap", "direct.primary"} <= rules and {"sourcing", "expired"} <= gates
    for word in rules | gates | moves:
        assert f"`{word.rstrip('.')}" in page, f"docs/scoring.md says nothing of {word}"


def table_keys(file: str, *functions: str) -> set[str]:
    """The keys of the tables that these functions of a module build."""
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in functions]
    assert len(found) == len(functions), f"{file} no longer has all of {functions}"
    keys = [key for each in found for node in ast.walk(each) if isinstance(node, ast.Dict) for key in node.keys]
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def test_the_reports_page_names_every_variable_of_a_template() -> None:
    page = text("docs/reports.md")
    words = table_keys("core/reportwords.py", "context", "reasons", "_section", "_lead", "_broken")
    assert {"day_words", "heading", "next", "withheld"} <= words
    assert {word for word in words if f"`{word}`" not in page} == set()


def test_the_reports_page_names_every_key_of_the_sidecar() -> None:
    page = text("docs/reports.md")
    words = table_keys("core/report.py", "sidecar", "counts", "_public_record") | set(PUBLIC)
    words |= table_keys("core/record.py", "_judgement")
    assert {"report_sha256", "age_days", "gates", "bars"} <= words
    assert {word for word in words if f"`{word}`" not in page} == set()


def test_the_architecture_page_has_a_room_for_every_file() -> None:
    page = text("docs/architecture.md")
    modules = [file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py") if not file.name.startswith("__")]
    assert [each for each in modules if f"`{each}`" not in page and f"─ {each} " not in page] == []


def test_the_benches_are_described() -> None:
    page = text("bench/README.md")
    assert [each.name for each in (REPOSITORY / "bench").glob("*.py") if f"`{each.name}`" not in page] == []
