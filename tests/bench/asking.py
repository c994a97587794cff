"""What people ask in benchmarks, and who does.

In: the blind questions. Out: questions, lists, people of the made-up council. Never: a question that was learnt from.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from deploy.settings import made_up
from tests.lookup.measure import HERE, read

#: What is answered with a list, or a part of the protocol that has a name.
LISTS: Final = (
    "expectations",
    "expectations officers",
    "roles",
    "contents",
    "about",
    "gaps",
    "compare training",
    "help",
)
COUNCILLORS: Final = [one.id for one in made_up.everywhere().people if "councillor" in one.offices]


def questions() -> list[str]:
    """Plain ones, of people who had not seen this project."""
    return [one["question"] for one in read(HERE / "blind.jsonl")]


def never_asked(questions: Sequence[str]) -> Iterator[str]:
    """Without end, and none of them twice; the same ones in every run.

    None is a word by itself: that may be a command (`complaint`), which opens a form and looks nothing up.
    """
    chosen, told = random.Random(1), set(questions)  # noqa: S311  # nothing secret
    words = sorted({word for question in questions for word in question.split()})
    while True:
        asked = chosen.choice(questions).split()
        asked[chosen.randrange(len(asked))] = chosen.choice(words)
        if len(asked) > 1 and (question := " ".join(asked)) not in told:
            told.add(question)
            yield question
