"""Whether every card that was sent to Teams can be read by Microsoft's own reader of cards (npm, `adaptivecards`).

In: a folder of files, each line {"kind": "card" | "dialog", "payload": an Adaptive Card}. Out: exit code 0, or what
the reader complains of. Never: a word that was sent. Run: python -m tests.teams.drawn FOLDER
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests import tools

#: What differs from one card to the next though it is the same card: see `adapters.teams.actions.Carried.nonce`.
_NONCE: Final = re.compile(r"\b[0-9a-f]{32}\b")


def main(folder: Path) -> int:
    """Check all that stands in the folder.

    Where that is nothing, or the reader is not here, it says so; with REQUIRE_ALL=1 it is a fault as well.
    """
    whole = os.environ.get("REQUIRE_ALL") == "1"
    found = distinct(sent(folder))
    if not found:
        print("Nothing was sent to Teams, so there is no card to read.")
        return int(whole)
    try:
        wrong = errors(found)
    except (pytest.skip.Exception, pytest.fail.Exception) as without:
        print(f"The cards that were sent to Teams are not read: {without}")
        return int(whole)
    print("\n".join(wrong) or f"All {len(found)} different cards that were sent to Teams can be read.")
    return bool(wrong)


def sent(folder: Path) -> Iterator[tuple[str, Any]]:
    """What was sent, as kind and card."""
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        for line in file.read_text(encoding="utf-8").splitlines():
            made = json.loads(line)
            yield made["kind"], made["payload"]


def distinct(made: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Each once; what differs in nothing but a nonce is the same."""
    return list(
        {(kind, _NONCE.sub("", json.dumps(card, sort_keys=True))): (kind, card) for kind, card in made}.values()
    )


def errors(made: Iterable[tuple[str, Any]]) -> list[str]:
    """What is wrong with them, each once, with the kind that it is wrong with."""
    every = list(made)
    said = zip(every, _read([card for _, card in every]), strict=True)
    return list(dict.fromkeys(f"{kind}: {line}" for (kind, card), lines in said for line in [*lines, *_facts(card)]))


def _read(cards: list[Any]) -> list[list[str]]:
    """What the reader complains of, card by card; all of them in one go, for a node takes its time to start."""
    command = ["node", tools.teams_cards() / "read.cjs"]
    done = subprocess.run(
        command, input=json.dumps(cards), capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    if done.returncode:
        raise RuntimeError(f"The reader of cards failed with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def _facts(made: Any) -> Iterator[str]:
    """Facts that are none: the reader lets them pass."""
    if isinstance(made, Mapping):
        if made.get("type") == "FactSet":
            yield from (f"FactSet: {wrong}" for fact in made.get("facts") or [None] for wrong in _of_fact(fact))
        for value in made.values():
            yield from _facts(value)
    elif isinstance(made, list):
        for value in made:
            yield from _facts(value)


def _of_fact(fact: Any) -> Iterator[str]:
    if not isinstance(fact, Mapping):
        yield "no fact"
        return
    if unknown := set(fact) - {"title", "value"}:
        yield f"a fact has no {', '.join(sorted(unknown))}"
    yield from (f"a fact needs a {name}" for name in ("title", "value") if not isinstance(fact.get(name), str))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
