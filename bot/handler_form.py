"""What whoever deals with a concern is shown in a form, and what they can do there.

In: a concern, who looks at it. Out: the form. Never: offers what would be refused; hides that nobody closes it alone.
"""

from collections.abc import Iterator

from bot import course, telling
from bot.concern import Candidate, Concern
from bot.conversation import Block, Facts, Field, Form, Option, Paragraph, Quote
from bot.handbook import Handbook, Seat
from bot.routing import too_few
from bot.tokens import Token

_ENDS = ("settled", "unsettled", "sign", "outcome")
#: Everything that somebody who deals with it may ever do, in the order it is offered.
ACTS = ("nothing", "acknowledge", "write", "dates", "note", *_ENDS, "refer", "outside", "recuse", "hold", "let-go")


def form(concern: Concern, seat: Seat, handbook: Handbook) -> Form:
    """All of it, then what they would like to do."""
    words = handbook.words
    options = tuple(Option(act, words(f"do-{act}")) for act in _acts(concern, seat, handbook))
    fields = (
        Field("act", words("act-label"), "choice", options=options),
        Field("text", words("do-text"), "text", required=False, hint=words("do-text-hint")),
        *_referring(concern, handbook),
    )
    id = str(Token(telling.DESK, "handle", f"{concern.id}.{mark(concern)}"))
    return Form(id, concern.reference, fields, words("do-it"), tuple(_shown(concern, handbook)))


def _shown(concern: Concern, handbook: Handbook) -> Iterator[Block]:
    words = handbook.words
    rows = [
        (words("rc-at"), words.minute_of(concern.at)),
        (words("raised-by"), telling.named((concern.parties.raiser,), handbook)),
        (words("sum-about"), _about(concern, handbook)),
        (words("sum-kind"), words(f"kind-{concern.stage}")),
        (words("sum-informal"), words(f"informal-{concern.informal}")),
        (words("state"), words(f"state-{concern.state}")),
        (words("rc-next"), words(f"waits-{concern.state}", due=telling.due(concern, words))),
        (words("dealt-with-by"), telling.offices(concern.way, concern.parties.handlers, handbook)),
    ]
    thing = handbook.flow.thing(concern.first, handbook.nation)
    yield Facts((*rows, *([(words("first-row"), thing.label)] if thing else ())))
    for said in concern.words:
        yield Quote(
            said.text,
            by=words(f"kept-{said.kind}", name=telling.named((said.by,), handbook), day=words.day_of(said.at)),
        )
    yield from telling.rules(concern.way, handbook)
    yield from telling.cited((id for id in concern.special if id not in concern.way.rules), handbook)
    yield from _cautions(concern, handbook)
    yield Facts(tuple((words.minute_of(done.at), words(f"done-{done.did}")) for done in concern.history))


def _about(concern: Concern, handbook: Handbook) -> str:
    parties = concern.parties
    return ", ".join(filter(None, (telling.named(parties.subjects, handbook), parties.unlisted))) or handbook.words(
        "not-listed-here"
    )


def _cautions(concern: Concern, handbook: Handbook) -> Iterator[Block]:
    """What whoever deals with it has to know: that nobody closes it alone, what the law leaves to others."""
    words = handbook.words
    if concern.stage == "formal" and concern.way.not_alone:
        yield Paragraph(words("not-alone"))
        yield from telling.cited(concern.way.not_alone, handbook)
        if too_few(concern.way, concern.parties.barred | telling.left(concern, handbook)):
            yield Paragraph(words("too-few"))
            yield telling.reach(concern.way.bodies, handbook)
    if concern.stage == "formal" and concern.conduct:
        yield from telling.law("conduct", handbook)
    if concern.stage == "informal" and concern.pair[0] in ("clerk", "officer"):
        yield from telling.law("written", handbook)
    yield Paragraph(words("handle-kindly"), small=True)


def _acts(concern: Concern, seat: Seat, handbook: Handbook) -> tuple[str, ...]:
    """What this person can do now; nothing is offered that would be refused."""
    if concern.state == "closed":
        return ("nothing", "hold" if concern.hold is None else "let-go")
    off = {"nothing", "hold", "let-go", *({"acknowledge"} if concern.state != "sent" else ())}
    off |= set(_ENDS) - set(_ends(concern, seat, handbook))
    off |= (set() if able(concern, handbook) else {"refer"}) | ({"outside"} if others_can(concern, handbook) else set())
    return tuple(act for act in ACTS if act not in off)


def _ends(concern: Concern, seat: Seat, handbook: Handbook) -> tuple[str, ...]:
    if concern.stage == "informal":
        return "settled", "unsettled"
    if short(concern, handbook) or not course.may_sign(concern, seat.id):
        return ()
    sign = ("sign",) if concern.signed and all(one.by != seat.id for one in concern.signed) else ()
    return (*sign, "outcome")


def short(concern: Concern, handbook: Handbook) -> bool:
    """Whether the protocol wants more than one of the group, and there are not."""
    return too_few(concern.way, concern.parties.barred | telling.left(concern, handbook))


def others_can(concern: Concern, handbook: Handbook) -> bool:
    """Whether others of the group could still deal with it: then one alone does not send it away."""
    return concern.stage == "formal" and bool(concern.way.not_alone) and not short(concern, handbook)


def able(concern: Concern, handbook: Handbook) -> dict[str, Candidate]:
    """Who it can be passed on to: whoever the rules name that does not deal with it yet and is no party to it."""
    out = {*concern.parties.barred, *telling.gone(concern, handbook), *concern.parties.handlers}
    return {one.seat: one for one in concern.way.chain if one.seat not in out}


def _referring(concern: Concern, handbook: Handbook) -> tuple[Field, ...]:
    words, others = handbook.words, able(concern, handbook)
    if not others or concern.state == "closed":
        return ()
    named = (Option(seat, telling.office(one, handbook)) for seat, one in others.items())
    options = (Option("", words("refer-nobody")), *named)
    return (Field("to", words("refer-label"), "person", options=options, required=False),)


def mark(concern: Concern) -> str:
    """Changes with every word that is said and every step that is taken."""
    return f"{len(concern.words)}-{len(concern.history)}"
