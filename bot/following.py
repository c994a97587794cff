"""Following a concern one has raised: where it stands, adding to it, answering, going formal, withdrawing.

In: `/protocol concerns`, its buttons and forms. Out: forms, the concern's next version, notices without content.
Never: shows a concern to anybody but the person who raised it; asks for proof or reasons to go formal.
"""

from collections.abc import Iterator
from hashlib import blake2s
from typing import Literal

from msgspec.structs import replace

from bot import course, intakes, opening, posts, raising, screens, telling
from bot.concern import Concern, Listed, Outcome
from bot.conversation import (
    LIMIT,
    Block,
    Facts,
    Field,
    Form,
    Open,
    Option,
    Paragraph,
    Person,
    Post,
    Press,
    Quote,
    Reject,
    Said,
    Submit,
    Whisper,
)
from bot.desk import Asking
from bot.forms import problems, written
from bot.handbook import Handbook
from bot.ports import Records
from bot.records import Trace, Turn
from bot.routing import CONDUCT_BODY, too_few
from bot.tokens import Token


async def mine(event: Asking | Press, _text: str, handbook: Handbook, records: Records) -> Turn:
    """`/protocol concerns`: one's own, by reference. How it goes stands in the form, not in the chat."""
    words = handbook.words
    if await records.unfit() is not None:
        return telling.refused(event, "cannot-keep", handbook)
    way_in = telling.button(words, "raise-it", "start", primary=True)
    nothing = posts.note(words, "none-of-yours", way_in, title=words("mine-title"))
    return Turn(answer=Whisper(await raised(event.who, handbook, records) or nothing))


async def raised(who: Person, handbook: Handbook, records: Records) -> Post | None:
    """The list of what somebody raised, where there is any. Asked only while what is private can be read."""
    words, seat = handbook.words, handbook.roster.seat(who)
    own = await records.concerns(handbook.council, seat.id, "raiser") if seat else Listed[Concern]()
    if not own and not own.shut:
        return None
    rows = tuple((c.reference, _brief(c, handbook)) for c in own)
    offered = [telling.button(words, "open-one", "follow", c.id, reference=c.reference) for c in own]
    return posts.listed(words, rows, offered, own.shut, title=words("mine-title"))


def _brief(concern: Concern, handbook: Handbook) -> str:
    words = handbook.words
    day = words.day_of(concern.at)
    return words("mine-closed", day=day) if concern.state == "closed" else words("mine-open", day=day)


