"""Following a concern one has raised: where it stands, adding to it, answering, going formal, withdrawing.

In: `/protocol concerns`, its buttons and forms. Out: forms, the concern's next version, notices without content.
Never: shows a concern to anybody but the person who raised it; asks for proof or reasons to go formal.
"""

from collections.abc import Iterator
from hashlib import blake2s

from msgspec.structs import replace

from bot import course, posts, raising, telling
from bot.concern import Concern
from bot.conversation import (
    Block,
    Facts,
    Field,
    Form,
    Open,
    Option,
    Paragraph,
    Post,
    Press,
    Quote,
    Reject,
    Submit,
    Whisper,
)
from bot.conversation import Said as Event
from bot.desk import Asking
from bot.forms import problems
from bot.handbook import Handbook
from bot.ports import Records
from bot.records import Trace, Turn
from bot.tokens import Token

_WORDS = 3000  # characters of what is added


async def mine(event: Event, _text: str, handbook: Handbook, records: Records) -> Turn:
    """`/protocol concerns`: one's own, by reference, with where each stands."""
    words, seat = handbook.words, handbook.roster.seat(event.who)
    if await records.unfit() is not None:
        return telling.refused(event, "cannot-keep", handbook)
    own = await records.concerns(handbook.council, seat.id, "raiser") if seat else ()
    if not own:
        way_in = telling.button(words, "raise-it", "start", primary=True)
        return Turn(answer=Whisper(posts.note(words, "none-of-yours", way_in, title=words("mine-title"))))
    rows = tuple((c.reference, words("mine-row", state=words(f"state-{c.state}"), day=telling.day(c.at))) for c in own)
    offered = [telling.button(words, "open-one", "follow", c.id, reference=c.reference) for c in own]
    return Turn(answer=Whisper(Post((Facts(rows), *posts.buttons(*offered)), title=words("mine-title"))))


async def asked(event: Asking, text: str, handbook: Handbook, records: Records) -> Turn:
    """`/protocol concerns`."""
    return await mine(event, text, handbook, records)


async def pressed(event: Press, text: str, handbook: Handbook, records: Records) -> Turn:
    """The same from a button."""
    return await mine(event, text, handbook, records)


