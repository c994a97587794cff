"""A made-up language: every letter of every sentence is a wide one, as in “Ｓｅｎｄ”; gaps stay, and are filled.

In: the English wording. Out: the same marked, a handbook that speaks it, and English again for whoever compares.
Never: a mark on what people, packs or settings say: whatever bears none is theirs, or is hard-coded.
"""

from dataclasses import replace
from string import Formatter, ascii_letters
from typing import Final

from msgspec.structs import replace as with_

from bot.contents import Contents
from bot.edition import Wording
from bot.flow import Flow, Help
from bot.handbook import Handbook, Roster
from bot.topics import Topics
from bot.words import Words
from content import load

#: The letters that stand at U+FF21 to U+FF5A: as long to count, and in no document of a council's.
_MARKS: Final = {ord(letter): chr(ord(letter) + 0xFEE0) for letter in ascii_letters}
_BARE: Final = {ord(marked): letter for letter, marked in zip(ascii_letters, _MARKS.values(), strict=True)}


def marked(text: str) -> str:
    return text.translate(_MARKS)


def bare(text: str) -> str:
    """What it would be in English."""
    return text.translate(_BARE)


def _sentence(sentence: str) -> str:
    parts = Formatter().parse(sentence)
    return "".join(marked(text) + ("" if gap is None else f"{{{gap}}}") for text, gap, _, _ in parts)


def _help(one: Help) -> Help:
    return with_(one, name=marked(one.name), how=marked(one.how), source=marked(one.source))


def _flow(flow: Flow) -> Flow:
    first = tuple(
        with_(one, label=marked(one.label), says=marked(one.says), help=tuple(map(_help, one.help)))
        for one in flow.first
    )
    law = tuple(with_(note, says=marked(note.says), source=marked(note.source)) for note in flow.law)
    return with_(flow, first=first, law=law)


WORDS: Final = Words({name: _sentence(said) for name, said in load.words()._sentences.items()}, "marked")
FLOW: Final = _flow(load.flow())
TOPICS: Final = Topics(tuple(with_(topic, name=marked(topic.name)) for topic in load.topics()))


def spoken(book: Handbook, words: Words = WORDS) -> Handbook:
    """The same council's handbook, as it would be in the made-up language."""
    own = Wording(book.contents.pack, citing=WORDS.citing)
    return replace(
        book,
        contents=own.contents,
        finder=book.finder.over(own.contents),
        topics=TOPICS,
        words=words,
        flow=FLOW,
        roster=Roster(book.roster.seats.values(), WORDS("stranger")),
        sisters=tuple(Contents(sister.pack, citing=WORDS.citing) for sister in book.sisters),
        editions=(own,),
    )