async def opened(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    """One of one's own, in a form."""
    own = await opening.raised(event, id, handbook, records)
    if isinstance(own, Turn):
        return own
    concern, _ = own
    return Turn(answer=Open(_form(concern, handbook.as_of(concern.edition))))


# ---------------------------------------------------------------- what it looks like


def _form(concern: Concern, handbook: Handbook) -> Form:
    words = handbook.words
    options = tuple(Option(act, words(f"act-{act}")) for act in _acts(concern))
    fields = (
        Field("act", words("act-label"), "choice", options=options),
        Field("text", words("act-text"), "text", required=False, hint=words("act-text-hint")),
        *_whom(concern, handbook),
    )
    id = str(Token(telling.DESK, "mine", concern.id))
    return Form(id, concern.reference, fields, words("do-it"), tuple(_shown(concern, handbook)))


def _whom(concern: Concern, handbook: Handbook) -> tuple[Field, ...]:
    """Which of several somebody else should take the place of."""
    words, handlers = handbook.words, concern.parties.handlers
    if len(handlers) < 2 or concern.state == "closed":
        return ()
    named = (Option(one, telling.named((one,), handbook)) for one in handlers)
    options = (Option("", words("whom-all")), *named)
    return (Field("whom", words("whom-label"), "person", options=options, required=False),)


def _shown(concern: Concern, handbook: Handbook) -> Iterator[Block]:
    words = handbook.words
    yield Facts(
        (
            (words("rc-at"), words.minute_of(concern.at)),
            (words("sum-kind"), words(f"kind-{concern.stage}")),
            (words("sum-informal"), words(f"informal-{concern.informal}")),
            (words("state"), words(f"state-{concern.state}")),
            (words("rc-next"), _next(concern, handbook)),
            (words("dealt-with-by"), telling.offices(concern.way, concern.parties.handlers, handbook)),
            (words("rc-fingerprint"), raising.fingerprint(concern)),
        )
    )
    yield from telling.rules(concern.way, handbook)
    yield from telling.cited((id for id in concern.special if id not in concern.way.rules), handbook)
    if concern.stage == "formal" and too_few(concern.way, concern.parties.barred | telling.left(concern, handbook)):
        yield Paragraph(words("too-few"))
    yield Facts(tuple((words.minute_of(done.at), words(f"done-{done.did}")) for done in concern.history))
    for said in concern.words:
        if said.kind != "note" and not course.wants_a_name(concern, said):
            yield Quote(said.text, by=words(f"said-{said.kind}", day=words.day_of(said.at)))
    if concern.state in ("outside", "sent", "taken"):
        yield telling.reach(concern.way.bodies, handbook)


def _next(concern: Concern, handbook: Handbook) -> str:
    words = handbook.words
    if concern.state in ("sent", "taken") and any(done.did == "nobody-left" for done in concern.history):
        return words("next-nobody-left", due=telling.due(concern, words))
    return words(f"next-{concern.state}", due=telling.due(concern, words))


def _acts(concern: Concern) -> tuple[str, ...]:
    """What the person may do now: always a way on, and always out."""
    formal = ("formal",) if concern.stage == "informal" else ()
    if concern.state == "closed":  # by somebody else's word it may not be over for them
        return ("nothing", *(formal if concern.outcome == "informal" else ()))
    if concern.state == "outside":
        return ("add", *formal, "ended-outside", "withdraw")
    spoke = ("settled", "not-settled") if concern.stage == "informal" and concern.way.speak else ()
    answer = ("answer",) if any(said.kind in ("asked", "dates") for said in concern.words) else ()
    other = ("other-handler",) if concern.parties.handlers else ()
    return (*answer, *spoke, "add", *formal, *other, "withdraw")


# ---------------------------------------------------------------- what they do


async def done(event: Submit, id: str, handbook: Handbook, records: Records) -> Turn:
    """One act of the person who raised it."""
    own = await opening.raised(event, id, handbook, records)
    if isinstance(own, Turn):
        return own
    concern, _ = own
    handbook = handbook.as_of(concern.edition)
    wrong = problems(_form(concern, handbook), event.values, handbook.words)
    act, text = event.values.get("act", ""), written(event.values, "text")
    if act in ("add", "answer") and not text and not wrong:
        wrong["text"] = handbook.words("act-text-needed")
    if wrong:
        return Turn(answer=Reject(wrong))
    return _acted(event, concern, act, text, handbook)


#: How a concern ends by the word of whoever raised it: as what their words are kept, how it ended, what they are told.
_ENDS: dict[str, tuple[Literal["outcome", "added"], Outcome, str]] = {
    "settled": ("outcome", "informal", "said-settled"),
    "ended-outside": ("outcome", "outside", "said-ended"),
    "withdraw": ("added", "withdrawn", "said-withdrawn"),
}


def _acted(event: Submit, concern: Concern, act: str, text: str, handbook: Handbook) -> Turn:
    if act in ("add", "answer"):
        return _added(event, concern, act, text, handbook)
    if act in _ENDS:
        kind, outcome, sentence = _ENDS[act]
        said = replace(concern, words=course.spoken(concern, kind, concern.parties.raiser, event.at, text))
        return kept(concern, course.closed(said, outcome, event.at, handbook.nation), sentence, handbook)
    if act in _FURTHER:
        return _further(event, concern, act, text, handbook)
    if text:  # nowhere for it was chosen: it stays in the form
        return telling.refused(event, "nothing-done", handbook)
    return Turn(answer=Whisper(posts.note(handbook.words, "nothing-done")))


def _added(event: Submit, concern: Concern, act: str, text: str, handbook: Handbook) -> Turn:
    """More of their words; whoever deals with it is told, and they are asked anew how it goes only later."""
    kind = "added" if act == "add" else "answered"
    me, sentence = concern.parties.raiser, "now-added" if concern.parties.handlers else "now-kept"
    if course.repeats(concern, kind, me, text):
        return Turn(answer=Whisper(_receipt(sentence, concern, handbook)))
    words = course.spoken(concern, kind, me, event.at, text)
    after = course.noted(concern, kind, event.at, words=words)
    later = course.asked_later(after, event.at, handbook.nation)
    return kept(concern, later, sentence, handbook)


def kept(before: Concern, after: Concern, sentence: str, handbook: Handbook) -> Turn:
    """The next version, those who deal with it told that there is something, and what the person is told."""
    sentence_to_them = "notice-ended" if after.state == "closed" else "notice-more"
    tell = telling.done_with if after.state == "closed" else telling.to_handlers
    notices = tell(after, after.parties.handlers, sentence_to_them, handbook)
    did = after.history[-1].did if after.history != before.history else "changed"
    traces = (Trace(after.matter, after.parties.raiser, did),)
    said = Whisper(_receipt(sentence, after, handbook))
    return Turn(answer=said, keep=(after,), notices=notices, traces=traces)


def _receipt(sentence: str, concern: Concern, handbook: Handbook) -> Post:
    """That it is done. It may stand in the place of the notice that asked, so it leads back in where more can be."""
    words, more = handbook.words, any(act != "nothing" for act in _acts(concern))
    back = (telling.button(words, "open-it", "follow", concern.id),) if more else ()
    return posts.note(words, sentence, *back, reference=concern.reference, due=telling.due(concern, words))


#: What leads to somebody else.
_FURTHER = ("formal", "not-settled", "other-handler")


def _further(event: Submit, concern: Concern, what: str, text: str, handbook: Handbook, whom: str = "") -> Turn:
    """On to somebody else: who that is stands on a screen of its own, and nothing is sent before it was seen."""
    words, whom = handbook.words, whom or event.values.get("whom", "")
    there = _there(concern, what, whom, event, handbook)
    fields = [Field("text", words("further-text"), "text", required=False, value=text)]
    if what == "formal" and concern.conduct:
        body = telling.body(CONDUCT_BODY[handbook.nation], handbook)
        options = (Option("outside", words("kind-outside", body=body)), Option("formal", words("kind-formal")))
        fields.insert(0, Field("kind", words("kind-label"), "choice", options=options))
    intro = tuple(_before(there, handbook))
    id = str(Token(telling.DESK, "further", f"{concern.id}.{what}.{_shown_mark(concern, there)}.{whom}"))
    return Turn(answer=Open(Form(id, words(f"further-{what}"), tuple(fields), words("send"), intro)))


def _before(there: Concern, handbook: Handbook) -> Iterator[Block]:
    """What is shown before it goes further: for conduct the body outside comes before the protocol's own step."""
    words, out = handbook.words, there.parties.barred | telling.left(there, handbook)
    if there.stage == "formal" and there.conduct:
        yield Paragraph(words("conduct-first"))
        yield telling.reach((CONDUCT_BODY[handbook.nation],), handbook)
        yield from telling.law("conduct", handbook)
    yield from telling.rules(there.way, handbook)
    yield from telling.cited((id for id in there.special if id not in there.way.rules), handbook)
    if there.stage == "formal" and too_few(there.way, out):
        yield Paragraph(words("too-few"))
    yield telling.reach(there.way.bodies, handbook)
    yield Paragraph(words("sees-this", who=telling.offices(there.way, there.parties.handlers, handbook)))


async def went_further(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """They have seen who it goes to, and send it."""
    id, what, shown, whom = (*value.split(".", 3), "", "", "")[:4]
    own = await opening.raised(event, id, handbook, records)
    if isinstance(own, Turn):
        return own
    concern, seat = own
    handbook = handbook.as_of(concern.edition)
    text = written(event.values, "text")
    if what not in _FURTHER or what not in _acts(concern):
        said_before = not text or course.repeats(concern, "added", seat.id, text)
        nothing = Turn(answer=Whisper(posts.note(handbook.words, "nothing-done")))
        return nothing if said_before else telling.refused(event, "nothing-done", handbook)
    if len(text) > LIMIT:
        return Turn(answer=Reject({"text": handbook.words("field-too-long", length=len(text), limit=LIMIT)}))
    if what == "formal" and concern.conduct and event.values.get("kind") != "formal":
        return Turn(answer=Open(screens.letter(intakes.of(concern, seat), handbook)))
    there = _there(concern, what, whom, event, handbook)
    if shown != _shown_mark(concern, there):  # sent before, perhaps, or somebody else would see it now
        return _further(event, concern, what, text, handbook, whom)
    after = replace(there, words=course.spoken(concern, "added", concern.parties.raiser, event.at, text))
    return _handed_over(concern, after, handbook)


def _shown_mark(concern: Concern, there: Concern) -> str:
    """Changes whenever the concern went on, or somebody else would see it."""
    whole = "\n".join((str(len(concern.history)), *concern.parties.handlers, ",", *there.parties.handlers))
    return blake2s(whole.encode(), digest_size=6).hexdigest()


def _there(concern: Concern, what: str, whom: str, event: Said, handbook: Handbook) -> Concern:
    """The concern as it would be then."""
    nation, gone = handbook.nation, telling.gone(concern, handbook)
    if what == "formal":
        nobody = replace(concern.parties, handlers=())  # who deals with it now is not of the group by that
        gone = telling.gone(replace(concern, stage="formal", parties=nobody), handbook)
        return course.formal(concern, gone, event.at, nation)
    if what == "not-settled":
        return course.handed_on(concern, gone, event.at, nation)
    return course.refused(concern, whom, gone, event.at, nation)


def _handed_over(before: Concern, after: Concern, handbook: Handbook) -> Turn:
    """The new ones are told that it is theirs, those before them that it is not any more."""
    turn = kept(before, after, "said-further" if after.parties.handlers else "said-outside", handbook)
    left = [seat for seat in before.parties.handlers if seat not in after.parties.handlers]
    notices = (
        *telling.to_handlers(after, after.parties.handlers, "notice-new", handbook),
        *telling.done_with(before, left, "notice-not-yours", handbook),
    )
    return replace(turn, notices=notices)
