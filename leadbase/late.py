"""Late loading: a module that is named at the top of a file and loaded when it is first used.

`leadbase list` answers without ever loading what writes files or gives points. The names stand where imports stand,
the architecture test holds them to the same floors, and type checkers see ordinary imports:

    if TYPE_CHECKING:
        from leadbase.core import scoring
    else:
        scoring = late("leadbase.core.scoring")

Python 3.15 has this as a statement, `lazy import` (PEP 810); until then it is this function.
"""

import importlib
from types import ModuleType


class _Late:
    """Stands for a module until one of its names is asked for."""

    __slots__ = ("_module", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._module: ModuleType | None = None

    def __getattr__(self, attribute: str) -> object:
        if self._module is None:
            self._module = importlib.import_module(self._name)
        return getattr(self._module, attribute)


def late(name: str) -> _Late:
    """The module of that full name, loaded when one of its names is first asked for."""
    return _Late(name)
