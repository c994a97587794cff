"""Raising a concern: from the first button to the receipt.

In: `/protocol concern`, its buttons and forms. Out: forms, a filed concern, notices without content, a receipt.
Never: takes a word of the story in the chat; files twice; asks before it is sure that it can keep and deliver.
"""

import hmac
import re
import secrets
from hashlib import blake2s, sha256

import msgspec

from bot import course, intakes, naming, posts, screens, telling
from bot.concern import Concern, Done, Entry, Outcome, Pace, Parties, Stage, Way
from bot.conversation import Facts, Form, Open, Paragraph, Post, Press, Reject, Said, Submit, Whisper
from bot.desk import Asking
from bot.errors import UnusableStore
from bot.forms import problems
from bot.handbook import Handbook, Seat
from bot.intakes import Intake
from bot.ports import Records
from bot.records import Trace, Turn
from bot.routing import has_chair, party, way

_ID = re.compile("[0-9a-f]{20}")


async def begin(event: Asking, text: str, handbook: Handbook, records: Records) -> Turn:
    """The way in: `/protocol concern`, or plain words that mean it. Nothing is asked here."""
    if (refused := await refusal(event, handbook, records, text)) is not None:
        return refused
    words = handbook.words
    offered = (
        telling.button(words, "raise-it", "start", primary=True),
        telling.button(words, "formal-now", "start", "formal"),
        posts.run(words, "button-wrong", "wrong"),
    )
    said = [Paragraph(words("wrong-danger")), Paragraph(words("way-in"))]
    said += [telling.typed_here(event, words)] if text else []
    return Turn(answer=Whisper(Post((*said, *posts.buttons(*offered)), title=words("care-title"))))


async def start(event: Press, value: str, handbook: Handbook, records: Records) -> Turn:
    """The first form."""
    seat = handbook.roster.seat(event.who)
    if (refused := await refusal(event, handbook, records)) is not None or seat is None:
        return refused or Turn()
    chosen = "formal" if value == "formal" else ""
    return _open(screens.first(Intake(id=_new_id(), raiser=seat, first=chosen), handbook))


def _new_id() -> str:
    return secrets.token_hex(10)


async def refusal(event: Said, handbook: Handbook, records: Records, typed: str = "") -> Turn | None:
    """Why no concern can be taken now, and whom to turn to instead; said before a word is written."""
    words, seat = handbook.words, handbook.roster.seat(event.who)
    if not handbook.roster.seats:
        why = "no-roster"
    elif seat is None or party(seat.offices) is None:
        why = "raise-not-listed"
    elif not has_chair(handbook):
        why = "no-chair"
    elif await records.unfit() is not None:
        why = "cannot-keep"
    else:
        return None
    out = frozenset((seat.id,)) if seat else frozenset[str]()
    reach = telling.reach(way(handbook, "formal", ("", "councillor"), out).bodies, handbook)
    if isinstance(event, Submit):  # what they wrote stays in the form
        return Turn(answer=Reject({"": "\n".join((words(why), *(f"{name}: {how}" for name, how in reach.rows)))}))
    instead = (Paragraph(words("wrong-danger")), Paragraph(words(why)), reach)
    where = posts.buttons(posts.run(words, "button-wrong", "wrong"))
    here = (telling.typed_here(event, words),) if typed else ()
    return Turn(answer=Whisper(Post((*instead, *here, *where), title=words("care-title"))))


# ---------------------------------------------------------------- the forms in turn


async def first_sent(event: Submit, id: str, handbook: Handbook, records: Records) -> Turn:
    """After the first form: the letter for a complaint about conduct, or the way it goes here."""
    intake = await _intake(event, id, handbook, records)
    if isinstance(intake, Turn):
        return intake
    if wrong := _wrong(screens.first(intake, handbook), event, intake, handbook):
        return Turn(answer=Reject(wrong))
    form = screens.letter if intakes.gated(intake, handbook) else screens.the_way
    return _open(form(intake, handbook))


async def way_sent(event: Submit, id: str, handbook: Handbook, records: Records) -> Turn:
    """After the story: the last look, or the letter where nobody here can deal with it."""
    intake = await _intake(event, id, handbook, records)
    if isinstance(intake, Turn):
        return intake
    form = screens.the_way(intake, handbook)
    if _asks_more(form, event):
        return _open(form)
    if wrong := _wrong(form, event, intake, handbook):
        return Turn(answer=Reject(wrong))
    return await _look(event, intake, handbook, records)


