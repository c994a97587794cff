"""The desk that looks clauses up: by number, by heading, by list, by anybody's question.

In: commands, plain words and its own buttons. Out: whispers; a shared clause is a notice to the channel.
Never: an answer without a clause; a word of the asker's in anything that others see.
"""

from rapidfuzz import fuzz, process

from bot import posts
from bot.contents import Stand
from bot.conversation import Announce, Block, Button, Command, Event, Message, Paragraph, Post, Press, Whisper
from bot.handbook import Handbook
from bot.help import example_number, helping
from bot.lists import LISTS
from bot.lookup import Found
from bot.ports import Records
from bot.questions import offer
from bot.records import Turn
from bot.references import Reference
from bot.stems import words as whole_words
from bot.tokens import Token
from bot.topics import Topic

_SHOWN = 3
_LONGEST = 600  # characters of a question; more is a story
_ALIKE = 80  # how alike, of 100, a mistyped list name must be
_NEAR = 0.2  # how well a clause must answer to be called the nearest
_CHATTER = ("small-talk", "bot-itself")


async def take(event: Event, handbook: Handbook, records: Records) -> Turn | None:
    """Questions, lists, and the buttons under clauses."""
    match event:
        case Command() | Message():
            return Turn(answer=Whisper(await _asked(event, event.text, handbook, records)))
        case Press():
            return await _pressed(event, Token.read(event.token), handbook, records)
        case _:
            return None


async def _pressed(event: Press, token: Token, handbook: Handbook, records: Records) -> Turn | None:
    match token:
        case Token("clauses", "run", command):
            return Turn(answer=Whisper(await _asked(event, command, handbook, records)))
        case Token("clauses", "show", id):
            return Turn(answer=Whisper(_one(event, handbook, id)))
        case Token("clauses", "share", id):
            return _share(event, handbook, id)
        case _:
            return None


async def _asked(event: Event, text: str, handbook: Handbook, records: Records) -> Post:
    """The answer to a command or to plain words."""
    text = text.strip()
    if not text or text.casefold() in ("help", "hello", "hi", "?"):
        return helping(handbook)
    if len(text) > _LONGEST:
        return posts.note(handbook.words, "too-long", posts.run(handbook.words, "button-wrong", "wrong", primary=True))
    if (name := _list_named(text)) is not None:
        return LISTS[name](handbook, " ".join(text.split()[1:]).casefold())
    if not whole_words(text) and not any(c.isdigit() for c in text):
        return posts.note(handbook.words, "no-words", number=example_number(handbook))
    return await _answer(event, text, handbook, records)


def _list_named(text: str) -> str | None:
    """The list that these words ask for: its name, mistyped perhaps, and no more than one word after it."""
    first, *rest = text.casefold().split()
    if len(rest) > 1 and first != "compare":
        return None
    if first in LISTS:
        return first
    found = process.extractOne(first, list(LISTS), scorer=fuzz.ratio, score_cutoff=_ALIKE) if len(first) > 3 else None
    return found[0] if found else None


# ---------------------------------------------------------------- a question


async def _answer(event: Event, text: str, handbook: Handbook, records: Records) -> Post:
    pin = await records.pin(handbook.council, handbook.finder.key(text))
    if pin is not None and (stand := handbook.contents.get(pin.clause)) is not None:
        return _pinned(event, stand, handbook)
    found = handbook.finder.find(text)
    if found.reference is not None:
        return _referred(event, found.reference, handbook)
    if found.topics and found.topics[0][0] in _CHATTER and not found.in_scope:
        return helping(handbook)
    return _found(event, text, found, handbook) if found.in_scope else _not_said(event, text, found, handbook)


def _found(event: Event, text: str, found: Found, handbook: Handbook) -> Post:
    words = handbook.words
    best = found.findings[0]
    worth = [f for f in found.findings[:_SHOWN] if f.score >= best.score / 3]
    shown = tuple(posts.cited(handbook.contents, f.stand, words, found.sure if f is best else "perhaps") for f in worth)
    more = _whole_list(best.stand, handbook)
    return Post(
        (
            *shown,
            posts.whose_words(shown, words),
            *posts.buttons(_sharing(event, best.stand, handbook), more, *offer(event, text, found, handbook)),
        ),
        title=words("answer-title", place=handbook.place),
    )


