"""Reads the style sheets that stand in a web page itself, for what they hide, number and set in bold.

In: the page's elements. Out: an element's own properties. Never: a sheet that must be fetched; what is inherited.

Only what the sheets of word processors and plain pages need is understood: names, classes and ids, within one another.
Everything here takes time in proportion to the page's length, whatever stands in its sheets.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

_PROPERTIES = frozenset(
    "display visibility list-style list-style-type counter-reset counter-increment content font-weight font-style "
    "font-family mso-hide".split()
)
_DECLARATION = re.compile(r"([a-zA-Z-]{1,40})\s*:\s*((?:\"[^\"]*\"|'[^']*'|[^;\"'])*)")
_AT_RULE = re.compile(r"@([\w-]+)([^{};@]*)([{;])")
_GENERATED = re.compile(r"::?(before|marker)$")
_COMPOUND = re.compile(r"([a-zA-Z][\w-]*|\*)?((?:[.#][\w-]+)*)")
#: How far up an element's surroundings are looked at.
_FARTHEST = 40
#: A page has a few hundred rules of the kinds that matter here, and each names a few elements.
_MOST_RULES = 3000
#: Of these, no more than this many are about elements of the same name or class.
_MOST_ALIKE = 60


class _Compound(NamedTuple):
    """What one element must be: its name, its classes and its id ("" for any)."""

    name: str
    classes: frozenset[str]
    id: str

    def fits(self, element: Tag) -> bool:
        return (
            self.name in ("", "*", element.name)
            and (not self.id or element.get("id") == self.id)
            and self.classes <= set(classes(element))
        )


class _Rule(NamedTuple):
    """`path` are the elements around the last, outermost first, each with whether it must be the very next outside."""

    path: tuple[tuple[_Compound, bool], ...]
    last: _Compound
    generated: str
    declared: dict[str, str]

    def key(self) -> str:
        """Where the rule is found: by an id, a class, a name within a class, or a name alone."""
        last = self.last
        if last.id:
            return f"#{last.id}"
        if last.classes:
            return f".{min(last.classes)}"
        parent = self.path[-1][0] if self.path and self.path[-1][1] else None
        if parent is not None and parent.classes and last.name:
            return f".{min(parent.classes)}>{last.name}"
        return last.name or "*"

    def weight(self) -> tuple[int, int, int]:
        """Which of two rules counts: more ids, more classes, more names (CSS Selectors 4, 17)."""
        every = [self.last, *(compound for compound, _ in self.path)]
        return (
            sum(bool(each.id) for each in every),
            sum(len(each.classes) for each in every),
            sum(each.name not in ("", "*") for each in every),
        )

    def fits(self, element: Tag) -> bool:
        at: Tag | None = element
        for compound, next_outside in reversed(self.path):
            at = at.parent if at is not None else None
            for _ in range(1 if next_outside else _FARTHEST):
                if at is None or compound.fits(at):
                    break
                at = at.parent
            if at is None or not compound.fits(at):
                return False
        return self.last.fits(element)


class Sheet:
    """The page's own styles."""

    def __init__(self, page: BeautifulSoup) -> None:
        self._found: dict[tuple[int, str], dict[str, str]] = {}
        rules = sorted(_rules(page), key=_Rule.weight)[:_MOST_RULES]
        by_key: dict[str, list[_Rule]] = {}
        for rule in rules:
            alike = by_key.setdefault(rule.key(), [])
            if len(alike) < _MOST_ALIKE:
                alike.append(rule)
        # An element's identity stands for it only as long as it lives: all are kept.
        self._kept = [element for element in page.descendants if isinstance(element, Tag)] if rules else []
        place = {id(rule): index for index, rule in enumerate(rules)}
        for element in self._kept:
            fitting = {id(rule): rule for key in _keys(element) for rule in by_key.get(key, []) if rule.fits(element)}
            for rule in sorted(fitting.values(), key=lambda each: place[id(each)]):
                self._found.setdefault((id(element), rule.generated), {}).update(rule.declared)

    def of(self, element: Tag, name: str) -> str:
        """A property of an element, in lower case; its own style comes before that of sheets. "" where it has none."""
        own = declared(str(element.get("style", ""))).get(name)
        return (own if own is not None else self._found.get((id(element), ""), {}).get(name, "")).lower()

    def generated(self, element: Tag) -> str:
        """What a sheet has printed before an element, as the sheet says it: strings and counters."""
        for place in ("marker", "before"):
            content = self._found.get((id(element), place), {}).get("content", "")
            if content and content not in ("none", "normal", '""', "''"):
                return content
        return ""

    def counted(self, element: Tag, name: str) -> str:
        """A counter property of an element, or of what is printed before it. Names of counters keep their case."""
        own = declared(str(element.get("style", ""))).get(name)
        found = own if own is not None else self._found.get((id(element), ""), {}).get(name)
        return found if found is not None else self._found.get((id(element), "before"), {}).get(name, "")


