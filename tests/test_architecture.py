"""The house: imports run down, each outside package has one door, and the core touches nothing outside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "leadbase"
FLOORS = ("errors", "core", "adapters", "indexing", "workspace", "actions", "cli", "start")
DOORS = {
    "frontmatter": ("core/leadfile.py",),
    "yaml": ("core/yamltext.py",),
    "ctypes": ("adapters/folder/system.py",),
    "slugify": ("core/slug.py",),
    "git": ("adapters/history.py",),
    "jinja2": ("adapters/renderer.py",),
    "subprocess": ("adapters/editor.py", "adapters/history.py", "adapters/renderer.py"),
    "tomllib": ("adapters/settings.py",),
    "sqlite3": ("adapters/index/",),
    "platformdirs": ("adapters/index/place.py",),
    "watchdog": (),
    "socket": (),
    "urllib.request": (),
    "http": (),
    "click": ("cli/",),
    "rich": ("cli/",),
}
OUTSIDE = {"os", "pathlib.Path", "random", "secrets", "time", "subprocess", "shutil", "sys", "tempfile"}
FILES = sorted(PACKAGE.rglob("*.py"))


def name(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def floor(module: str) -> int | None:
    """The floor a module of leadbase stands on, or None for the package itself."""
    part = module.removeprefix("leadbase").strip(".").split(".")[0]
    return FLOORS.index(part) if part in FLOORS else None


def imports(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "late":
            argument = node.args[0]
            assert isinstance(argument, ast.Constant), f"{name(file)}:{node.lineno} late() takes a plain text"
            yield node.lineno, f"{argument.value}."


def own_floor(file: Path) -> int | None:
    return floor("leadbase." + name(file).removesuffix(".py").replace("/", "."))


@pytest.mark.parametrize("file", FILES, ids=name)
def test_imports_run_down(file: Path) -> None:
    mine = own_floor(file)
    for line, module in imports(file):
        theirs = floor(module) if module.startswith("leadbase.") else None
        if mine is not None and theirs is not None:
            assert theirs <= mine, f"{name(file)}:{line} {module} is on a floor above"


@pytest.mark.parametrize("file", [f for f in FILES if name(f).startswith(("actions/", "adapters/"))], ids=name)
def test_actions_and_adapters_do_not_import_one_another(file: Path) -> None:
    folder, rest = name(file).split("/", 1)
    mine = f"leadbase.{folder}.{rest.split('/')[0].removesuffix('.py')}"
    for line, module in imports(file):
        if module.startswith(f"leadbase.{folder}."):
            assert module.startswith(mine), f"{name(file)}:{line} {module} is a neighbour"


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_outside_package_has_one_door(file: Path) -> None:
    for line, module in imports(file):
        for package, doors in DOORS.items():
            if module == package or module.startswith(f"{package}."):
                assert name(file).startswith(doors or ("nowhere",)), f"{name(file)}:{line} {package} belongs in {doors}"


@pytest.mark.parametrize("file", [f for f in FILES if name(f).startswith("core/")], ids=name)
def test_the_core_is_pure(file: Path) -> None:
    for line, module in imports(file):
        assert module not in OUTSIDE and module.split(".")[0] not in OUTSIDE, f"{name(file)}:{line} {module}"
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("open", "print", "input"), f"{name(file)}:{node.lineno} {node.func.id}()"
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("now", "utcnow", "today"), f"{name(file)}:{node.lineno} reads the clock"


@pytest.mark.parametrize("file", FILES, ids=name)
def test_imports_stand_at_the_top(file: Path) -> None:
    """Only the lazy command group loads modules late: start-up stays fast by shape, not by tricks."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                assert not isinstance(node, ast.Import | ast.ImportFrom), f"{name(file)}:{node.lineno} late import"


def test_a_command_has_a_module_of_its_name() -> None:
    tree = ast.parse((PACKAGE / "cli" / "__init__.py").read_text(encoding="utf-8"))
    assign = next(n for n in tree.body if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "COMMANDS")
    assert isinstance(assign.value, ast.Dict)
    for key in assign.value.keys:
        assert isinstance(key, ast.Constant)
        assert (PACKAGE / "cli" / f"{key.value}.py").is_file()
