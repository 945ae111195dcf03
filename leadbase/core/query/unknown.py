"""Values that a query asks for and nobody has: a mistake most often, so they are an error and never no rows."""

from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType

from leadbase.core import vocabulary
from leadbase.core.query import match
from leadbase.core.query.tree import Exact, FromSource, Leaf, OneOf, Part, Tree, leaves
from leadbase.core.query.values import Registry, Said
from leadbase.errors import UsageError

Names = Callable[[str], Iterable[str]]
"""Field → names or values under it; the fields are company, source, domain and tags."""

_MESSAGES = MappingProxyType(
    {
        "company": "no company is called '{}': neither the registry nor any lead has it",
        "source": "no source is called '{}': neither the registry nor any lead has it",
        "domain": "no link is on '{}': neither the registry nor any lead has it",
        "tags": "no lead has the tag '{}'",
    }
)


def unknown(tree: Tree, found: Names, named: Names, registry: Registry) -> UsageError | None:
    """The error for the first company, source, domain or tag that neither the registry nor any lead has, or None.

    `found` are the values of all leads as written, `named` the registry's names, for a suggestion. A value behind a
    minus sign must be known too: whoever leaves out what is not there has misspelt it.
    """
    for leaf in leaves(tree):
        for one in _single(leaf):
            if one.field in _MESSAGES and not _is_known(one, found, registry):
                return _error(one.field, _word(one), found, named)
    return None


def _single(leaf: Leaf) -> Iterator[OneOf | Part | FromSource | Exact]:
    """The leaf taken apart into leaves of one value each; none for what names no value."""
    if isinstance(leaf, OneOf):
        yield from (OneOf(leaf.field, (each,)) for each in leaf.values)
    elif isinstance(leaf, Part | FromSource | Exact):
        yield leaf


def _word(leaf: OneOf | Part | FromSource | Exact) -> str:
    if isinstance(leaf, OneOf):
        return leaf.values[0]
    return leaf.text if isinstance(leaf, Exact) else leaf.word


def _is_known(leaf: OneOf | Part | FromSource | Exact, found: Names, registry: Registry) -> bool:
    """Whether the registry or a lead has it. A company in a OneOf is the registry's already."""
    if leaf.field == "company" and (isinstance(leaf, OneOf) or registry.company(_word(leaf))):
        return True
    if leaf.field == "source" and registry.source_named(_word(leaf)):
        return True
    if leaf.field == "domain" and registry.source_of(f"https://{_word(leaf)}/"):
        return True
    tests = match.tests(leaf)
    return any(test(Said(each)) for kind, test in tests.items() if kind in _MESSAGES for each in found(kind) if each)


def _error(field: str, word: str, found: Names, named: Names) -> UsageError:
    near = vocabulary.nearest(word, dict.fromkeys((*named(field), *found(field))))
    return UsageError(_MESSAGES[field].format(word), f"did you mean {near}?" if near else "")
