"""Prose that stands in code: string literals with words in a row, where no machine and no administrator reads them.

In: the source of a module. Out: each such text with its line. Never: runs the module.
"""

import ast
import re
from collections.abc import Collection, Iterator
from typing import Final

#: Three words in a row, or a capital letter and two: “Nothing found”.
_PROSE: Final = re.compile(r"\b[A-Za-z’']{2,},? [a-z’']{2,},? [a-z’']{2,}|^\W*[A-Z][a-z’']+,? [a-z’']{2,}")
#: What is called here is told to whoever runs the bot, in the log or by an exception, or reads text and shows none.
_FOR_ADMINISTRATORS: Final = ("log.", "logging.", "refuse")
_FOR_MACHINES: Final = ("re.compile", "TypeVar", "Meta")
_DOCUMENTED: Final = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def prose(source: str, only: Collection[str] = ()) -> Iterator[tuple[int, str]]:
    """Each text with its line; `only` in functions of these names, where some are given."""
    tree = ast.parse(source)
    passed = {id(inner) for node in ast.walk(tree) if _is_passed(node) for inner in ast.walk(node)}
    passed |= {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}
    for top in _within(tree, only):
        for node in ast.walk(top):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
                text = " ".join(node.value.split())
                if _PROSE.search(text):
                    yield node.lineno, text


def _within(tree: ast.Module, only: Collection[str]) -> list[ast.AST]:
    if not only:
        return [tree]
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in only]


def _is_passed(node: ast.AST) -> bool:
    """Whether nothing within is shown to anybody in the chat."""
    match node:
        case ast.Raise() | ast.Assert():
            return True
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="split")):
            return True  # a list of words that are recognised
        case ast.Call(func=called):
            name = ast.unparse(called)
            return name in _FOR_MACHINES or name.startswith(_FOR_ADMINISTRATORS)
        case ast.Subscript(value=ast.Name(id="Literal" | "Annotated")):
            return True
        case _:
            return False


def _has_docstring(node: ast.AST) -> bool:
    return isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None
