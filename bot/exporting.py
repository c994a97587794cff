"""What is held on a person, as a paper for whoever looks after personal data: as reporter, subject and handler.

In: a seat, the concerns it has a part in, its requests, what is kept beside. Out: Markdown, with everybody else masked.
Never: names who raised a concern about the person, or gives it word for word; decides what can be handed over.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias
from unicodedata import combining, normalize

from bot import course
from bot.concern import Concern, Entry, Request
from bot.conversation import Person
from bot.handbook import Handbook, Reached, Seat
from bot.proposals import named_in
from bot.records import Passed
from bot.settings import Change
from bot.words import Words

_Mask: TypeAlias = Callable[[str], str]

_STATES = {
    "speaking": "export-speaking",
    "sent": "export-sent",
    "taken": "export-taken",
    "outside": "export-outside",
    "closed": "export-closed",
}
_OUTCOMES = {
    "": "export-no-outcome",
    "withdrawn": "export-withdrawn",
    "informal": "export-ended-informal",
    "formal": "export-ended-formal",
    "outside": "export-ended-outside",
}
#: How somebody's own words are headed, by their kind; and what is theirs to read because it was written to them.
_OWN = {
    "story": "export-said-story",
    "added": "export-said-added",
    "answered": "export-said-answered",
    "asked": "export-own-asked",
    "note": "export-own-note",
    "dates": "export-own-dates",
    "outcome": "export-own-outcome",
}
_CHANGES = {"proposed": "export-open", "confirmed": "export-confirmed", "declined": "export-declined"}
_TO_RAISER = {"asked": "export-said-asked", "dates": "export-said-dates", "outcome": "export-said-outcome"}
#: Parts of a name, or of what stands for one, that tell nobody apart.
_NO_NAMES = frozenset(
    "a an and at by cllr councillor clerk chair de dr for from her his in ltd mayor miss mr mrs ms my of on or our rev "
    "sir the their to van von with".split()
)
_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: Unicode's combining diacritical marks, for a class of characters.
_ACCENTS: Final = "\u0300-\u036f"
_SHORTEST: Final = 2  # letters of a name; with an s behind it, one so short is many another word
#: How people type what is no letter of a name.
_TYPED: Final = {" ": r"\s+", "'": "['’‘]?", "’": "['’‘]?"}


class Beside(NamedTuple):
    """What is held on somebody that is about no concern and no request.

    `chat` and `posts`: whether there is a chat of theirs with the bot in Teams, and messages in the browser chat.
    """

    questions: tuple[Passed, ...] = ()
    changes: tuple[Change, ...] = ()
    reached: tuple[Reached, ...] = ()
    chat: bool = False
    posts: bool = False


NOTHING: Final = Beside()


def export(
    seat: str,
    raised: Sequence[Concern],
    about: Sequence[Concern],
    handled: Sequence[Concern],
    requests: Sequence[Request],
    handbook: Handbook,
    beside: Beside = NOTHING,
) -> str:
    """All that is held on a person. `seat` is what their concerns and requests are filed under."""
    words = handbook.words
    mask = _masking(seat, [*raised, *about, *handled], handbook)
    subject_of = {concern.id for concern in about} | {concern.id for concern in raised}
    dealt = [c for c in handled if c.id not in subject_of and seat not in c.parties.subjects]
    parts = (
        (words("export-raised"), [_raised(seat, concern, mask, words) for concern in raised]),
        (words("export-about"), [_about(concern, words) for concern in about]),
        (words("export-handled"), [_handled(seat, concern, mask, words) for concern in dealt]),
        (words("export-requests"), [_request(request, mask, words) for request in requests]),
        (words("export-questions"), [_question(one, mask, words) for one in beside.questions]),
        (words("export-changes"), [_change(seat, one, words) for one in beside.changes]),
    )
    lines = [*_head(seat, handbook)]
    for title, entries in parts:
        lines += ["", _heading(title), ""]
        lines += _numbered(entries, words)
    lines += ["", _heading(words("export-known")), "", *(list(_known(beside, words)) or [words("export-none")])]
    return "\n".join(lines) + "\n"


def may_be_seen(concerns: Iterable[Concern], lead: str) -> list[Concern]:
    """Without those that whoever hands the export over is a party to, or kept out of: the paper always says so."""
    return [concern for concern in concerns if lead not in concern.parties.barred]


# ---------------------------------------------------------------- the parts


def _head(seat: str, handbook: Handbook) -> Iterator[str]:
    words, known = handbook.words, handbook.roster.seats.get(seat)
    name = known.name if known else seat
    yield "# " + words("export-title", name=name)
    yield ""
    yield words("export-intro", council=handbook.contents.pack.name, mask=words("export-mask"))
    yield ""
    yield words("export-partial")
    yield ""
    yield _heading(words("export-you"))
    yield ""
    offices = ", ".join(words(f"office-{office}") for office in sorted(known.offices)) if known else ""
    accounts = ", ".join(_account(who, known, words) for who in known.accounts) if known else seat
    yield _row(words("export-name"), name)
    yield _row(words("export-id"), seat)
    yield _row(words("export-offices"), offices or words("export-not-listed"))
    yield _row(words("export-accounts"), accounts or words("export-none"))


def _account(who: Person, seat: Seat, words: Words) -> str:
    """An account, and whether it is known that nothing can be told there."""
    return words("export-unreached", account=_spelt(who)) if who in seat.out else _spelt(who)


def _spelt(who: Person) -> str:
    return " ".join((who.platform, who.tenant, who.id))


def _numbered(entries: Sequence[list[str]], words: Words) -> Iterator[str]:
    if not entries:
        yield words("export-none")
    for number, (on, *lines) in enumerate(entries, start=1):
        yield "### " + words("export-one", number=number, on=on)
        yield ""
        yield from lines
        yield ""


def _raised(seat: str, concern: Concern, mask: _Mask, words: Words) -> list[str]:
    """Their own words, and what was written to them; what others noted is left out."""
    told = [said for said in concern.words if not course.wants_a_name(concern, said)]
    shown = [said for said in told if said.by == seat or said.kind in _TO_RAISER]
    return [
        words.day_of(concern.at),
        _row(words("export-reference"), concern.reference),
        *_standing(concern, words),
        _row(words("export-subject"), words("export-mask")),
        *(line for said in shown for line in _said(said, said.by == seat, mask, words)),
        *_left_out(len(concern.words) - len(shown), words),
        "",
        words("export-history"),
        "",
        *(_step(done.did, words.day_of(done.at), words) for done in concern.history),
    ]


def _about(concern: Concern, words: Words) -> list[str]:
    """That there is one, and where it stands. Neither its reference nor a word of it: they could tell whose it is."""
    day = words.day_of(concern.at)
    return [day, *_standing(concern, words), "", words("export-held-back")]


def _handled(seat: str, concern: Concern, mask: _Mask, words: Words) -> list[str]:
    """What they wrote themselves as somebody who dealt with it."""
    shown = [said for said in concern.words if said.by == seat]
    return [
        words.day_of(concern.at),
        _row(words("export-reference"), concern.reference),
        *_standing(concern, words),
        *(line for said in shown for line in _said(said, True, mask, words)),
        *_left_out(len(concern.words) - len(shown), words),
    ]


def _request(request: Request, mask: _Mask, words: Words) -> list[str]:
    kind = "export-kind-held" if request.kind == "held" else "export-kind-complaint"
    wrote = ["", words("export-wrote"), "", *_quoted(mask(request.words))] if request.words else []
    return [
        words.day_of(request.at),
        _row(words("export-reference"), request.reference),
        _row(words("export-kind"), words(kind)),
        _row(words("export-state"), words("export-open" if request.state == "open" else "export-done")),
        *wrote,
    ]


def _question(question: Passed, mask: _Mask, words: Words) -> list[str]:
    """Their own words, and what the clerk replied to them."""
    reply = ["", words("export-reply"), "", *_quoted(mask(question.reply))] if question.reply else []
    return [
        words.day_of(question.at),
        _row(words("export-state"), words("export-open" if question.state == "waiting" else "export-done")),
        "",
        words("export-wrote"),
        "",
        *_quoted(mask(question.words)),
        *reply,
    ]


def _change(seat: str, change: Change, words: Words) -> list[str]:
    """What they had to do with it; of anybody else it only says that there is somebody."""
    parts = [
        ("export-proposed", (change.by,)),
        ("export-settled", (change.second,)),
        ("export-named", named_in(change)),
    ]
    return [
        _day_of(change.at, words),
        _row(words("export-kind"), _changed(change, words)),
        _row(words("export-state"), words(_CHANGES[change.state])),
        *(f"- {words(name)}" for name, those in parts if seat in those),
    ]


def _day_of(at: str, words: Words) -> str:
    """The council's own day on which a change was proposed; what is no day as it was written."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    return words.day_of(moment) if moment.tzinfo else words.day(moment.date())