async def opened(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    """One of one's own, in a form."""
    concern = await _own(event, id, handbook, records)
    return Turn(answer=Open(_form(concern, handbook))) if isinstance(concern, Concern) else concern


async def _own(event: Event, id: str, handbook: Handbook, records: Records) -> Concern | Turn:
    """The concern, if it is theirs; to everybody else it is not there, whether it exists or not."""
    seat = handbook.roster.seat(event.who)
    if await records.unfit() is not None:
        return telling.refused(event, "cannot-keep", handbook)
    concern = await records.concern(handbook.council, id)
    if seat is None or concern is None or concern.parties.raiser != seat.id:
        return telling.refused(event, "not-here", handbook)
    return concern


# ---------------------------------------------------------------- what it looks like


def _form(concern: Concern, handbook: Handbook) -> Form:
    words = handbook.words
    options = tuple(Option(act, words(f"act-{act}")) for act in _acts(concern))
    fields = (
        Field("act", words("act-label"), "choice", options=options),
        Field("text", words("act-text"), "text", required=False, hint=words("act-text-hint"), limit=_WORDS),
    )
    id = str(Token(telling.DESK, "mine", concern.id))
    return Form(id, concern.reference, fields, words("do-it"), tuple(_shown(concern, handbook)))


def _shown(concern: Concern, handbook: Handbook) -> Iterator[Block]:
    words = handbook.words
    yield Facts(
        (
            (words("rc-at"), telling.minute(concern.at)),
            (words("sum-kind"), words(f"kind-{concern.stage}")),
            (words("sum-informal"), words(f"informal-{concern.informal}")),
            (words("state"), words(f"state-{concern.state}")),
            (words("rc-next"), words(f"next-{concern.state}", due=telling.due(concern))),
            (words("dealt-with-by"), telling.offices(concern.way, concern.parties.handlers, handbook)),
            (words("rc-fingerprint"), raising.fingerprint(concern)),
        )
    )
    yield from telling.rules(concern.way, handbook)
    yield Facts(tuple((telling.minute(done.at), words(f"done-{done.did}")) for done in concern.history))
    for said in concern.words:
        if said.kind != "note" and not course.wants_a_name(concern, said):
            yield Quote(said.text, by=words(f"said-{said.kind}", day=telling.day(said.at)))
    if concern.state in ("outside", "sent", "taken"):
        yield telling.reach(concern.way.bodies, handbook)


def _acts(concern: Concern) -> tuple[str, ...]:
    """What the person may do now: always a way on, and always out."""
    if concern.state == "closed":
        return ("nothing",)
    if concern.state == "outside":
        return ("add", "ended-outside", "withdraw")
    spoke = ("settled", "not-settled") if concern.stage == "informal" and concern.way.speak else ()
    answer = ("answer",) if any(said.kind == "asked" for said in concern.words) else ()
    formal = ("formal",) if concern.stage == "informal" else ()
    other = ("other-handler",) if concern.parties.handlers else ()
    return (*answer, *spoke, "add", *formal, *other, "withdraw")


# ---------------------------------------------------------------- what they do


async def done(event: Submit, id: str, handbook: Handbook, records: Records) -> Turn:
    """One act of the person who raised it."""
    concern = await _own(event, id, handbook, records)
    if not isinstance(concern, Concern):
        return concern
    wrong = problems(_form(concern, handbook), event.values, handbook.words)
    act, text = event.values.get("act", ""), event.values.get("text", "").encode("utf-8", "ignore").decode().strip()
    if act in ("add", "answer") and not text and not wrong:
        wrong["text"] = handbook.words("act-text-needed")
    if wrong:
        return Turn(answer=Reject(wrong))
    return _acted(event, concern, act, text, handbook)


def _acted(event: Submit, concern: Concern, act: str, text: str, handbook: Handbook) -> Turn:
    nation = handbook.contents.pack.nation
    me = concern.parties.raiser
    match act:
        case "add" | "answer":
            kind = "added" if act == "add" else "answered"
            if course.repeats(concern, kind, me, text):
                return Turn(answer=Whisper(posts.note(handbook.words, "now-added", reference=concern.reference)))
            words = course.spoken(concern, kind, me, event.at, text)
            return kept(concern, course.noted(concern, kind, event.at, words=words), "now-added", handbook)
        case "settled":
            said = replace(concern, words=course.spoken(concern, "outcome", me, event.at, text))
            return kept(concern, course.closed(said, "informal", event.at, nation), "said-settled", handbook)
        case "ended-outside":
            said = replace(concern, words=course.spoken(concern, "outcome", me, event.at, text))
            return kept(concern, course.closed(said, "outside", event.at, nation), "said-ended", handbook)
        case "withdraw":
            said = replace(concern, words=course.spoken(concern, "added", me, event.at, text))
            return kept(concern, course.closed(said, "withdrawn", event.at, nation), "said-withdrawn", handbook)
        case "not-settled" | "formal" | "other-handler":
            return _further(event, concern, act, text, handbook)
        case _:
            return Turn(answer=Whisper(posts.note(handbook.words, "nothing-done")))


def kept(before: Concern, after: Concern, sentence: str, handbook: Handbook) -> Turn:
    """The next version, those who deal with it told that there is something, and what the person is told."""
    sentence_to_them = "notice-ended" if after.state == "closed" else "notice-more"
    tell = telling.done_with if after.state == "closed" else telling.to_handlers
    notices = tell(after, after.parties.handlers, sentence_to_them, handbook)
    did = after.history[-1].did if after.history != before.history else "changed"
    traces = (Trace(after.matter, after.parties.raiser, did),)
    facts = {"reference": after.reference, "due": telling.due(after)}
    said = posts.note(handbook.words, sentence, **facts)
    return Turn(answer=Whisper(said), keep=(after,), notices=notices, traces=traces)


def _further(event: Submit, concern: Concern, what: str, text: str, handbook: Handbook) -> Turn:
    """On to somebody else: who that is stands on a screen of its own, and nothing is sent before it was seen."""
    words, there = handbook.words, _there(concern, what, event, handbook)
    conduct = what == "formal" and concern.pair[1] in ("councillor", "chair", "")
    intro = (
        *telling.rules(there.way, handbook),
        *((Paragraph(words("conduct-first")), *telling.law("conduct", handbook)) if conduct else ()),
        telling.reach(there.way.bodies, handbook),
        Paragraph(words("sees-this", who=telling.offices(there.way, there.parties.handlers, handbook))),
    )
    field = Field("text", words("further-text"), "text", required=False, value=text, limit=_WORDS)
    id = str(Token(telling.DESK, "further", f"{concern.id}.{what}.{_shown_mark(concern, there)}"))
    return Turn(answer=Open(Form(id, words(f"further-{what}"), (field,), words("send"), intro)))


async def went_further(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """They have seen who it goes to, and send it."""
    id, _, rest = value.partition(".")
    what, _, shown = rest.partition(".")
    concern = await _own(event, id, handbook, records)
    if not isinstance(concern, Concern):
        return concern
    if what not in ("formal", "not-settled", "other-handler") or what not in _acts(concern):
        return Turn(answer=Whisper(posts.note(handbook.words, "nothing-done")))
    text = event.values.get("text", "").encode("utf-8", "ignore").decode().strip()
    if len(text) > _WORDS:
        return Turn(answer=Reject({"text": handbook.words("field-too-long", length=len(text), limit=_WORDS)}))
    there = _there(concern, what, event, handbook)
    if shown != _shown_mark(concern, there):  # sent before, perhaps, or somebody else would see it now
        return _further(event, concern, what, text, handbook)
    after = replace(there, words=course.spoken(concern, "added", concern.parties.raiser, event.at, text))
    return _handed_over(concern, after, handbook)


def _shown_mark(concern: Concern, there: Concern) -> str:
    """Changes whenever the concern went on, or somebody else would see it."""
    whole = "\n".join((str(len(concern.history)), *concern.parties.handlers, ",", *there.parties.handlers))
    return blake2s(whole.encode(), digest_size=6).hexdigest()


def _there(concern: Concern, what: str, event: Event, handbook: Handbook) -> Concern:
    """The concern as it would be then."""
    nation, gone = handbook.contents.pack.nation, telling.gone(concern, handbook)
    if what == "formal":
        gone = telling.gone(replace(concern, stage="formal"), handbook)  # whoever left may be named in that stage only
        return course.staged(concern, "formal", gone, event.at, nation)
    if what == "not-settled":
        return course.handed_on(concern, gone, event.at, nation)
    return course.refused(concern, gone, event.at, nation)


def _handed_over(before: Concern, after: Concern, handbook: Handbook) -> Turn:
    """The new ones are told that it is theirs, those before them that it is not any more."""
    turn = kept(before, after, "said-further" if after.parties.handlers else "said-outside", handbook)
    left = [seat for seat in before.parties.handlers if seat not in after.parties.handlers]
    notices = (
        *telling.to_handlers(after, after.parties.handlers, "notice-new", handbook),
        *telling.done_with(before, left, "notice-not-yours", handbook),
    )
    return replace(turn, notices=notices)
