"""Reads the content files into the core's values.

In: `councils/*.yaml`, `topics.yaml`, what `wording` reads, or a council's own pack file.
Out: `Pack`, `Topics`, `Words`, `Flow`. Never: half a file: it is sound, or `UnsoundContent` says where it is not.
"""

from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec.structs import replace

from bot.care import CareWords
from bot.errors import UnsoundContent
from bot.flow import Flow
from bot.pack import Pack
from bot.topics import Topic, Topics
from bot.words import Words
from content import wording
from content.check import problems
from content.fields import convert
from content.tree import File, Tree

_HERE = files("content")
_EXAMPLE = "the other councils' files show"
_EMPTY = {"": "Write what the document says, or `not stated`."}


def councils() -> tuple[str, ...]:
    """The ids of the councils whose protocols come with the project, in alphabetical order."""
    names = (file.name for file in (_HERE / "councils").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@cache
def council(id: str) -> Pack:
    """The pack of one of `councils()`. Raises `UnsoundContent`, also for a council that is not there."""
    if id not in councils():
        near = get_close_matches(id.casefold().replace(" ", "-"), councils(), n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise UnsoundContent(f"There is no council {id!r} here. There are: {', '.join(councils())}.{meant}")
    return pack(_HERE / "councils" / f"{id}.yaml")


def pack(file: File) -> Pack:
    """A council's protocol from any file. Raises `UnsoundContent`."""
    tree = Tree(file)
    _name_the_kinds(tree.value)
    read = convert(tree, Pack, _EXAMPLE, _EMPTY)
    for path, problem, mend in problems(read, topics()):
        raise tree.error(path, problem, mend)
    return read


@cache
def topics() -> Topics:
    """What people ask about. Raises `UnsoundContent`."""
    tree = Tree(_HERE / "topics.yaml")
    read = convert(tree, list[_Topic], "the other topics show")
    found: dict[str, Topic] = {}
    for i, topic in enumerate(read):
        if topic.id in found:
            raise tree.error(f"$[{i}].id", f"the topic {topic.id!r} stands twice", "Delete one of the two.")
        found[topic.id] = topic.topic()
    for i, topic in enumerate(read):
        for near in topic.near:
            if near not in found:
                raise tree.error(f"$[{i}].near", f"there is no topic {near!r}", "Use the id of a topic in this file.")
    return Topics(tuple(found.values()))


@cache
def care_words() -> CareWords:
    """Words that may come from the middle of a concern. Raises `UnsoundContent`."""
    read = convert(Tree(_HERE / "concern.yaml"), _CareWords, "CONTRIBUTING.md shows")
    phrases, harmless, told = (_lines(text) for text in (read.phrases, read.harmless, read.told))
    return CareWords(grave=tuple(read.grave.split()), phrases=phrases, harmless=harmless, told=told)


@cache
def languages() -> tuple[str, ...]:
    """The languages the bot speaks: the folders of `words`, in alphabetical order."""
    return wording.languages(_HERE)


def words(language: str = wording.ENGLISH) -> Words:
    """The bot's own sentences in a language. Raises `UnsoundContent`, also for a language that is not there."""
    return _words(language)


@cache
def _words(language: str) -> Words:
    return wording.words(_HERE, language, _called())


def flow(language: str = wording.ENGLISH) -> Flow:
    """What comes before anything informal, and what the law adds, in a language. Raises `UnsoundContent`."""
    return _flow(language)


@cache
def _flow(language: str) -> Flow:
    return wording.flow(_HERE, language)


@cache
def topics_in(language: str) -> Topics:
    """What people ask about, called as a language calls it. Raises `UnsoundContent`."""
    known, there = words(language), topics()
    named = {topic.id: f"topic-{topic.id}" for topic in there if known.has(f"topic-{topic.id}")}
    return Topics(tuple(replace(one, name=known(named[one.id])) if one.id in named else one for one in there))


def lacking(language: str) -> list[wording.Lacking]:
    """What a language still says in English. Raises `UnsoundContent` where its files are not sound."""
    return wording.lacking(_HERE, language, _called())


def _called() -> dict[str, str]:
    return {topic.id: topic.name for topic in topics()}


class _CareWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same as the file has it: words with spaces between, fragments one a line."""

    grave: str
    phrases: str
    harmless: str
    told: str


class _Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A topic as the file has it: one way of asking a line."""

    id: str
    name: str
    asks: str
    concern: bool = False
    outside: bool = False
    near: tuple[str, ...] = ()

    def topic(self) -> Topic:
        asks = _lines(self.asks)
        return Topic(id=self.id, name=self.name, asks=asks, concern=self.concern, outside=self.outside, near=self.near)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _name_the_kinds(value: Any) -> None:
    """A body holds headings and clauses; which is which shows by the first key, so no file has to say it."""
    body = value.get("body") if isinstance(value, dict) else None
    for node in body if isinstance(body, list) else ():
        if isinstance(node, dict):
            node["kind"] = "heading" if "heading" in node else "clause"