def _changed(change: Change, words: Words) -> str:
    if change.what == "group":
        return words("export-change-group")
    if change.what == "retention":
        return words("export-change-retention", name=words(_OUTCOMES[change.name]) if change.name in _OUTCOMES else "")
    name = words(f"office-{change.name}")
    if change.what == "alternate":
        return words("export-change-alternate", name=name)
    return words("export-change-office", name=name)


def _known(beside: Beside, words: Words) -> Iterator[str]:
    """What is known of their accounts. What a chat holds they see there themselves."""
    for one in beside.reached:
        name = "export-not-reached" if one.known else "export-reached"
        yield "- " + words(name, account=_spelt(one.who), on=words.day_of(one.checked))
    if beside.chat:
        yield "- " + words("export-chat")
    if beside.posts:
        yield "- " + words("export-posts")


# ---------------------------------------------------------------- lines


def _standing(concern: Concern, words: Words) -> Iterator[str]:
    stage = "export-informal" if concern.stage == "informal" else "export-formal"
    yield _row(words("export-stage"), words(stage))
    yield _row(words("export-state"), words(_STATES[concern.state]))
    yield _row(words("export-outcome"), words(_OUTCOMES[concern.outcome]))


def _said(said: Entry, own: bool, mask: _Mask, words: Words) -> Iterator[str]:
    name = _OWN[said.kind] if own else _TO_RAISER[said.kind]
    yield ""
    yield words(name, on=words.day_of(said.at))
    yield ""
    yield from _quoted(mask(said.text))