async def sent(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """Send: filed, unless who would be told is not who the last look showed."""
    id, _, shown = value.partition(".")
    intake = await _intake(event, id, handbook, records)
    if isinstance(intake, Turn):
        return intake
    form = screens.last_look(intake, handbook)
    if _asks_more(form, event):
        return await _look(event, intake, handbook, records, changed=True)
    if wrong := _wrong(form, event, intake, handbook):
        return Turn(answer=Reject(wrong))
    if _goes_outside(event, intake, handbook):
        return _open(screens.letter(intake, handbook))
    if shown != intakes.fingerprint(intake, handbook):
        return await _look(event, intake, handbook, records, changed=True)
    return _file(event, intake, handbook)


async def letter_done(_event: Submit, _id: str, handbook: Handbook, _records: Records) -> Turn:
    """They have copied their letter."""
    return Turn(answer=Whisper(posts.note(handbook.words, "letter-not-kept")))


async def _look(event: Submit, intake: Intake, handbook: Handbook, records: Records, *, changed: bool = False) -> Turn:
    if _goes_outside(event, intake, handbook):
        return _open(screens.letter(intake, handbook))
    mine = await records.concerns(handbook.council, intake.raiser.id, "raiser")
    subjects = set(intakes.subjects(intake, handbook))
    same = [concern for concern in mine if concern.state != "closed" and subjects & set(concern.parties.subjects)]
    references = [concern.reference for concern in same]
    return _open(screens.last_look(intake, handbook, changed=changed, others=references))


def _goes_outside(event: Submit, intake: Intake, handbook: Handbook) -> bool:
    """Whether it is for an outside body: they said so, it is about the Code, or nobody here could take it."""
    said = event.values.get("kind") == "outside"
    return said or intakes.gated(intake, handbook) or not intakes.reaches(intake, handbook)


async def _intake(event: Submit, id: str, handbook: Handbook, records: Records) -> Intake | Turn:
    """What the form holds; or the receipt, if it was filed from this very intake before; or why it can't go on."""
    seat = handbook.roster.seat(event.who)
    if seat is not None and (known := await _filed_before(event, id, seat, handbook, records)) is not None:
        return known
    if (refused := await refusal(event, handbook, records)) is not None or seat is None:
        return refused or Turn()
    if not _ID.fullmatch(id):  # no form of ours: what it holds is put into one
        return _open(screens.first(intakes.read(_new_id(), seat, event.values), handbook))
    return intakes.read(id, seat, event.values)


async def _filed_before(event: Submit, id: str, seat: Seat, handbook: Handbook, records: Records) -> Turn | None:
    """The receipt of what was filed from this intake, also when nothing could be filed any more."""
    if not _ID.fullmatch(id) or await records.unfit() is not None:
        return None
    intake = intakes.read(id, seat, event.values)
    try:
        before = await records.concern(handbook.council, _concern_id(intake, handbook))
    except UnusableStore:  # filed, and damaged since: it can't be filed once more
        return telling.refused(event, "concern-shut", handbook)
    if before is None:
        return None
    if (field := _added(intake, before, handbook)) is not None:  # from another device, or after a fault on the way
        return Turn(answer=Reject({field: handbook.words("sent-otherwise", reference=before.reference)}))
    return Turn(answer=Whisper(receipt(before, handbook)))


def _added(intake: Intake, before: Concern, handbook: Handbook) -> str | None:
    """The field of an intake that says something which what was filed from it does not."""
    parties = before.parties
    if intake.story not in ("", before.words[0].text):
        return "story"
    if intake.unlisted not in ("", parties.unlisted):
        return "unlisted"
    if not {intake.about, intake.also} & set(handbook.roster.seats) <= {intake.raiser.id, *parties.subjects}:
        return "about"
    if intake.avoid and intake.avoid not in parties.avoid:
        return "avoid"
    if intake.kind == "formal" and before.stage == "informal":
        return "kind"
    first = {one.chain[0].seat for one in before.ways if one.chain}
    return "handler" if intake.handler and intake.handler not in first else None


def _asks_more(form: Form, event: Submit) -> bool:
    """Whether it asks something that the one they had did not: a change in it can bring a choice up."""
    return any(field.options and field.value and field.name not in event.values for field in form.fields)


def _wrong(form: Form, event: Submit, intake: Intake, handbook: Handbook) -> dict[str, str]:
    """What is wrong with a form; fields that came from an earlier one may have stopped being so."""
    found = problems(form, event.values, handbook.words)
    if intake.about in intakes.ELSE and not intake.unlisted and "unlisted" not in found:
        found["unlisted"] = handbook.words("unlisted-needed")
    if intakes.gated(intake, handbook) and intake.about and not intakes.about_councillor(intake, handbook):
        found.setdefault("first", handbook.words("code-councillors"))
    if typed := intakes.listed_after_all(intake, handbook):
        found.setdefault("unlisted", handbook.words("unlisted-listed", name=typed.name))
    return found


def _open(form: Form) -> Turn:
    return Turn(answer=Open(form))


# ---------------------------------------------------------------- filed


def _concern_id(intake: Intake, handbook: Handbook) -> str:
    """The same for the same intake of the same person, from whatever device and however often it is sent."""
    return blake2s(f"{handbook.council}\n{intake.raiser.id}\n{intake.id}".encode(), digest_size=12).hexdigest()


def _file(event: Submit, intake: Intake, handbook: Handbook) -> Turn:
    concern = _concern(event, intake, handbook)
    notices = telling.to_handlers(concern, concern.parties.handlers, "notice-new", handbook)
    traces = (Trace(concern.matter, intake.raiser.id, "filed"),)
    said = Whisper(receipt(concern, handbook))
    return Turn(answer=said, keep=(concern,), notices=notices, traces=traces)


def _concern(event: Submit, intake: Intake, handbook: Handbook) -> Concern:
    """The concern as it is filed, with all that is fixed on it."""
    found = intakes.present(intake, handbook)
    filed = Concern(
        id=_concern_id(intake, handbook),
        council=handbook.council,
        reference=_reference(),
        secret=secrets.token_hex(32),
        at=event.at,
        stage=found.stage,
        state="sent" if intakes.told(intake, handbook) else "speaking",
        informal=intakes.informal(intake, handbook),
        first="" if intake.first == "none" or intakes.wants_formal(intake) else intake.first,
        special=tuple(rule.id for rule in intakes.specials(intake, handbook)),
        conduct=intakes.about_councillor(intake, handbook),
        pair=intakes.pair(intake, handbook),
        parties=_parties(intake, handbook),
        words=(Entry(kind="story", by=intake.raiser.id, at=event.at, text=intake.story),),
        history=(Done("filed", event.at),),
        ways=tuple(_preferring(one, intake.handler, found.stage) for one in intakes.ways(intake, handbook)),
        pace=_pace(handbook),
        keep=_kept(handbook),
        warn=handbook.settings.retention.warn,
        edition=handbook.edition,
    )
    return msgspec.structs.replace(filed, promised=course.promises(filed, event.at, handbook.nation))


def _parties(intake: Intake, handbook: Handbook) -> Parties:
    return Parties(
        raiser=intake.raiser.id,
        subjects=intakes.subjects(intake, handbook),
        unlisted=intake.unlisted,
        avoid=(intake.avoid,) if intake.avoid else (),
        handlers=intakes.told(intake, handbook),
    )


def _preferring(found: Way, handler: str, stage: Stage) -> Way:
    """The chain with the chosen one at its head, at the stage they were chosen for."""
    chosen = [one for one in found.chain if one.seat == handler and found.stage == stage]
    rest = [one for one in found.chain if one.seat != handler]
    alone = {"together": False, "tells_nobody": False} if chosen else {}
    return msgspec.structs.replace(found, chain=(*chosen, *rest), **alone)


def _reference() -> str:
    """Random, so that it tells neither how many there are nor when."""
    letters = naming.letters(bytes.fromhex(secrets.token_hex(8)))
    return f"CN-{letters[:4]}-{letters[4:]}"


def _pace(handbook: Handbook) -> Pace:
    targets, quiet = handbook.settings.targets, handbook.settings.quiet.hours
    return Pace(targets.acknowledge, targets.answer, targets.speak, targets.climb, quiet)


def _kept(handbook: Handbook) -> tuple[tuple[Outcome, int], ...]:
    outcomes: tuple[Outcome, ...] = ("withdrawn", "informal", "formal", "outside")
    spans = {name: getattr(handbook.settings.retention, name) for name in outcomes}
    return tuple((name, 0 if spans[name] == "never" else spans[name]) for name in outcomes)


def receipt(concern: Concern, handbook: Handbook) -> Post:
    """Reference, time, what happens next and by when, the fingerprint of what was filed; no story, no name."""
    words = handbook.words
    rows = (
        (words("rc-reference"), concern.reference),
        (words("rc-at"), words.minute_of(concern.at)),
        (words("sum-kind"), words(f"kind-{concern.stage}")),
        (
            words("rc-next"),
            words("next-brief", due=telling.due(concern, words)) if concern.promised else words("next-closed"),
        ),
        (words("rc-fingerprint"), fingerprint(concern)),
    )
    offered = telling.button(words, "my-concerns", "mine", primary=True)
    again = Paragraph(words("rc-again"), small=True)
    return Post((Facts(rows), again, *posts.buttons(offered)), title=words("rc-title"))


def fingerprint(concern: Concern) -> str:
    """HMAC-SHA256 of what was first filed, under the concern's own secret: proof of it that tells nothing of it."""
    story = concern.words[0]
    parties = concern.parties
    about = (*sorted(parties.subjects), parties.unlisted)
    filed = (concern.reference, concern.at.isoformat(), parties.raiser, about, story.text)
    mark = hmac.new(bytes.fromhex(concern.secret), msgspec.json.encode(filed), sha256).hexdigest()
    return " ".join(mark[i : i + 4] for i in range(0, 32, 4))
