"""Templates: Jinja in its sandbox, and a process of its own for a template that is not one leadbase ships.

The sandbox keeps a template away from files and code, not from eternal loops and not from memory; a process with
limits does. `python -m leadbase.adapters.renderer` is that process: a job as JSON on stdin, the outcome on stdout.
"""

import json
import os
import re
import subprocess
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from leadbase.errors import Problem, TemplateError, UsageError

if sys.platform != "win32":
    import resource

FOLDER = "templates"
SUFFIX = ".j2"
MOST_SECONDS = 10
_MOST_BYTES = 512 * 1024 * 1024
_MOST_CHARACTERS = 8 * 1024 * 1024
_SHIPPED = Path(__file__).resolve().parent.parent / "starter" / FOLDER
_UNDEFINED = re.compile(r"'(?P<name>[^']+)' is undefined|has no (?:attribute|element) '?(?P<member>[^']+)'?")


def shipped() -> dict[str, str]:
    """The templates that leadbase ships, by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(_SHIPPED.glob(f"*{SUFFIX}"))}


def render(name: str, templates: Mapping[str, str], variables: Mapping[str, Any]) -> str:
    """The text that the template `name` makes of the variables: texts, numbers, truth values, lists and tables of them.

    `templates` are the base's own, by file name; they may extend and include one another and the shipped ones. Raises
    TemplateError, with the line, for a template that does not compile, names what is not there, reaches for what it
    must not, or needs more than 10 seconds or half a gigabyte.
    """
    ours = shipped()
    if name in ours and _lines(templates.get(name, ours[name])) == _lines(ours[name]):
        return _rendered(name, ours, variables)
    return _rendered_apart(name, {**ours, **templates}, variables)


def _lines(text: str) -> list[str]:
    """The lines of a text, whatever ends them: git may have checked it out with CRLF."""
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")


def _rendered(name: str, templates: Mapping[str, str], variables: Mapping[str, Any]) -> str:
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FunctionLoader(_loader(templates)),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # the page is Markdown, not HTML, and every variable has been escaped for that
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    del environment.globals["lipsum"]
    try:
        text: str = environment.get_template(name).render(variables)
        text.encode()  # half a pair of surrogates is no text
        return text
    except Exception as error:
        # whatever a template does wrong, an expression of its author raised it: it is never a bug of leadbase
        raise TemplateError([_problem(error, name, variables)]) from error


def line(template: str) -> Callable[[Mapping[str, Any]], str]:
    """What makes one line of a record, by a template that a person wrote on the command line.

    It runs in the sandbox and in this process: its author can stop it with Ctrl-C. Raises UsageError when it does not
    compile, and again for a record when it names what is not there.
    """
    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)
    try:
        compiled = environment.from_string(template)
    except (jinja2.TemplateError, RecursionError) as error:
        raise UsageError(f"the template is not one: {error}", "write such as '{{ title }} - {{ score }}'") from error

    def lay_out(record: Mapping[str, Any]) -> str:
        try:
            return compiled.render(record)
        except Exception as error:
            problem = _problem(error, "line", record)
            raise UsageError(f"the template: {problem.message}", problem.hint) from error

    return lay_out


def faults(templates: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is wrong with templates before anything is laid out with them: each that does not compile, with its line."""
    environment = ImmutableSandboxedEnvironment()
    found = []
    for name, text in templates.items():
        try:
            environment.parse(text, name)
        except (jinja2.TemplateSyntaxError, RecursionError) as error:
            found.append(_problem(error, name, {}))
    return tuple(found)


def _loader(templates: Mapping[str, str]) -> Callable[[str], tuple[str, str | None, None] | None]:
    """The named template with the file name that Jinja puts into tracebacks, from where the line is read."""

    def load(name: str) -> tuple[str, str | None, None] | None:
        return (templates[name], _path(name), None) if name in templates else None

    return load


def _path(name: str) -> str:
    return f"{FOLDER}/{name}"


