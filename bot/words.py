"""The bot's own sentences, by name, in one language: what it says, how it writes a day, how it cites a line.

In: `content` reads them. Out: sentences with their gaps filled. Never: reads a file; a sentence that stands in code.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Final

from bot import workdays
from bot.contents import Citing
from bot.pack import day

#: The name of a sentence for exactly one number: `months-1`.
EXACTLY: Final = re.compile(r"(.+)-(\d+)")


class Words:
    """Sentences as data, so that a council can change or translate them. `language` is a folder of `content/words`."""

    def __init__(self, sentences: Mapping[str, str], language: str = "en") -> None:
        self._sentences = sentences
        self.language = language

    def __call__(self, name: str, /, **facts: object) -> str:
        """The sentence of this name with its gaps filled. Raises `KeyError` for a name or a gap nobody wrote.

        Of a sentence with the gap `count`, the one for exactly that number is said where there is one: `name-1` for
        one, and `name-2` where a language has words of their own for two, as Welsh has.
        """
        if "count" in facts and (exactly := f"{name}-{facts['count']}") in self._sentences:
            name = exactly
        return self._sentences[name].format_map(facts)

    def has(self, name: str) -> bool:
        """Whether there is a sentence of this name."""
        return name in self._sentences

    def beginning(self, prefix: str) -> Mapping[str, str]:
        """The sentences whose names begin so, with their gaps open."""
        return {name: sentence for name, sentence in self._sentences.items() if name.startswith(prefix)}

    @cached_property
    def months(self) -> tuple[str, ...]:
        """January to December."""
        return tuple(self(f"month-{number}") for number in range(1, 13))

    @cached_property
    def citing(self) -> Citing:
        """How a line without a number is cited."""
        return Citing(*(self._sentences[f"cite-{field}"] for field in Citing._fields))

    def day(self, day: date) -> str:
        """A day as people write it: 27 November 2026."""
        return self("day", day=day.day, month=self.months[day.month - 1], year=day.year)

    def stated(self, text: str) -> str:
        """What a document states of itself, a day as people write it; or why it states nothing (`bot.pack.Stated`)."""
        if text in ("not stated", "unknown", "blank"):
            return self(text.replace(" ", "-"))
        try:
            found = day(text)
        except ValueError:
            return text  # a title that begins with a digit
        return self.day(found) if found else text

    def day_of(self, moment: datetime) -> str:
        """The council's own day, as people write it."""
        return self.day(workdays.today(moment))

    def minute_of(self, moment: datetime) -> str:
        """The council's own day and time: 27 November 2026, 14:05."""
        return self("day-and-time", day=self.day_of(moment), time=f"{moment.astimezone(workdays.LONDON):%H:%M}")
