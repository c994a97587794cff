"""Every route that any of our servers has, as the source declares it: what the doors are held to.

In: the source. Out: paths, as they stand in a router. Never: a server begun; a route that it can't read passed over.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from content import load
from deploy.platforms import pages

ROOT: Final = Path(__file__).parents[2]
_SERVING: Final = ("adapters", "deploy")
#: By which aiohttp is told of a route, and which of what they are given is its path.
_TELL: Final = dict.fromkeys(("get", "post", "put", "patch", "delete", "head", "options", "view", "static"), 0) | {
    "route": 1
}
#: Where a path is handed on, and who then says it: the same ones behind a gate, and three that are made of a table.
_HANDED_ON: Final = {
    "deploy/running/attending.py": (),
    "deploy/platforms/pages.py": tuple(route.path for route in pages.routes(load.words())),
}


def every() -> set[str]:
    """All paths."""
    return {path for top in _SERVING for file in sorted((ROOT / top).rglob("*.py")) for path in of(file)}


def of(file: Path) -> Iterator[str]:
    """Those that one module declares. Raises `TypeError` for one that can't be read."""
    where = file.relative_to(ROOT)
    return told_in(file.read_text(encoding="utf-8"), where.as_posix())


def told_in(source: str, where: str) -> Iterator[str]:
    """The same, of the words of a module."""
    for told in ast.walk(ast.parse(source)):
        if (said := _path(told)) is not None:
            yield from _read(said, where)


def _path(told: ast.AST) -> ast.expr | None:
    """What is given as a path, if this is `web.get(…)` or one of its kin."""
    match told:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="web"), attr=how), args=[*given]) if how in _TELL:
            return given[_TELL[how]]
    return None


def _read(said: ast.expr, where: str) -> tuple[str, ...]:
    if where in _HANDED_ON:
        return _HANDED_ON[where]
    module = import_module(where.removesuffix(".py").replace("/", "."))
    path = said.value if isinstance(said, ast.Constant) else getattr(module, ast.unparse(said), None)
    if not isinstance(path, str):
        raise TypeError(f"{where}: which path is {ast.unparse(said)}?")
    return (path,)
