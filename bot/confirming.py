"""Going through the rules that were read out of a document, one at a time: the clerk's yes puts each into the draft.

In: buttons of `/protocol setup`. Out: the next rule, or that all are decided and what the council has to settle itself.
Never: a rule in force: it is in the draft, and the draft is not.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from bot import proposing
from bot.contents import Contents
from bot.conversation import Block, Button, Paragraph, Post, Quote, Said, Whisper
from bot.drafting import ADOPT, BEGUN, CHANGES, FOUND, NO, RULE, YES, Here, begin_again, token
from bot.handbook import Handbook
from bot.pack import PAIRS, Pack, Proposal
from bot.ports import Records
from bot.posts import buttons, note
from bot.proposing import LeftOpen, Undecided
from bot.records import Turn

#: What a protocol may leave open, and the sentence for it.
_OPEN: Final[Mapping[LeftOpen, str]] = {
    "informal": "setup-open-informal",
    "formal": "setup-open-formal",
    "hears": "setup-open-hears",
    "stand-in": "setup-open-stand-in",
    "group": "setup-open-group",
    "third-party": "setup-open-third-party",
    "bodies": "setup-open-bodies",
}


async def ask(_event: Said, after: str, here: Here, _records: Records) -> Turn:
    """The next rule that waits, after the one of this id."""
    return Turn(answer=Whisper(_asks(here, after)))


async def yes(_event: Said, id: str, here: Here, _records: Records) -> Turn:
    """It is a rule of the draft's."""
    return _decided(here, id, proposing.confirmed, "confirmed")


async def no(_event: Said, id: str, here: Here, _records: Records) -> Turn:
    """It is none: nobody is asked about it again in this draft."""
    return _decided(here, id, proposing.refused, "refused")


async def again(_event: Said, _id: str, here: Here, _records: Records) -> Turn:
    """Asks first: every yes and every no is taken back."""
    words = here.handbook.words
    sure = Button(words("setup-again-sure"), token(BEGUN, here.draft), primary=True)
    agreed, waiting = len(here.pack.routes.rules), len(here.pack.proposed)
    return Turn(answer=Whisper(note(words, "setup-again-ask", sure, agreed=agreed, open=waiting)))


async def begun(_event: Said, _id: str, here: Here, _records: Records) -> Turn:
    """The rules as they were read, none of them decided."""
    if (read := here.draft.read) is None:
        return Turn(answer=Whisper(_asks(here, "")))
    draft = replace(here.draft, pack=read, read=None)
    shown = _asks(here._replace(draft=draft, pack=read), "", here.handbook.words("setup-begun"))
    return Turn(answer=Whisper(shown), keep=(draft,), traces=(here.trace("restored"),))


def _decided(here: Here, id: str, decide: Callable[[Pack, Collection[str]], Pack], did: str) -> Turn:
    """The draft as it is then, and the next rule. What was decided before stays as it is."""
    if id not in {one.rule.id for one in here.pack.proposed}:
        return Turn(answer=Whisper(_asks(here, "", here.handbook.words("setup-decided"))))
    after, pack = _before(here.pack, id), decide(here.pack, (id,))
    draft = replace(here.draft, pack=pack, read=here.draft.read or here.pack)
    shown = _asks(here._replace(draft=draft, pack=pack), after)
    return Turn(answer=Whisper(shown), keep=(draft,), traces=(here.trace(did, id),))


def _before(pack: Pack, id: str) -> str:
    """The id of the rule that waits before this one: the next after it is the one that comes then."""
    ids = [one.rule.id for one in pack.proposed]
    return ids[ids.index(id) - 1] if id in ids[1:] else ""


def _asks(here: Here, after: str, first: str = "") -> Post:
    waiting = here.pack.proposed
    title = here.handbook.words("setup-title", place=here.handbook.place)
    before: tuple[Block, ...] = (Paragraph(first),) if first else ()
    if not waiting:
        return Post((*before, *_settled(here)), title=title)
    ids = [one.rule.id for one in waiting]
    place = (ids.index(after) + 1) % len(ids) if after in ids else 0  # after the last one, round again
    return Post((*before, *_one(here, waiting[place], place + 1)), title=title)


def _one(here: Here, one: Proposal, number: int) -> Iterator[Block]:
    words = here.handbook.words
    contents = Contents(here.pack, citing=words.citing)
    yield Paragraph(words("setup-rule", number=number, count=len(here.pack.proposed)))
    yield Quote(one.sentence, by=contents[one.rule.clause].label)
    yield Paragraph(words("setup-rule-means", plain=one.rule.plain))
    yield Paragraph(words("setup-rule-for", pairs=_pairs(one.pairs, one.inferred, here.handbook)), small=True)
    yield from buttons(
        Button(words("setup-yes"), token(YES, here.draft, one.rule.id), primary=True),
        Button(words("setup-no"), token(NO, here.draft, one.rule.id)),
        Button(words("setup-later"), token(RULE, here.draft, one.rule.id)),
        Button(words("setup-found"), token(FOUND, here.draft)),
    )


def _pairs(pairs: Sequence[tuple[str, str]], inferred: Sequence[tuple[str, str]], handbook: Handbook) -> str:
    """Who raises it about whom, and for which of them only by a reading of its words."""
    words, told = handbook.words, []
    if len(pairs) == len(PAIRS) and not inferred:
        return words("setup-pair-any")
    for raiser, about in pairs:
        pair = words("setup-pair", raiser=words(f"office-{raiser}"), about=words(f"office-{about}"))
        told.append(words("setup-pair-inferred", pair=pair) if (raiser, about) in inferred else pair)
    return "; ".join(told)


def _settled(here: Here) -> Iterator[Block]:
    """Nothing waits any more: what the protocol leaves open, and what comes next."""
    words = here.handbook.words
    yield Paragraph(words("setup-all-decided"))
    if undecided := proposing.undecided(here.pack):
        yield Paragraph(words("setup-undecided"))
        yield from (Paragraph(_left_open(one, here.handbook)) for one in undecided)
    yield from buttons(
        Button(words("setup-adopt"), token(ADOPT, here.draft), primary=True),
        Button(words("setup-changes"), token(CHANGES, here.draft)),
        begin_again(here.draft, words),
    )


def _left_open(one: Undecided, handbook: Handbook) -> str:
    """One thing for the council to decide, in a sentence."""
    words = handbook.words
    who = words("and").join(words(f"office-{office}") for office in one.who if one.what == "stand-in")
    return words(_OPEN[one.what], pairs=_pairs(one.pairs, (), handbook), who=who)
