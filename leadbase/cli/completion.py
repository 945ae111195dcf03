"""`leadbase completion`."""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import click

from leadbase.cli.list import FORMATS
from leadbase.cli.output import say_exactly
from leadbase.core import vocabulary
from leadbase.core.query import FIELDS, ORDERS, SORT_KEYS

_SHELLS = Path(__file__).resolve().parent / "shells"
_DAYS = ("today", "yesterday", "this-week", "last-week", "this-month", "last-month", "this-year", "-3d..", "-7d..")
_FIXED: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "type": tuple(vocabulary.TYPES),
        "grade": tuple(vocabulary.GRADES),
        "verification": tuple(vocabulary.VERIFICATIONS),
        "attribution": tuple(vocabulary.ATTRIBUTIONS),
        "code": vocabulary.LETTERS,
        "time": _DAYS,
        "sort": tuple(f"{key}{direction}" for key in SORT_KEYS for direction in "-+"),
    }
)
"""Field of the query language → its words, where they are the same in every base."""

_VALUES: Mapping[str, str] = MappingProxyType(
    {
        "--base": "folder", "--out": "file", "--company": "company", "--source": "source", "--tag": "tag",
        "--since": "=today yesterday", "--until": "=today yesterday", "--as-of": "=today", "--day": "=today yesterday",
        **{f"--{field}": "=" + " ".join(_FIXED[field]) for field in ("type", "grade", "verification", "attribution")},
        "--format": "=" + " ".join(FORMATS),
        "--sort": "=" + " ".join(each for key in SORT_KEYS for each in (key, f"{key}-", f"{key}+")),
    }
)  # fmt: skip
"""Option → what its value is, where click does not know: a kind of `leadbase --complete`, a place, or =fixed words."""

_ARGUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "list": "query", "search": "query", "report": "query", "show": "lead", "why": "lead", "edit": "lead",
        "score": "lead", "init": "folder",
    }
)  # fmt: skip
"""Command → what its arguments are, in the words of _VALUES."""


@dataclass(frozen=True, slots=True)
class _Option:
    """`takes` is in the words of _VALUES, a + before it when a value may be a list; None for a flag."""

    names: tuple[str, ...]
    line: str
    takes: str | None


