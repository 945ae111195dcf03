import sys
from pathlib import Path
from typing import Any

import pytest

from leadbase.adapters import renderer
from leadbase.errors import Problem, TemplateError

VARIABLES: dict[str, Any] = {"head": "All quiet", "leads": [{"title": "One", "score": 3}], "open": {"more": 2}}


def render(source: str, **others: str) -> str:
    return renderer.render("own.md.j2", {"own.md.j2": source, **others}, VARIABLES)


def problem_of(source: str, **others: str) -> Problem:
    with pytest.raises(TemplateError) as caught:
        render(source, **others)
    [problem] = caught.value.problems
    assert problem.level == "error"
    return problem


def test_a_template_lays_out_what_it_is_given() -> None:
    assert render("{{ head }}:\n{% for lead in leads %}\n- {{ lead.title }} {{ lead.score }}\n{% endfor %}\n") == (
        "All quiet:\n- One 3\n"
    )


def test_text_goes_through_every_encoding_unharmed() -> None:
    assert render("深度求索 🎉 \u2028 é\n") == "深度求索 🎉 \u2028 é\n"


def test_values_are_not_escaped_a_second_time() -> None:
    assert renderer.render("own.md.j2", {"own.md.j2": "{{ a }}"}, {"a": "R&amp;D <b>"}) == "R&amp;D <b>"


def test_templates_extend_and_include_one_another() -> None:
    others = {"frame.md.j2": "<{% block middle %}{% endblock %}>", "part.md.j2": "{{ head }}"}
    source = "{% extends 'frame.md.j2' %}{% block middle %}{% include 'part.md.j2' %}{% endblock %}"
    assert render(source, **others) == "<All quiet>"


def test_a_template_may_extend_the_shipped_one() -> None:
    problem = problem_of("{% extends 'daily.md.j2' %}")
    assert (problem.path, problem.code) == ("templates/daily.md.j2", "template-undefined")


def test_a_syntax_error_has_its_line() -> None:
    problem = problem_of("one\ntwo\n{% for lead in %}\n")
    assert (problem.path, problem.line, problem.code) == ("templates/own.md.j2", 3, "template-syntax")


def test_a_syntax_error_in_an_included_template_has_its_file_and_line() -> None:
    problem = problem_of("{% include 'part.md.j2' %}", **{"part.md.j2": "\n{{ head"})
    assert (problem.path, problem.line) == ("templates/part.md.j2", 2)


@pytest.mark.parametrize(
    ("source", "line", "name"),
    [
        ("\n\n{{ haed }}", 3, "haed"),
        ("{% for lead in leads %}\n{{ lead.titel }}\n{% endfor %}", 2, "titel"),
        ("{{ head }}\n{{ open['less'] }}", 2, "less"),
        ("{% if nothing %}\n{% endif %}", 1, "nothing"),
        ("{{ leads[7].title }}", 1, "7"),
    ],
)
def test_a_variable_that_is_not_there_is_named_with_its_line(source: str, line: int, name: str) -> None:
    problem = problem_of(source)
    assert (problem.code, problem.line) == ("template-undefined", line)
    assert problem.message == f"there is no variable '{name}'"


def test_the_variables_there_are_stand_in_the_hint() -> None:
    assert problem_of("{{ haed }}").hint == "there are head, leads, open"
    assert problem_of("{{ open.less }}").hint == "there are head, leads, more, open, score, title"


def test_a_missing_include_is_named() -> None:
    problem = problem_of("\n{% include 'gone.md.j2' %}")
    assert (problem.code, problem.line) == ("template-missing", 2)
    assert problem.message == "there is no template templates/gone.md.j2"


@pytest.mark.parametrize("name", ["../../../etc/hostname", "/etc/hostname", "../leadbase.toml"])
def test_no_file_outside_is_included(name: str) -> None:
    assert problem_of(f"{{% include '{name}' %}}").code == "template-missing"


@pytest.mark.parametrize(
    "source",
    [
        "{{ head.__class__ }}",
        "{{ head|attr('__class__') }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ '{0.__class__}'.format(head) }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ leads.append(1) }}",
        "{% set x = open.update({'a': 1}) %}",
    ],
)
def test_a_template_cannot_reach_beyond_its_values(source: str) -> None:
    assert problem_of(source).code == "template-security"


def test_any_other_failure_is_the_templates_own() -> None:
    problem = problem_of("\n{{ 1 / 0 }}")
    assert (problem.code, problem.line) == ("template-error", 2)
    assert "division by zero" in problem.message


def test_a_template_that_includes_itself_ends() -> None:
    assert problem_of("{% include 'own.md.j2' %}").code in ("template-error", "template-limits")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of memory")
@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' * 10**10 }}",
        "{% set ns = namespace(x='a') %}{% for i in range(99999) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{{ '%999999999s'|format(head) }}",
        "{{ head.ljust(10**10) }}",
        "{{ [0] * 10**9 }}",
        "{% for i in range(9999) %}{{ 'abcdefgh' * 9999 }}{% endfor %}",
    ],
)
def test_a_template_that_eats_memory_is_stopped(source: str) -> None:
    assert problem_of(source).code == "template-limits"


def test_a_template_that_runs_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "MOST_SECONDS", 1)
    problem = problem_of("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}")
    assert (problem.path, problem.code) == ("templates/own.md.j2", "template-limits")
    assert problem.message == "it ran for 1 seconds and was stopped"


def test_a_range_beyond_the_sandbox_is_refused() -> None:
    assert problem_of("{% for i in range(10**9) %}{% endfor %}").code == "template-error"


def test_the_shipped_template_needs_no_process_whatever_ends_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/there/is/no/python")
    shipped = renderer.shipped()["daily.md.j2"]
    for base in ({}, {"daily.md.j2": shipped}, {"daily.md.j2": shipped.replace("\n", "\r\n")}):
        with pytest.raises(TemplateError):  # it runs, and misses its variables
            renderer.render("daily.md.j2", base, {})
    with pytest.raises(FileNotFoundError):
        renderer.render("daily.md.j2", {"daily.md.j2": f"{shipped} "}, {})


def test_the_helper_process_imports_nothing_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("jinja2.py", "json.py", "leadbase.py", "resource.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    here = Path(renderer.__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", str(here))
    monkeypatch.chdir(tmp_path)
    assert render("{{ head }}") == "All quiet"
    assert not (tmp_path / "ran").exists()


def test_the_repository_s_own_template_is_the_shipped_one() -> None:
    root = Path(renderer.__file__).parents[2]
    assert (root / "templates" / "daily.md.j2").read_text("utf-8") == renderer.shipped()["daily.md.j2"]