def _problem(error: Exception, name: str, variables: Mapping[str, Any]) -> Problem:
    path, line = _place(error, name)
    code, message, hint = "template-error", f"{type(error).__name__}: {error}", ""
    match error:
        case jinja2.TemplateSyntaxError():
            code, message = "template-syntax", error.message or "it is not a Jinja template"
        case jinja2.UndefinedError():
            code = "template-undefined"
            message, hint = _undefined(str(error), variables)
        case jinja2.TemplateNotFound():
            code, message, hint = "template-missing", f"there is no template {_path(str(error.name))}", ""
        case SecurityError():
            code, message, hint = "template-security", str(error), "a template only lays out what it is given"
        case MemoryError():
            return _over_limits(name, "needs more than half a gigabyte of memory", line)
        case RecursionError():
            message, hint = "it calls itself without end", "look for an include or a macro that names itself"
    return Problem(path, line, "error", code, message, hint)


def _place(error: Exception, name: str) -> tuple[str, int | None]:
    """The template and the line in it where the error arose."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _path(error.name or name), error.lineno
    frames = [frame for frame in _frames(error.__traceback__) if frame[0].startswith(f"{FOLDER}/")]
    return frames[-1] if frames else (_path(name), None)


def _frames(traceback: types.TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


def _undefined(message: str, variables: Mapping[str, Any]) -> tuple[str, str]:
    """What is not there, by its name, and the names there are."""
    found = _UNDEFINED.search(message)
    if found is None:
        return message, ""
    known = variables if found["name"] else _keys(variables)
    return f"there is no variable '{found['name'] or found['member']}'", f"there are {', '.join(sorted(known))}"


def _keys(value: object) -> set[str]:
    """Every key of the tables inside the variables."""
    if isinstance(value, Mapping):
        inner: set[str] = set().union(*(_keys(each) for each in value.values()))
        return inner | {key for key in value if isinstance(key, str)}
    return set().union(*(_keys(each) for each in value)) if isinstance(value, list) else set()


def _over_limits(name: str, what: str, line: int | None = None) -> Problem:
    return Problem(_path(name), line, "error", "template-limits", f"it {what} and was stopped", "look for its loops")


def _rendered_apart(name: str, templates: Mapping[str, str], variables: Mapping[str, Any]) -> str:
    """As `_rendered`, in a process that can be stopped."""
    job = json.dumps({"name": name, "templates": templates, "variables": variables})
    # -P: a module that lies in the current folder, such as a stranger's base, is never imported
    command = [sys.executable, "-P", "-m", "leadbase.adapters.renderer"]
    try:
        done = subprocess.run(  # noqa: S603 - this very interpreter, with a fixed command
            command, input=job.encode(), capture_output=True, timeout=MOST_SECONDS, check=False, env=_environment()
        )
    except subprocess.TimeoutExpired as error:
        raise TemplateError([_over_limits(name, f"ran for {MOST_SECONDS} seconds")]) from error
    try:
        outcome = json.loads(done.stdout)
    except ValueError as error:
        if done.returncode > 0 and b"MemoryError" not in done.stderr:
            raise RuntimeError(done.stderr.decode("utf-8", "replace")) from error
        raise TemplateError([_over_limits(name, "used up its time or memory")]) from error
    if "problem" in outcome:
        raise TemplateError([Problem(**outcome["problem"])])
    return str(outcome["text"])


def _environment() -> dict[str, str]:
    """This process's environment, in which the child finds the very leadbase that started it, installed or not."""
    here = str(Path(__file__).resolve().parents[2])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}


def _outcome(job: Mapping[str, Any]) -> dict[str, Any]:
    """The text, or the problem."""
    try:
        text = _rendered(job["name"], job["templates"], job["variables"])
        if len(text) > _MOST_CHARACTERS:
            raise TemplateError([_over_limits(job["name"], f"wrote more than {_MOST_CHARACTERS:,} characters")])
    except TemplateError as error:
        return {"problem": asdict(error.problems[0])}
    return {"text": text}


def _limit_this_process() -> None:
    """Cap memory and computing time where the system can; elsewhere the parent's patience is the only limit."""
    if sys.platform == "win32":
        return
    for kind, limit in ((resource.RLIMIT_AS, _MOST_BYTES), (resource.RLIMIT_CPU, MOST_SECONDS)):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):
            continue


def main() -> None:
    """Render one job from stdin to stdout, within limits."""
    _limit_this_process()
    json.dump(_outcome(json.load(sys.stdin.buffer)), sys.stdout)


if __name__ == "__main__":
    main()