@dataclass(frozen=True, slots=True)
class _Command:
    """A command, or as "" what stands before every command. `argument` is in the words of _VALUES."""

    name: str
    line: str
    options: tuple[_Option, ...]
    argument: str


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what makes SHELL complete leadbase's words with the Tab key.

    Completed are commands, options and their values, names of leads, and the words of queries: fields, companies,
    sources, tags, saved queries. Put the line for your shell into the file that it reads when it starts.

    \b
    bash, in ~/.bashrc:                   eval "$(leadbase completion bash)"
    zsh, in ~/.zshrc:                     eval "$(leadbase completion zsh)"
    fish, in ~/.config/fish/config.fish:  leadbase completion fish | source
    """
    words = _fish_words if shell == "fish" else _words
    script = (_SHELLS / f"leadbase.{shell}").read_text(encoding="utf-8")
    say_exactly("\n".join([*words(tuple(_commands(ctx.find_root()))), "", script]))


# -------------------------------------------------------------------------------------------------------- what there is


def _commands(root: click.Context) -> Iterator[_Command]:
    group = root.command
    yield _Command("", "", tuple(_options(group, root)), "")
    if isinstance(group, click.Group):
        for name in group.list_commands(root):
            if (found := group.get_command(root, name)) and not found.hidden:
                context = click.Context(found, info_name=name, parent=root)
                yield _Command(name, found.get_short_help_str(100), tuple(_options(found, context)), _argument(found))


def _options(command: click.Command, context: click.Context) -> Iterator[_Option]:
    for each in command.get_params(context):
        if isinstance(each, click.Option) and not each.hidden:
            names = tuple(sorted((*each.opts, *each.secondary_opts), key=len, reverse=True))
            yield _Option(names, _first_sentence(each.help or ""), _taken(each, names))


def _first_sentence(help_line: str) -> str:
    return help_line.partition("  [")[0].partition(". ")[0].removesuffix(".")


def _taken(option: click.Option, names: Sequence[str]) -> str | None:
    if option.is_flag or option.count:
        return None
    if isinstance(option.type, click.Choice):
        return _choices(option.type)
    kind = next((_VALUES[name] for name in names if name in _VALUES), "")
    return f"+{kind}" if option.multiple and kind not in ("", "folder", "file") else kind


def _argument(command: click.Command) -> str:
    choices = [each.type for each in command.params if isinstance(each, click.Argument)]
    if choices and isinstance(choices[0], click.Choice):
        return _choices(choices[0])
    return _ARGUMENTS.get(command.name or "", "")


def _choices(choice: "click.Choice[str]") -> str:
    return "=" + " ".join(map(str, choice.choices))


def table() -> tuple[str, ...]:
    """The query language as `leadbase.core.completion` wants it."""
    fields = [f"{field}:{','.join(_FIXED.get(field, ()))}" for field in (*FIELDS, *ORDERS)]
    named = {field: (*words, *vocabulary.FIELDS.get(field, ())) for field, (_, words) in FIELDS.items()}
    others = [f"{other}={field}" for field, words in {**named, **ORDERS}.items() for other in words if " " not in other]
    return (*fields, *others)


def _program() -> list[str]:
    """How to run this very leadbase again, from any folder and with nothing of that folder loaded."""
    started = Path(sys.argv[0])
    if started.name.partition(".")[0] == "leadbase" and started.is_file():
        return [str(started.absolute())]
    return [sys.executable, "-P", "-m", "leadbase"]


# --------------------------------------------------------------------------------------------- as each shell writes it


def _words(commands: Sequence[_Command]) -> Iterator[str]:
    """The words for bash and zsh, which read the same."""
    quote = shlex.quote
    yield f"__leadbase_program=({shlex.join(_program())})"
    yield f"__leadbase_table={quote(' '.join(table()))}"
    yield f"__leadbase_fields={quote(' '.join(f'{field}:' for field in (*FIELDS, *ORDERS)))}"
    pairs = " ".join(f"{each.name} {quote(each.line)}" for each in commands if each.name)
    yield f"__leadbase_commands=({pairs})"
    yield "__leadbase_options() {\n    case $1 in"
    for each in commands:
        pairs = " ".join(f"{name} {quote(option.line)}" for option in each.options for name in option.names)
        yield f"    {quote(each.name)}) reply=({pairs}) ;;"
    yield "    *) reply=() ;;\n    esac\n}"
    yield '__leadbase_takes() {\n    case "$1 $2" in'
    yield from (f"    {quote(words)}) REPLY={quote(takes)} ;;" for words, takes in _takes(commands))
    yield "    *) REPLY=''; return 1 ;;\n    esac\n}"
    yield "__leadbase_argument() {\n    case $1 in"
    yield from (f"    {each.name}) REPLY={quote(each.argument)} ;;" for each in commands if each.argument)
    yield "    *) REPLY='' ;;\n    esac\n}"


def _fish_words(commands: Sequence[_Command]) -> Iterator[str]:
    quote = _fish_quoted
    yield f"set -g __leadbase_program {' '.join(map(quote, _program()))}"
    yield f"set -g __leadbase_table {quote(' '.join(table()))}"
    yield f"set -g __leadbase_fields {quote(' '.join(f'{field}:' for field in (*FIELDS, *ORDERS)))}"
    pairs = " ".join(f"{quote(each.name)}\\t{quote(each.line)}" for each in commands if each.name)
    yield f"set -g __leadbase_commands {pairs}"
    yield 'function __leadbase_options\n    switch "$argv[1]"'
    for each in commands:
        pairs = " ".join(f"{name}\\t{quote(option.line)}" for option in each.options for name in option.names)
        yield f"        case {quote(each.name)}\n            printf '%s\\n' {pairs}"
    yield "    end\nend"
    yield 'function __leadbase_takes\n    switch "$argv[1] $argv[2]"'
    for words, takes in _takes(commands):
        yield f"        case {quote(words)}\n            echo {quote(takes)}"
    yield "        case '*'\n            return 1\n    end\nend"
    yield 'function __leadbase_argument\n    switch "$argv[1]"'
    for each in commands:
        if each.argument:
            yield f"        case {quote(each.name)}\n            echo {quote(each.argument)}"
    yield "    end\nend"


def _takes(commands: Sequence[_Command]) -> Iterator[tuple[str, str]]:
    for each in commands:
        for option in each.options:
            if option.takes is not None:
                yield from ((f"{each.name} {name}", option.takes) for name in option.names)


def _fish_quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