def _left_out(count: int, words: Words) -> Iterator[str]:
    if count:
        yield ""
        yield words("export-left-out", count=count)


def _step(did: str, on: str, words: Words) -> str:
    return "- " + words("export-step", on=on, did=words(f"done-{did}"))


def _heading(title: str) -> str:
    return f"## {title}"


def _row(name: str, value: str) -> str:
    return f"- {name}: {value}"


def _quoted(text: str) -> Iterator[str]:
    return (f"> {line}" for line in text.splitlines() or [""])


# ---------------------------------------------------------------- masks


def _masking(seat: str, concerns: Iterable[Concern], handbook: Handbook) -> _Mask:
    """Masks everybody but this person, by full name and by each part of it. In doubt a word is masked."""
    seats = handbook.roster.seats
    own = seats[seat].name if seat in seats else ""
    others = [other.name for other in seats.values() if other.id != seat]
    others += [concern.parties.unlisted for concern in concerns]
    named = {part for name in others for part in (_spaced(name), *_parts(name)) if part}
    found = sorted(named, key=lambda name: (-len(name), name))
    masked = "|".join(_pattern(name) + "s?" * (len(name) > _SHORTEST) for name in found) or r"(?!)"
    kept = _pattern(_spaced(own)) if own else r"(?!)"
    pattern = re.compile(rf"(?<![\w{_ACCENTS}])(?:(?P<own>{kept})|{masked})(?![\w{_ACCENTS}])", re.IGNORECASE)
    instead = handbook.words("export-mask")

    def mask(text: str) -> str:
        apart = normalize("NFD", text)  # each accent by itself, after its letter
        return normalize("NFC", pattern.sub(lambda match: match[0] if match["own"] else instead, apart))

    return mask


def _spaced(name: str) -> str:
    return " ".join(normalize("NFC", name).split())


def _parts(name: str) -> list[str]:
    """The words of a name that may stand for somebody alone."""
    return [part for part in _PART.findall(_spaced(name)) if len(part) > 1 and part.casefold() not in _NO_NAMES]


def _pattern(name: str) -> str:
    """However the name is spaced, with its accents or without, and whichever apostrophe is typed, or none."""
    bare = (sign for sign in normalize("NFD", name) if not combining(sign))
    return "".join(_TYPED.get(sign, f"{re.escape(sign)}[{_ACCENTS}]*") for sign in bare)
