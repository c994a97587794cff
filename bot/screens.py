"""The forms in which a concern is raised: what is told before anything is asked, the way it goes, the last look.

In: an intake. Out: forms. Never: a word of it outside a form; a field before the screen that says who will see it.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from bot import intakes, routing, telling
from bot.concern import Way
from bot.conversation import LIMIT, Block, Facts, Field, Form, Option, Paragraph, Quote
from bot.handbook import Handbook, Seat
from bot.intakes import Intake
from bot.pack import PAIRS
from bot.routing import first_rank, party, too_few, way
from bot.tokens import Token

_NAME = 200  # characters of a name that is on no list


# ---------------------------------------------------------------- the first screen


def first(intake: Intake, handbook: Handbook) -> Form:
    """Who will see it, and the other ways; then what cannot wait, and who it is about."""
    words = handbook.words
    intro = (Paragraph(words("wrong-danger")), *_before(intake.raiser, handbook))
    fields = (_first(intake, handbook), *_whom(intake, handbook))
    return Form(_id("first", intake), words("raise-title"), fields, words("go-on"), intro)


def _before(raiser: Seat, handbook: Handbook) -> Iterator[Block]:
    words, settings = handbook.words, handbook.settings
    yield Paragraph(words("who-sees"))
    yield Facts(tuple(_who_sees(raiser, handbook)))
    yield Paragraph(words("owners-see"))
    if settings.administrators:
        yield Paragraph(words("owners-here", names=telling.named(settings.administrators, handbook)))
    yield Paragraph(words("not-anonymous"))
    yield Paragraph(words("may-disclose"))
    yield Paragraph(words("kept-for", **kept(handbook)))
    yield Paragraph(words("other-ways"))
    yield telling.reach(way(handbook, "formal", ("", "councillor"), frozenset((raiser.id,))).bodies, handbook)
    yield Paragraph(settings.evidence or words("evidence"), small=True)


def _who_sees(raiser: Seat, handbook: Handbook) -> Iterator[tuple[str, str]]:
    """For each office it could be about: who would see it informally, and formally."""
    words, mine = handbook.words, party(raiser.offices)
    for about in (about for who, about in PAIRS if who == mine):
        them = {s.id for s in handbook.roster.seats.values() if party(s.offices) == about}
        out = frozenset((raiser.id, *(them if about in ("clerk", "chair") else ())))
        early, late = (way(handbook, stage, (mine or "", about), out) for stage in ("informal", "formal"))
        informal = words("you-speak") if early.tells_nobody else _told(early, handbook)
        yield words(f"about-{about}"), words("sees", informal=informal, formal=_told(late, handbook))


def _told(found: Way, handbook: Handbook) -> str:
    return telling.offices(found, first_rank(found), handbook)


def kept(handbook: Handbook) -> dict[str, str]:
    """How long it is kept, in words, by how it ends."""
    words, retention = handbook.words, handbook.settings.retention
    spans = {name: getattr(retention, name) for name in ("withdrawn", "informal", "formal")}
    return {n: words("for-good") if span == "never" else words("months", count=span) for n, span in spans.items()}


def _first(intake: Intake, handbook: Handbook) -> Field:
    words, nation = handbook.words, handbook.nation
    things = [Option(one.id, one.label) for one in handbook.flow.first if nation in one.nations]
    options = (Option("none", words("first-none")), *things)
    hint, chosen = words("first-hint"), intake.first or "none"
    return Field("first", words("first-label"), "choice", options=options, value=chosen, hint=hint)


def _whom(intake: Intake, handbook: Handbook) -> Iterator[Field]:
    """Whom it is about: picked, not typed, so that nobody who is a party to it can be missed."""
    words = handbook.words
    seats = [seat for seat in handbook.roster.seats.values() if party(seat.offices) and seat.id != intake.raiser.id]
    people = tuple(Option(seat.id, telling.seat_named(seat, handbook)) for seat in seats)
    further = tuple(Option(name, words(f"about-{name}")) for name in (*intakes.ELSE, *_whole(handbook)))
    yield Field("about", words("about-label"), "person", options=(*people, *further), value=intake.about)
    nobody, also = Option("", words("also-nobody")), intake.also
    yield Field("also", words("also-label"), "person", options=(nobody, *people), required=False, value=also)
    yield _unlisted(intake, handbook)


def _whole(handbook: Handbook) -> tuple[str, ...]:
    return intakes.WHOLE if handbook.settings.group else intakes.WHOLE[1:]


def _unlisted(intake: Intake, handbook: Handbook) -> Field:
    words = handbook.words
    hint = words("unlisted-hint")
    return Field("unlisted", words("unlisted-label"), required=False, value=intake.unlisted, hint=hint, limit=_NAME)


# ---------------------------------------------------------------- the way it goes


def the_way(intake: Intake, handbook: Handbook) -> Form:
    """Who can help first, the rules for this pair with their clauses, then what happened."""
    words, thing = handbook.words, intakes.thing(intake, handbook)
    kind = "formal" if thing else "informal"
    path = _formal(intake, handbook) if thing else _informal(intake, handbook)
    whole = (*_watched(intake, handbook), *helping(intake, handbook), *path)
    offered = () if thing or intakes.informal(intake, handbook) == "not-allowed" else (_step(intake, handbook),)
    fields = (
        _kind(replace(intake, kind=kind), handbook),
        *offered,
        _story(intake, handbook),
        *_again(intake, handbook),
    )
    return Form(_id("way", intake), words("way-title"), fields, words("look-over"), whole)


def _watched(intake: Intake, handbook: Handbook) -> tuple[Block, ...]:
    """Paper first, where the person concerned helps to run the chat."""
    if not set(intakes.subjects(intake, handbook)) & set(handbook.settings.administrators):
        return ()
    return Paragraph(handbook.words("paper-first")), telling.reach((), handbook)


def helping(intake: Intake, handbook: Handbook) -> Iterator[Block]:
    """Who can help with what must not wait."""
    thing, words, nation = intakes.thing(intake, handbook), handbook.words, handbook.nation
    if thing is None:
        return
    yield Paragraph(thing.says.strip())
    rows = tuple((h.name, words("help-row", how=h.how, checked=h.checked)) for h in thing.help if nation in h.nations)
    if rows:
        yield Facts(rows)
    if thing.id == "whistle":
        yield from telling.law("whistle", handbook)
    if not intakes.wants_formal(intake):
        yield Paragraph(words("skips-informal"))


def _informal(intake: Intake, handbook: Handbook) -> Iterator[Block]:
    words = handbook.words
    early, late = intakes.ways(intake, handbook)
    if intakes.informal(intake, handbook) == "not-allowed":
        yield Paragraph(words("rules-out-informal"))
    else:
        yield Paragraph(words("informal-first"))
        yield from telling.rules(early, handbook)
        if early.speak:
            yield Paragraph(words("speak-yourself" if early.tells_nobody else "speak-after"))
        yield Paragraph(words("sees-this", who=_sees(early, handbook)))
        yield Paragraph(words("formal-instead"))
    yield from _stage(late, intake, handbook)


def _formal(intake: Intake, handbook: Handbook) -> Iterator[Block]:
    yield from _stage(intakes.ways(intake, handbook)[1], intake, handbook)


def _stage(late: Way, intake: Intake, handbook: Handbook) -> Iterator[Block]:
    """The formal stage: for a councillor's conduct the outside body comes before the protocol's own step."""
    words, formal = handbook.words, replace(intake, kind="formal")
    if intakes.conduct(formal, handbook):
        yield Paragraph(words("conduct-first"))
        yield telling.reach(_outside(handbook), handbook)
        yield from telling.law("conduct", handbook)
    yield from telling.rules(late, handbook)
    yield from telling.cited((r.id for r in intakes.specials(intake, handbook) if r.id not in late.rules), handbook)
    if too_few(late):
        yield Paragraph(words("too-few"))
        yield telling.reach(late.bodies, handbook)
    yield Paragraph(words("sees-this", who=_sees(late, handbook)))


def _sees(found: Way, handbook: Handbook) -> str:
    """Who is told first, and who after them if they do nothing."""
    now = first_rank(found)
    if found.tells_nobody:
        return handbook.words("you-speak")
    later = telling.offices(found, [one.seat for one in found.chain if one.seat not in now], handbook)
    return handbook.words("sees-then", now=telling.offices(found, now, handbook), later=later)


def _kind(intake: Intake, handbook: Handbook) -> Field:
    words = handbook.words
    formal = replace(intake, kind="formal")
    body = telling.body(routing.CONDUCT_BODY[handbook.nation], handbook)
    outside = (Option("outside", words("kind-outside", body=body)),) if intakes.conduct(formal, handbook) else ()
    ruled_out = intakes.informal(intake, handbook) == "not-allowed"
    informal = () if ruled_out else (Option("informal", words("kind-informal")),)
    options, chosen = (*informal, *outside, Option("formal", words("kind-formal"))), "" if ruled_out else intake.kind
    return Field("kind", words("kind-label"), "choice", options=options, value=chosen, hint=words("kind-hint"))


def _step(intake: Intake, handbook: Handbook) -> Field:
    words = handbook.words
    options = tuple(Option(name, words(f"step-{name}")) for name in ("accepted", "declined", "unsafe", "tried"))
    return Field("step", words("step-label"), "choice", options=options, value=intake.step, hint=words("step-hint"))


def _story(intake: Intake, handbook: Handbook) -> Field:
    words = handbook.words
    return Field("story", words("story-label"), "text", value=intake.story, hint=words("story-hint"))


def _again(intake: Intake, handbook: Handbook) -> tuple[Field, ...]:
    """What was said before: a form sent in is whole, and everything can still be changed."""
    return *_whom(intake, handbook), _first(intake, handbook)


# ---------------------------------------------------------------- the last look


def last_look(intake: Intake, handbook: Handbook, *, changed: bool = False, others: Iterable[str] = ()) -> Form:
    """A summary, who will be told, the chance to change anything, then Send."""
    words = handbook.words
    offered = () if intakes.informal(intake, handbook) in ("not-offered", "not-allowed") else (_step(intake, handbook),)
    fields = (*_choosing(intake, handbook), _story(intake, handbook), _kind(intake, handbook), *offered)
    id = str(Token(telling.DESK, "send", f"{intake.id}.{intakes.fingerprint(intake, handbook)}"))
    notes = [Paragraph(words("told-changed"))] if changed else []
    notes += [Paragraph(words("already-open", references=", ".join(others)))] if others else []
    intro = (*notes, *_summary(intake, handbook))
    return Form(id, words("last-title"), (*fields, *_again(intake, handbook)), words("send"), intro)


def _summary(intake: Intake, handbook: Handbook) -> Iterator[Block]:
    words, found = handbook.words, intakes.present(intake, handbook)
    yield Facts(tuple(_rows(intake, found, handbook)))
    yield Quote(intake.story, by=words("your-words"))
    yield from _watched(intake, handbook)
    yield from helping(intake, handbook)
    if found.stage == "formal":
        yield from _stage(found, intake, handbook)
    else:
        yield from telling.rules(found, handbook)
        yield from _asked_of_nobody(found, handbook)
    if intakes.stage(intake, handbook) == "informal" and party(intake.raiser.offices) in ("clerk", "officer"):
        yield from telling.law("written", handbook)
    if found.speak:
        yield Paragraph(words("speak-prepare"))


def _rows(intake: Intake, found: Way, handbook: Handbook) -> Iterator[tuple[str, str]]:
    """What it is about, how it begins, who is told of it now, and who perhaps later."""
    words, told = handbook.words, intakes.told(intake, handbook)
    later = telling.offices(found, [one.seat for one in found.chain if one.seat not in told], handbook)
    yield words("sum-about"), about(intake, handbook)
    yield words("sum-kind"), words(f"kind-{intakes.stage(intake, handbook)}")
    yield words("sum-informal"), words(f"informal-{intakes.informal(intake, handbook)}")
    yield words("sum-told"), telling.offices(found, told, handbook) if told else words("you-speak")
    yield words("sum-later"), words("unless-you-say") if found.tells_nobody and not told else later


def _asked_of_nobody(found: Way, handbook: Handbook) -> tuple[Block, ...]:
    """Where the rule is to speak with the person, and they would rather not or should not."""
    rules = handbook.contents.pack.routes.rules
    speaking = any(rule.raised_with for rule in rules if rule.id in found.rules)
    return (Paragraph(handbook.words("need-not-speak")),) if speaking and not found.speak else ()


def about(intake: Intake, handbook: Handbook) -> str:
    """Who it is about, in words."""
    known = handbook.roster.seats
    meant = () if intake.about in intakes.WHOLE else intakes.subjects(intake, handbook)
    seats = [telling.seat_named(known[id], handbook) for id in meant]
    others = [handbook.words(f"about-{intake.about}")] if intake.about in (*intakes.ELSE, *intakes.WHOLE) else []
    return "; ".join(filter(None, (*others, *seats, intake.unlisted)))


def _choosing(intake: Intake, handbook: Handbook) -> Iterator[Field]:
    """Another handler, and somebody to keep out of it."""
    words, found = handbook.words, intakes.present(intake, handbook)
    first_ones = first_rank(found)
    others = [one for one in found.chain if one.seat not in first_ones or len(first_ones) > 1]
    if found.chain:
        options = (Option("", words("handler-first")), *(Option(o.seat, telling.office(o, handbook)) for o in others))
        yield Field("handler", words("handler-label"), "choice", options=options, required=False, value=intake.handler)
    out = intakes.barred(replace(intake, avoid=""), handbook)
    seats = [seat for seat in handbook.roster.seats.values() if party(seat.offices) and seat.id not in out]
    people = (
        Option("", words("avoid-nobody")),
        *(Option(seat.id, telling.seat_named(seat, handbook)) for seat in seats),
    )
    hint = words("avoid-hint")
    yield Field("avoid", words("avoid-label"), "person", options=people, required=False, value=intake.avoid, hint=hint)


# ---------------------------------------------------------------- where nobody here can deal with it


def letter(intake: Intake, handbook: Handbook) -> Form:
    """For an outside body: who that is, by which clause, and the words of a letter to copy. Nothing of it is kept."""
    words = handbook.words
    found = intakes.ways(replace(intake, kind="formal"), handbook)[1]
    rule = tuple(telling.cited((r.id for r in intakes.specials(intake, handbook) if r.strength == "must"), handbook))
    silent = (Paragraph(words("does-not-say", place=handbook.place)),)
    coded = intakes.thing(intake, handbook)
    gate = coded is not None and coded.leads == "conduct"
    formal = replace(intake, kind="formal")
    outside = gate or intakes.conduct(formal, handbook)
    chosen = words("letter-chosen") if intakes.reaches(formal, handbook) else words("letter-nobody")
    intro = (
        Paragraph(words("letter-gate") if gate else chosen),
        *((rule or silent) if gate else telling.rules(found, handbook)),
        *(telling.law("conduct", handbook) if outside else ()),
        telling.reach(_outside(handbook) if gate else found.bodies, handbook),
        Paragraph(words("letter-how")),
    )
    written = words(
        "letter", council=handbook.contents.pack.name, about=about(intake, handbook), story=intake.story or "…"
    )
    field = Field("letter", words("letter-label"), "text", value=written, required=False, limit=LIMIT * 2)
    return Form(_id("letter", intake), words("letter-title"), (field,), words("letter-done"), intro)


def _outside(handbook: Handbook) -> tuple[str, ...]:
    """Where a complaint about conduct goes, even when somebody did not say that it is about a councillor."""
    return (routing.CONDUCT_BODY[handbook.nation],)


def _id(step: str, intake: Intake) -> str:
    return str(Token(telling.DESK, step, intake.id))