def classes(element: Tag) -> list[str]:
    """An element's classes."""
    found = element.get("class")
    return found.split() if isinstance(found, str) else [str(each) for each in found or ()]


@lru_cache(maxsize=4096)
def declared(body: str) -> dict[str, str]:
    """The properties in a style attribute or between a rule's braces; not to be changed."""
    return {
        name.lower(): value.replace("!important", "").strip()
        for name, value in _DECLARATION.findall(body)
        if value.strip()
    }


def _keys(element: Tag) -> Iterator[str]:
    """Where the rules for an element are looked for."""
    yield from ("*", element.name, f"#{element.get('id', '')}")
    yield from (f".{each}" for each in classes(element))
    if element.parent is not None:
        yield from (f".{each}>{element.name}" for each in classes(element.parent))


def _rules(page: BeautifulSoup) -> Iterator[_Rule]:
    for sheet in page.find_all("style"):
        if str(sheet.get("media", "all")).lower().split()[:1] == ["print"]:
            continue
        for rule in _for_screens(_uncommented(sheet.get_text())).split("}"):
            selectors, brace, body = rule.rpartition("{")
            said = {name: value for name, value in declared(body).items() if name in _PROPERTIES}
            for selector in selectors.split(",") if brace and said else ():
                if found := _rule(selector.strip(), said):
                    yield found


def _rule(selector: str, said: dict[str, str]) -> _Rule | None:
    generated = _GENERATED.search(selector)
    steps = re.findall(r">|[^\s>]+", _GENERATED.sub("", selector))[:20]
    compounds: list[tuple[_Compound, bool]] = []
    inside = False
    for step in reversed(steps):
        if step == ">":
            inside = True
            continue
        found = _COMPOUND.fullmatch(step)
        if found is None:
            return None
        compounds.append((_compound(found), inside))
        inside = False
    if not compounds:
        return None
    return _Rule(tuple(reversed(compounds[1:])), compounds[0][0], generated[1] if generated else "", said)


def _compound(found: re.Match[str]) -> _Compound:
    parts = re.findall(r"([.#])([\w-]+)", found[2])
    named = next((name for sign, name in parts if sign == "#"), "")
    return _Compound((found[1] or "").lower(), frozenset(name for sign, name in parts if sign == "."), named)


def _uncommented(sheet: str) -> str:
    first, *rest = sheet.replace("<!--", "").replace("-->", "").split("/*")
    return first + " ".join(part.partition("*/")[2] for part in rest)


def _for_screens(sheet: str) -> str:
    """The sheet with the rules for screens among the others, and without those for anything else."""
    found, at = [], 0
    for rule in _AT_RULE.finditer(sheet):
        if rule.start() < at:
            continue
        found.append(sheet[at : rule.start()])
        at = rule.end()
        if rule[3] == "{":
            at = _closed(sheet, at)
            if rule[1] == "media" and "(" not in rule[2] and re.search(r"\b(?:screen|all)\b", rule[2]):
                found.append(sheet[rule.end() : at - 1])
    return "".join([*found, sheet[at:]])


def _closed(sheet: str, at: int) -> int:
    """The place after the brace that closes what was opened before `at`."""
    depth = 1
    for brace in re.compile(r"[{}]").finditer(sheet, at):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.end()
    return len(sheet)
