"""What is said of a concern, and to whom: notices without content, offices by name, dates as people write them.

In: a concern, a handbook. Out: notices and blocks. Never: a name, a story or a clause of it in a notice.
"""

from collections.abc import Collection, Iterable

from bot import posts
from bot.concern import Candidate, Concern, Promise, Way
from bot.conversation import Block, Button, Cited, Facts, Paragraph, Post, Reject, Said, Send, Submit, Whisper
from bot.handbook import Handbook, Roster, Seat
from bot.pack import Rule
from bot.records import Turn
from bot.routing import first_rank, party
from bot.settings import GROUP, OFFICES
from bot.tokens import Token
from bot.words import Words

DESK = "concerns"


def due(concern: Concern, words: Words) -> str:
    """By when somebody else does the next thing; asking the person who raised it how it goes is none."""
    return _first_due([one for one in concern.promised if one.rung != "speak"] or concern.promised, words)


def _first_due(promised: Iterable[Promise], words: Words) -> str:
    """The day of the first of several promises; empty where nothing is promised."""
    first = min((promise.due for promise in promised), default=None)
    return words.day_of(first) if first else ""


def button(words: Words, name: str, step: str, value: str = "", *, primary: bool = False, **facts: object) -> Button:
    """A button of this desk's."""
    return Button(words(name, **facts), str(Token(DESK, step, value)), primary)


def refused(event: Said, sentence: str, handbook: Handbook, /, **facts: str) -> Turn:
    """Why something can't be done. What was written into a form stays in it, so that nothing is lost."""
    if isinstance(event, Submit):
        return Turn(answer=Reject({"": handbook.words(sentence, **facts)}))
    return Turn(answer=Whisper(posts.note(handbook.words, sentence, **facts)))


def typed_here(event: Said, words: Words) -> Paragraph:
    """What becomes of a story that was typed into the chat, and how it is taken away there."""
    name = f"remove-{event.where.platform}"
    return Paragraph(words("typed-here", remove=words(name if words.has(name) else "remove-other")))


# ---------------------------------------------------------------- who


def gone(concern: Concern, handbook: Handbook) -> frozenset[str]:
    """Who can't be given it: they lost the office they were named by, or can't be told anything."""
    known = handbook.roster.seats
    return left(concern, handbook).union(one.seat for one in concern.way.chain if not _told(known.get(one.seat)))


def _told(seat: Seat | None) -> bool:
    return seat is not None and bool(seat.told)


def left(concern: Concern, handbook: Handbook) -> frozenset[str]:
    """Who was named by an office that they do not hold any more: an election, a new clerk."""
    group = handbook.settings.group
    # Who deals with it stays, whatever becomes of the group meanwhile.
    members = {*(group.members if group else ()), *concern.parties.handlers}
    return frozenset(one.seat for one in concern.way.chain if not _still(one, handbook.roster, members))


def _still(candidate: Candidate, roster: Roster, members: Collection[str]) -> bool:
    seat = roster.seats.get(candidate.seat)
    if seat is None or not seat.accounts:
        return False
    if candidate.office == GROUP:
        return seat.id in members and party(seat.offices) in ("councillor", "chair")
    return candidate.office not in OFFICES or candidate.office in seat.offices


def handles(concern: Concern, seat: Seat, handbook: Handbook) -> bool:
    """Whether somebody deals with it now, also where they can't be told of it. Being a party beats everything else."""
    out = concern.parties.barred | left(concern, handbook)
    return seat.id in concern.parties.handlers and seat.id not in out


def named(seats: Iterable[str], handbook: Handbook) -> str:
    """People by name."""
    known = handbook.roster.seats
    return ", ".join(known[id].name for id in seats if id in known)


def seat_named(seat: Seat, handbook: Handbook) -> str:
    """Somebody by name and the office they are known by: Priya Nair, the chair."""
    order = ("chair", "clerk", "vice-chair", "officer", "councillor", "panel")
    main = next((held for held in order if held in seat.offices), "")
    return handbook.words("name-office", name=seat.name, office=handbook.words(f"office-{main}")) if main else seat.name


def office(candidate: Candidate, handbook: Handbook) -> str:
    """Somebody by office and name: the chair (Priya Nair)."""
    return _by_office(candidate.office, (candidate.seat,), handbook)


def offices(way: Way, seats: Iterable[str], handbook: Handbook) -> str:
    """Several of them, each office once; nobody where there is none."""
    shown, by_office = set(seats), dict[str, list[str]]()
    for candidate in way.chain:
        if candidate.seat in shown:
            by_office.setdefault(candidate.office, []).append(candidate.seat)
    return ", ".join(_by_office(name, held, handbook) for name, held in by_office.items()) or handbook.words("nobody")


def _by_office(name: str, seats: Iterable[str], handbook: Handbook) -> str:
    words, group = handbook.words, handbook.settings.group
    if name not in (*OFFICES, GROUP):  # a person whom the settings name, not an office
        return named(seats, handbook)
    what = (group.name if name == GROUP and group else "") or words(f"office-{name}")
    return words("by-office", office=what, name=named(seats, handbook))


# ---------------------------------------------------------------- by which rule


def rules(way: Way, handbook: Handbook) -> tuple[Block, ...]:
    """The clauses a stage rests on and their strength, or that the protocol does not say; then what the council set."""
    words, place = handbook.words, handbook.place
    shown = cited(way.rules, handbook)
    silent = words("edition-lost") if handbook.lost else words("does-not-say", place=place)
    said: list[Block] = list(shown) if shown else [Paragraph(silent)]
    for skipped in way.skipped:
        facts = {"office": words(f"office-{skipped.office}"), "instead": offices(way, first_rank(way), handbook)}
        further = "" if way.by_setting else "-next"
        said.append(Paragraph(words(f"skipped-{skipped.why}{further}", place=place, **facts)))
    if way.by_setting and way.chain:
        said.append(
            Paragraph(
                words("by-setting", place=handbook.contents.pack.name, who=offices(way, first_rank(way), handbook))
            )
        )
    return tuple(said)


