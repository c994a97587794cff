"""The desk that looks clauses up: by number, by heading, by list, by anybody's question.

In: commands, plain words and its own buttons. Out: whispers; a shared clause is a notice to the channel.
Never: an answer without a clause; a word of the asker's in what is shared; care before everybody.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from msgspec.structs import replace

from bot import lists, posts, reviewing, sharing, telling
from bot.contents import Stand
from bot.conversation import (
    Block,
    Button,
    Buttons,
    Paragraph,
    Post,
    Press,
    Quote,
    Said,
    Whisper,
)
from bot.desk import Asker, Asking, Desk
from bot.handbook import Handbook
from bot.help import example, helping
from bot.lookup import LONGEST, Found
from bot.ports import Records
from bot.questions import offer
from bot.records import Pin, Turn
from bot.references import Reference
from bot.stems import words as whole_words
from bot.tokens import Token
from bot.topics import Topic

A = TypeVar("A")

_SHOWN = 3
KNOWN = 512  # answers that are given again to whoever asks the same
_WORTH = 1 / 3  # how well, beside the best, a further clause must answer to be shown
_NEAR = 0.2  # how well a clause must answer to be called the nearest
_TOPIC = 0.3  # how likely a topic must be to be named as the one the protocol is silent on
#: Buttons that are offered for who the asker is, or for where they asked.
_ASKERS = (("clauses", "share"), ("questions", "pin"))
#: When things go wrong: under an answer it tells that the question sounded like a concern.
_WRONG = Token("clauses", "run", "wrong")
_OF_REVIEWS = ("next-review", "review-history")
_CHATTER = ("small-talk", "bot-itself")
_GREETINGS = ("help", "help me", "hello", "hi", "?", "protocol", "start")


def _remembered(answer: Callable[[Asker, str, Handbook], A]) -> Callable[[Asker, str, Handbook], A]:
    """The same answer to the same question: what examples and buttons ask is asked over and over.

    Words of concern are never remembered.
    """
    lately = lru_cache(maxsize=KNOWN)(answer)

    def answered(asker: Asker, text: str, handbook: Handbook) -> A:
        return (answer if handbook.care.keeps_back(text) else lately)(asker, text, handbook)

    return answered


async def look_up(event: Asking, handbook: Handbook, records: Records) -> Turn:
    """Whatever somebody asked that no desk has a command for."""
    return Turn(answer=await _asked(event, event.text, handbook, records), shows=True)


async def _run(event: Press, command: str, handbook: Handbook, records: Records) -> Turn:
    listed = await lists.asked_for(command, event.at, handbook, records)
    answer = _guarded(command, listed, handbook) if listed else await _asked(event, command, handbook, records)
    return Turn(answer=answer, shows=True)


async def _search_on(event: Press, text: str, handbook: Handbook, _records: Records) -> Turn:
    return Turn(answer=_searched(Asker.of(event, handbook), text, handbook), shows=True)


async def _show(event: Press, id: str, handbook: Handbook, _records: Records) -> Turn:
    return Turn(answer=_aloud(_one(Asker.of(event, handbook), handbook, id)), shows=True)


async def _share_pressed(event: Press, ids: str, handbook: Handbook, _records: Records) -> Turn:
    return sharing.share(event, handbook, sharing.meant(ids, handbook))


async def _asked(event: Said, text: str, handbook: Handbook, records: Records) -> Whisper:
    """The answer to a command or to plain words."""
    text = text.strip()
    if not text or text.casefold().strip(" !.?") in _GREETINGS:
        return _aloud(helping(event.where.platform, handbook))
    if len(text) > LONGEST:
        private = posts.run(handbook.words, "button-wrong", "wrong", primary=True)
        return Whisper(posts.note(handbook.words, "too-long", private))
    if not whole_words(text, every=True):
        nothing = posts.nothing_yet(handbook)
        return _aloud(nothing or posts.note(handbook.words, "no-words", number=example(handbook)))
    if lists.is_name(text) and (named := await lists.asked_for(text, event.at, handbook, records)) is not None:
        return named
    asker = Asker.of(event, handbook)
    if (named := _named(asker, text, handbook)) is not None:
        return named
    if handbook.care.comes_first(text):
        return Whisper(_with_care(event, handbook.finder.reference(text), handbook))
    return await _looked_up(event, asker, text, handbook, records)


@_remembered
def _named(asker: Asker, text: str, handbook: Handbook) -> Whisper | None:
    """What a clause says that is asked for by its number or its name, and by nothing else."""
    reference = handbook.named(text)
    return _aloud(_referred(asker, reference, handbook)) if reference is not None else None


async def _looked_up(event: Said, asker: Asker, text: str, handbook: Handbook, records: Records) -> Whisper:
    """A list, or the clause that answers a question."""
    listed = await lists.asked_for(text, event.at, handbook, records) or lists.compared(text, handbook)
    if listed is not None:
        return _guarded(text, listed, handbook)
    pin = await records.pin(handbook.council, handbook.finder.key(text))
    if pin is not None and (stand := handbook.still(pin.clause, pin.edition)) is not None:
        pinned = _pinned(asker, text, pin, stand, handbook)
        # What the clerk wrote was for whoever asks it, not for a channel.
        return _guarded(text, Whisper(pinned) if pin.reply else _aloud(pinned), handbook)
    return _searched(asker, text, handbook)


# ---------------------------------------------------------------- before everybody


def _aloud(post: Post) -> Whisper:
    """What anybody may see; before everybody without the buttons that are offered to the asker alone."""
    return Whisper(post, aloud=_without(post, lambda token: token[:2] in _ASKERS))


def _guarded(text: str, answer: Whisper, handbook: Handbook) -> Whisper:
    """Nothing is said before everybody to words that may be somebody's own story, nor that they sound like a concern.

    Where they do, the button for when things go wrong is there for the asker alone.
    """
    if answer.aloud is None or handbook.care.is_somebodys(text):
        return Whisper(answer.post)
    if handbook.care.keeps_back(text):
        return replace(answer, aloud=_without(answer.aloud, lambda token: token == _WRONG))
    return answer


def _without(post: Post, unfit: Callable[[Token], bool]) -> Post:
    """A post without some of its buttons."""
    return replace(post, blocks=tuple(_fit(post.blocks, unfit)))


def _fit(blocks: Iterable[Block], unfit: Callable[[Token], bool]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Buttons):
            yield from posts.buttons(*(one for one in block.buttons if not unfit(Token.read(one.token))))
        else:
            yield block


# ---------------------------------------------------------------- a question


@_remembered
def _searched(asker: Asker, text: str, handbook: Handbook) -> Whisper:
    return _guarded(text, _aloud(_best(asker, text, handbook)), handbook)


def _best(asker: Asker, text: str, handbook: Handbook) -> Post:
    found = handbook.finder.find(text)
    if found.reference is not None:
        return _referred(asker, found.reference, handbook)
    if found.topics and found.topics[0][0] in _CHATTER and not found.in_scope:
        return helping(asker.platform, handbook)
    nothing = posts.nothing_yet(handbook, _others_say(found, handbook), *offer(asker, text, False, handbook))
    if nothing is not None:
        return nothing
    return _found(asker, text, found, handbook) if found.in_scope else _not_said(asker, text, found, handbook)


def _found(asker: Asker, text: str, found: Found, handbook: Handbook) -> Post:
    words = handbook.words
    best = found.findings[0]
    others = [f.stand for f in found.findings[1:_SHOWN] if f.score >= best.score * _WORTH]
    also = [posts.cited(handbook.contents, stand, words, "perhaps") for stand in others]
    further: tuple[Block, ...] = (Paragraph(words("perhaps-also")), *also) if also else ()
    return Post(
        (
            posts.cited(handbook.contents, best.stand, words, found.sure),
            *further,
            posts.whose_words([best.stand, *others], words, handbook.contents),
            *posts.buttons(
                sharing.button(asker, [best.stand], handbook),
                _whole_list(best.stand, handbook),
                _standing(found, handbook),
                *offer(asker, text, found.in_scope, handbook),
            ),
        ),
        title=words("answer-title", place=handbook.place),
    )


def _not_said(asker: Asker, text: str, found: Found, handbook: Handbook) -> Post:
    """The protocol does not say: what it is silent on, the nearest clause, and where else to look."""
    words, place = handbook.words, handbook.place
    topic = next((handbook.topics[id] for id, chance in found.topics[:1] if chance >= _TOPIC), None)
    silent = topic is not None and not topic.outside and not handbook.contents.on(topic.id)
    if topic is not None and topic.outside:
        said = words("outside", place=place, topic=topic.name, clerk=posts.clerks(handbook))
    elif topic is not None and silent:
        said = words("does-not-say-on", place=place, topic=topic.name)
    else:
        said = words("does-not-say", place=place)
    compare = _others_say(found, handbook) if silent else None
    near = () if topic is not None and topic.outside else _nearest(topic if silent else None, found, handbook)
    return Post(
        (
            Paragraph(said),
            *near,
            *posts.buttons(compare, _standing(found, handbook), *offer(asker, text, found.in_scope, handbook)),
        ),
        title=words("silent-title", place=place),
    )


def _others_say(found: Found, handbook: Handbook) -> Button | None:
    """Which councils say something on what was asked, where any other does."""
    topic = next((id for id, chance in found.topics[:1] if chance >= _TOPIC), None)
    if topic is None or not any(sister.on(topic) for sister in handbook.sisters):
        return None
    return posts.run(handbook.words, "compare-button", f"compare {topic}")


def _nearest(topic: Topic | None, found: Found, handbook: Handbook) -> tuple[Block, ...]:
    """The clause that comes nearest: on a neighbouring topic, or the best of what was found."""
    beside = [stand for near in (topic.near if topic else ()) for stand in handbook.contents.first_on(near)[:1]]
    beside += [finding.stand for finding in found.findings[:1] if finding.score >= _NEAR]
    if not beside:
        return ()
    shown = posts.clauses(handbook.contents, beside[:1], handbook.words)
    return (Paragraph(handbook.words("nearest")), *shown)


def _with_care(event: Said, reference: Reference | None, handbook: Handbook) -> Post:
    """Where to turn comes first; after it the clause that was named, if one was. A guess would only hurt."""
    words = handbook.words
    private = posts.buttons(
        telling.button(words, "raise-it", "start", primary=True), posts.run(words, "button-wrong", "wrong")
    )
    stands = reference.stands if reference and not reference.by_words else ()
    named = posts.clauses(handbook.contents, stands, words)
    rule = (Paragraph(words("care-rule")), *named) if named else ()
    return Post(
        (Paragraph(words("wrong-danger")), Paragraph(words("care")), telling.typed_here(event, words), *private, *rule),
        title=words("care-title"),
    )


# ---------------------------------------------------------------- a clause by its number, name or pin


def _referred(asker: Asker, reference: Reference, handbook: Handbook) -> Post:
    words, place = handbook.words, handbook.place
    if (nothing := posts.nothing_yet(handbook)) is not None:
        return nothing
    if not reference.stands:
        numbered = any(label[:1].isdigit() for label in reference.instead)
        name = "no-such-number" if numbered else "no-such-number-unnumbered"
        facts = {"number": reference.named, "place": place, "instead": ", ".join(reference.instead)}
        return posts.note(words, name, title=words("silent-title", place=place), **facts)
    missing = (Paragraph(words("not-there", number=", ".join(reference.missing), place=place)),)
    return Post(
        (
            *posts.clauses(handbook.contents, reference.stands, words),
            *(missing if reference.missing else ()),
            *posts.buttons(sharing.button(asker, reference.stands, handbook)),
        ),
        title=words("answer-title", place=place),
    )


def _pinned(asker: Asker, text: str, pin: Pin, stand: Stand, handbook: Handbook) -> Post:
    words = handbook.words
    other = Button(words("not-what-i-asked"), str(Token("clauses", "search", text)))
    return Post(
        (
            Paragraph(words("pinned")),
            *((Quote(pin.reply, by=words("reply-by")),) if pin.reply else ()),
            *posts.clauses(handbook.contents, [stand], words, "certain"),
            *posts.buttons(sharing.button(asker, [stand], handbook), other),
        ),
        title=words("answer-title", place=handbook.place),
    )


def _one(asker: Asker, handbook: Handbook, id: str) -> Post:
    stands = sharing.meant(id, handbook)
    if not stands:
        return posts.note(handbook.words, "gone", place=handbook.place)
    return _referred(asker, Reference(stands[0].label, tuple(stands)), handbook)


# ---------------------------------------------------------------- buttons under a clause


def _standing(found: Found, handbook: Handbook) -> Button | None:
    """Where the review really stands, under what the document says of it or does not."""
    asked = any(topic in _OF_REVIEWS and chance >= _TOPIC for topic, chance in found.topics[:1])
    return reviewing.ways(handbook.words)[0] if asked else None


def _whole_list(stand: Stand, handbook: Handbook) -> Button | None:
    if stand.parent is None:
        return None
    return Button(handbook.words("whole-list"), str(Token("clauses", "show", sharing.ids([stand.parent], handbook))))


DESK = Desk("clauses", buttons={"run": _run, "search": _search_on, "show": _show, "share": _share_pressed})