def _not_said(event: Event, text: str, found: Found, handbook: Handbook) -> Post:
    """The protocol does not say: what it is silent on, the nearest clause, and where else to look."""
    words = handbook.words
    topic = next((handbook.topics[id] for id, chance in found.topics[:1] if chance >= 0.3), None)
    compare = None
    if topic is None:
        said = words("does-not-say", place=handbook.place)
    elif topic.outside:
        said = words("outside", place=handbook.place, topic=topic.name, clerk=posts.clerk_named(handbook))
    elif not handbook.contents.on(topic.id):
        said = words("does-not-say-on", place=handbook.place, topic=topic.name)
        if any(sister.on(topic.id) for sister in handbook.sisters):
            compare = posts.run(words, "compare-button", f"compare {topic.id}")
    else:
        said = words("does-not-say", place=handbook.place)
    near = () if topic is not None and topic.outside else _nearest(topic, found, handbook)
    return Post(
        (Paragraph(said), *near, *posts.buttons(compare, *offer(event, text, found, handbook))),
        title=words("answer-title", place=handbook.place),
    )


def _nearest(topic: Topic | None, found: Found, handbook: Handbook) -> tuple[Block, ...]:
    """The clause that comes nearest: on a neighbouring topic, or the best of what was found."""
    beside = [stand for near in (topic.near if topic else ()) for stand in handbook.contents.first_on(near)[:1]]
    beside += [finding.stand for finding in found.findings[:1] if finding.score >= _NEAR]
    if not beside:
        return ()
    shown = posts.clauses(handbook.contents, beside[:1], handbook.words)
    return (Paragraph(handbook.words("nearest")), *shown)


# ---------------------------------------------------------------- a clause by its number, name or pin


def _referred(event: Event, reference: Reference, handbook: Handbook) -> Post:
    words = handbook.words
    title = words("answer-title", place=handbook.place)
    if reference.stands:
        shown = posts.clauses(handbook.contents, reference.stands, words)
        return Post((*shown, *posts.buttons(_sharing(event, reference.stands[0], handbook))), title=title)
    numbered = any(label[:1].isdigit() for label in reference.instead)
    name = "no-such-number" if numbered else "no-such-number-unnumbered"
    instead = ", ".join(reference.instead)
    return posts.note(words, name, title=title, number=reference.named, place=handbook.place, instead=instead)


def _pinned(event: Event, stand: Stand, handbook: Handbook) -> Post:
    words = handbook.words
    shown = posts.clauses(handbook.contents, [stand], words, "certain")
    told = Paragraph(words("pinned"))
    title = words("answer-title", place=handbook.place)
    return Post((told, *shown, *posts.buttons(_sharing(event, stand, handbook))), title=title)


def _one(event: Event, handbook: Handbook, id: str) -> Post:
    stand = handbook.contents.get(id)
    if stand is None:
        return posts.note(handbook.words, "gone", place=handbook.place)
    return _referred(event, Reference(stand.label, (stand,)), handbook)


# ---------------------------------------------------------------- buttons under a clause


def _sharing(event: Event, stand: Stand, handbook: Handbook) -> Button | None:
    """Only where there is somebody to share it with."""
    if event.where.private:
        return None
    return Button(handbook.words("share"), str(Token("clauses", "share", stand.id)), primary=True)


def _whole_list(stand: Stand, handbook: Handbook) -> Button | None:
    if stand.parent is None:
        return None
    return Button(handbook.words("whole-list"), str(Token("clauses", "show", stand.parent)))


def _share(event: Press, handbook: Handbook, id: str) -> Turn:
    words = handbook.words
    stand = handbook.contents.get(id)
    if stand is None:
        return Turn(answer=Whisper(posts.note(words, "gone", place=handbook.place)))
    if event.where.private:
        return Turn(answer=Whisper(posts.note(words, "share-where")))
    said = words("shared-by", name=handbook.roster.name(event.who), place=handbook.place)
    shared = Post((Paragraph(said), *posts.clauses(handbook.contents, [stand], words)), title=stand.label)
    return Turn(answer=Whisper(posts.note(words, "shared")), notices=(Announce(to=event.where, post=shared),))