def cited(ids: Iterable[str], handbook: Handbook) -> tuple[Block, ...]:
    """Rules of the pack as cited clauses in the rule's own plain words, each with where it stands."""
    if handbook.lost:  # a rule of today's that has the same id may be another one
        return ()
    known = {rule.id: rule for rule in handbook.contents.pack.routes.rules}
    found = [known[id] for id in ids if id in known]
    if not found:
        return ()
    stands = [handbook.contents[rule.clause] for rule in found]
    whose = posts.whose_words(stands, handbook.words, None if handbook.past else handbook.contents)
    return (*dict.fromkeys(_rule(rule, handbook) for rule in found), whose, *_past(handbook))


def _past(handbook: Handbook) -> tuple[Paragraph, ...]:
    """By which wording it goes, where another has come into force since."""
    words, since = handbook.words, handbook.contents.since
    if not handbook.past:
        return ()
    if since is None:
        return (Paragraph(words("edition-then-first"), small=True),)
    facts = {"day": words.day(since), "minute": handbook.contents.minute}
    return (Paragraph(words("edition-then", **facts), small=True),)


def labels(ids: Iterable[str], handbook: Handbook) -> str:
    """Where rules stand, in few words."""
    if handbook.lost:  # as for `cited`
        return handbook.words("edition-lost-clause")
    named = set(ids)
    clauses = (rule.clause for rule in handbook.contents.pack.routes.rules if rule.id in named)
    return ", ".join(handbook.contents[clause].label for clause in dict.fromkeys(clauses))


def _rule(rule: Rule, handbook: Handbook) -> Cited:
    """The adopted clause, whole, once the council imported it; until then the rule alone: a clause may hold several."""
    stand, words = handbook.contents[rule.clause], handbook.words
    if stand.adopted:
        return posts.cited(handbook.contents, stand, words)
    expected = rule.strength == "none" and bool(stand.lead_in)
    strength = words("strength-expectation" if expected else f"strength-{rule.strength}")
    return Cited(
        council=handbook.place,
        label=stand.label,
        path=stand.path,
        strength=strength,
        text=rule.plain,
        told=words("strength-told", strength=strength),
        weight=rule.strength,
    )


def law(when: str, handbook: Handbook) -> tuple[Block, ...]:
    """What the law adds, apart from every clause, with its source and date."""
    words, nation = handbook.words, handbook.nation
    notes = handbook.flow.notes(when, nation)
    return tuple(
        Paragraph(words("legal-note", says=note.says.rstrip(), source=note.source, checked=note.checked), small=True)
        for note in notes
    )


def reach(bodies: Iterable[str], handbook: Handbook) -> Facts:
    """Outside bodies and how to reach them."""
    words, known = handbook.words, handbook.settings.bodies
    rows = ((body(id, handbook), known[id].reach if id in known else words("reach-unknown")) for id in bodies)
    return Facts((*rows, (words("on-paper"), handbook.settings.paper or words("paper-unknown"))))


def body(id: str, handbook: Handbook) -> str:
    """An outside body by name."""
    known = handbook.settings.bodies
    return known[id].name if id in known else handbook.words(f"body-{id}")


# ---------------------------------------------------------------- notices


def to_handlers(concern: Concern, seats: Iterable[str], sentence: str, handbook: Handbook) -> tuple[Send, ...]:
    """A reference, what to do, by when; nothing else. Never to a party to it, nor to somebody who lost their office."""
    words = handbook.words
    facts = {"reference": concern.reference, "due": due(concern, words)}
    offered = (
        button(words, "open-it", "open", concern.id, primary=True),
        button(words, "cannot-take", "recuse", concern.id),
    )
    post = posts.note(words, sentence, *offered, title=words("notice-title"), **facts)
    out = concern.parties.barred | gone(concern, handbook)
    return _send([seat for seat in seats if seat not in out], post, handbook, concern.matter)


def done_with(concern: Concern, seats: Iterable[str], sentence: str, handbook: Handbook) -> tuple[Send, ...]:
    """Tells those who dealt with it that they have nothing more to do."""
    post = posts.note(handbook.words, sentence, title=handbook.words("notice-title"), reference=concern.reference)
    return _send([seat for seat in seats if seat not in concern.parties.barred], post, handbook)


def to_raiser(concern: Concern, sentence: str, handbook: Handbook) -> tuple[Send, ...]:
    """The same for the person who raised it."""
    words = handbook.words
    facts = {"reference": concern.reference, "due": due(concern, words)}
    offered = button(words, "open-it", "follow", concern.id, primary=True)
    post = posts.note(words, sentence, offered, title=words("notice-title"), **facts)
    seat = handbook.roster.seats.get(concern.parties.raiser)
    if seat is not None and not seat.told:  # tried all the same: it is set aside then, and can be sent again
        return tuple(Send(to=who, post=post, hushed=True) for who in seat.accounts[:1])
    return _send([concern.parties.raiser], post, handbook)


def _send(seats: Iterable[str], post: Post, handbook: Handbook, matter: str = "") -> tuple[Send, ...]:
    known = handbook.roster.seats
    able = (known[id] for id in dict.fromkeys(seats) if id in known and known[id].told)
    return tuple(Send(to=seat.told[0], post=post, matter=matter, hushed=True) for seat in able)
