"""No sentence of a council's document stands in the project: not in the code, not in the tests, not in a comment."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.contents import Contents
from bot.pack import Heading
from content import load
from tests.content.test_packs import runs
from tests.shared import shared

ROOT = Path(__file__).parents[2]
#: What the project's own tests print or store: the bot's answers, which `test_packs` holds to the same.
MADE = ("goldens", "node_modules")
#: The packs are held to it clause by clause, in `test_packs`; the ways of asking are lines of a few words.
OWN = ("councils", "topics.yaml")


def written() -> Iterator[Path]:
    for folder in ("bot", "content", "deploy", "adapters", "storage", "tests"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".py", ".yaml", ".md", ".txt") and not {*MADE, *OWN} & set(file.parts):
                yield file


def told(truth: object) -> Iterator[str]:
    """Every paragraph of a document, as the truth about it lists them."""
    if isinstance(truth, str):
        yield truth
    elif isinstance(truth, dict | list):
        for one in truth.values() if isinstance(truth, dict) else truth:
            yield from told(one)


@cache
def documents() -> set[tuple[str, ...]]:
    """Every run of eight words in the documents that the project was checked against."""
    found = [line for file in shared("protocols").glob("*.txt") for line in file.read_text("utf-8").splitlines()]
    for file in shared("documents/truth").glob("*.json"):
        found += told(json.loads(file.read_text("utf-8")))
    return {run for text in found for run in runs(text)}


@cache
def names() -> set[tuple[str, ...]]:
    """What may stand: titles, headings, names, and lines that lead a list."""
    packs = [load.council(id) for id in load.councils()]
    found = [named.name for pack in packs for named in (*pack.policies, *pack.bodies)]
    found += [node.heading for pack in packs for node in pack.body if isinstance(node, Heading)]
    found += [pack.document.title for pack in packs]
    found += [one.wording for pack in packs for one in Contents(pack).clauses() if one.wording.endswith(":")]
    return {run for name in found for run in runs(name)}


@pytest.mark.parametrize("folder", ["adapters", "bot", "content", "deploy", "storage", "tests"])
def test_no_eight_words_of_a_document_stand_in_the_project(folder):
    copied = documents() - names()
    found = {
        str(file.relative_to(ROOT)): [" ".join(run) for run in sorted(hit)]
        for file in written()
        if file.relative_to(ROOT).parts[0] == folder
        if (hit := runs(file.read_text(encoding="utf-8")) & copied)
    }
    assert not found
