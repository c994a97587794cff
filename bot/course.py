"""How a concern goes on: filed, acknowledged, answered, referred, signed, closed; and what is promised at each point.

In: a concern, what was done, when. Out: the next version of it. Never: tells anybody; looks at a clock or a setting.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot import routing, workdays
from bot.concern import Concern, Done, Entry, Hold, Outcome, Promise, Signature, State
from bot.pack import Nation
from bot.settings import GROUP

#: What is promised while a concern is in a state.
_RUNGS = {"speaking": "speak", "sent": "acknowledge", "taken": "answer", "outside": "outside"}
_SELDOM = 60  # working days


def moved(concern: Concern, did: str, at: datetime, nation: Nation, /, **changes: object) -> Concern:
    """The concern with these changes, one line more in its history, and its promises made anew for its state."""
    after = replace(concern, history=(*concern.history, Done(did, at)), **changes)
    return replace(after, promised=promises(after, at, nation))


def noted(concern: Concern, did: str, at: datetime, /, **changes: object) -> Concern:
    """The concern with these changes and a line more; what was promised stays promised for the day it was."""
    return replace(concern, history=(*concern.history, Done(did, at)), **changes)


def spoken(concern: Concern, kind: str, by: str, at: datetime, text: str) -> tuple[Entry, ...]:
    """Its private words with these after them; none where there are none to say."""
    return (*concern.words, Entry(kind=kind, by=by, at=at, text=text)) if text else concern.words  # type: ignore[arg-type]


def repeats(concern: Concern, kind: str, by: str, text: str) -> bool:
    """Whether these words are the last that were said: sent twice, or from two devices, they are said once."""
    last = concern.words[-1]
    return bool(text) and (last.kind, last.by, last.text) == (kind, by, text)


def promises(concern: Concern, at: datetime, nation: Nation) -> tuple[Promise, ...]:
    """What must come up for a concern in this state. An open one always has something."""
    if concern.state == "closed":
        return _keeping(concern, at)
    rungs: tuple[str, ...] = (_RUNGS[concern.state],)
    if concern.stage == "informal" and concern.way.speak and concern.state == "sent":
        rungs = (*rungs, "speak")
    return tuple(_promise(rung, concern, at, nation) for rung in dict.fromkeys(rungs))


def _promise(rung: str, concern: Concern, at: datetime, nation: Nation) -> Promise:
    pace = concern.pace
    days = {"acknowledge": pace.acknowledge, "answer": pace.answer}.get(rung, pace.speak)
    return Promise(rung, workdays.after(at, days, nation, pace.quiet))


def again(concern: Concern, promise: Promise, at: datetime, nation: Nation) -> Concern:
    """The same promise once more, a rung further: after the days between two reminders.

    Somebody who is only asked how it goes is asked less and less often.
    """
    asked = promise.rung in ("speak", "outside")
    days = min(concern.pace.climb * 2 ** (promise.step + 1), _SELDOM) if asked else concern.pace.climb
    due = workdays.after(at, days, nation, concern.pace.quiet)
    others = tuple(one for one in concern.promised if one.rung != promise.rung)
    return replace(concern, promised=(*others, Promise(promise.rung, due, promise.step + 1)))


def slower(concern: Concern, rung: str, at: datetime, nation: Nation) -> Concern:
    """The same promise, put off for as long as an answer may take: nobody is left who was not told."""
    due = workdays.after(at, concern.pace.answer, nation, concern.pace.quiet)
    return replace(concern, promised=tuple(replace(p, due=due) if p.rung == rung else p for p in concern.promised))


def asked_later(concern: Concern, at: datetime, nation: Nation) -> Concern:
    """They have said something: they are asked how it goes as if for the first time."""
    fresh = {one.rung: one for one in promises(concern, at, nation) if one.rung in ("speak", "outside")}
    return replace(concern, promised=tuple(fresh.get(one.rung, one) for one in concern.promised))


def _keeping(concern: Concern, at: datetime) -> tuple[Promise, ...]:
    months = dict(concern.keep).get(concern.outcome, 0)
    if not months or concern.ended is None or concern.hold is not None:
        return ()
    warning = timedelta(days=concern.warn)
    end = max(concern.ended + workdays.months(months), at + warning)  # a hold let go late: warned anew
    return (Promise("warn", end - warning), Promise("erase", end))


# ---------------------------------------------------------------- who deals with it


def given(
    concern: Concern, handlers: tuple[str, ...], did: str, at: datetime, nation: Nation, /, **changes: object
) -> Concern:
    """Somebody else deals with it from now on; where nobody can, it waits for an outside body."""
    state: State = "sent" if handlers else "outside"
    parties = replace(concern.parties, handlers=handlers)
    return moved(concern, did if handlers else "outside", at, nation, parties=parties, state=state, **changes)


def stepped_out(concern: Concern, seat: str, gone: frozenset[str], at: datetime, nation: Nation) -> Concern:
    """A handler takes no part in it any more; the others go on, or the next in line has it."""
    parties = replace(concern.parties, recused=(*concern.parties.recused, seat))
    out = replace(concern, parties=parties, signed=tuple(s for s in concern.signed if s.by != seat))
    left = tuple(one for one in parties.handlers if one != seat and one not in gone)
    if not left and concern.state == "speaking":  # it is not for anybody here to go on
        return noted(out, "stepped-out", at, parties=replace(parties, handlers=()))
    if left:
        return moved(out, "stepped-out", at, nation, parties=replace(parties, handlers=left))
    return given(out, routing.first_rank(out.way, parties.barred | gone), "stepped-out", at, nation)


def climbed(concern: Concern, gone: frozenset[str], left: frozenset[str]) -> Concern | None:
    """The next in line who can be told deals with it too. None where nobody is left.

    `left` are those of `gone` who lost their office: who is only out of reach may still act.
    """
    stay = tuple(seat for seat in concern.parties.handlers if seat not in concern.parties.barred | left)
    more = routing.next_rank(concern.way, concern.parties.handlers, concern.parties.barred | gone | set(stay))
    if not more:
        return None
    return replace(concern, parties=replace(concern.parties, handlers=(*stay, *more)))


def formal(concern: Concern, gone: frozenset[str], at: datetime, nation: Nation) -> Concern:
    """It goes on formally, with whoever deals with that stage."""
    there = replace(concern, stage="formal", signed=(), outcome="", ended=None)
    return given(there, routing.first_rank(there.way, concern.parties.barred | gone), "to-formal", at, nation)


def handed_on(concern: Concern, gone: frozenset[str], at: datetime, nation: Nation) -> Concern:
    """Speaking with the person settled nothing: still informal, somebody deals with it now."""
    early = replace(
        concern.way, speak=False, tells_nobody=False, by_setting=concern.way.by_setting or concern.way.tells_nobody
    )
    ways = tuple(early if way.stage == concern.stage else way for way in concern.ways)
    there = replace(concern, ways=ways)
    tried = frozenset(concern.parties.handlers)  # not the same person again
    return given(there, routing.first_rank(early, concern.parties.barred | gone | tried), "not-settled", at, nation)


def refused(concern: Concern, whom: str, gone: frozenset[str], at: datetime, nation: Nation) -> Concern:
    """The person who raised it wants somebody else to deal with it: who did is kept out of it from now on.

    `whom` is one of those who deal with it, or empty for all of them. The others go on; if none is left, the next do.
    """
    out = (whom,) if whom in concern.parties.handlers else concern.parties.handlers
    parties = replace(concern.parties, avoid=(*concern.parties.avoid, *out))
    there = replace(concern, parties=parties, signed=tuple(one for one in concern.signed if one.by not in out))
    left = tuple(one for one in concern.parties.handlers if one not in parties.barred | gone)
    return given(there, left or routing.first_rank(there.way, parties.barred | gone), "other-handler", at, nation)


# ---------------------------------------------------------------- how it ends


def closed(concern: Concern, outcome: Outcome, at: datetime, nation: Nation) -> Concern:
    """It ended in this way."""
    return moved(concern, f"closed-{outcome}", at, nation, state="closed", outcome=outcome, ended=at)


def may_sign(concern: Concern, seat: str) -> bool:
    """Whether somebody can put their name to the formal outcome: anybody who deals with it, or only the group."""
    if not concern.way.not_alone:
        return seat in concern.parties.handlers
    return any(one.seat == seat and one.office == GROUP for one in concern.way.chain)


def signed(concern: Concern, seat: str, text: str, gone: frozenset[str], at: datetime, nation: Nation) -> Concern:
    """An outcome with somebody's name to it; closed as soon as there are names enough.

    New words need every name anew. Where another name of the group is needed, the whole group deals with it.
    """
    out = concern.parties.barred | gone
    before = () if text else tuple(one for one in concern.signed if one.by != seat and one.by not in out)
    names = (*before, Signature(seat, at))
    words = spoken(concern, "outcome", seat, at, text)
    if len(names) >= (routing.TOGETHER if concern.way.not_alone else 1):
        return closed(replace(concern, words=words, signed=names), "formal", at, nation)
    group = [one.seat for one in concern.way.chain if one.office == GROUP and one.seat not in out]
    handlers = tuple(dict.fromkeys((*concern.parties.handlers, *group)))
    parties = replace(concern.parties, handlers=handlers)
    return moved(concern, "signed", at, nation, words=words, signed=names, state="taken", parties=parties)


def wants_a_name(concern: Concern, said: Entry) -> bool:
    """Whether these words are a formal outcome that is only proposed: it is none before there are names enough."""
    since = max((done.at for done in concern.history if done.did == "to-formal"), default=concern.at)
    proposed = said.kind == "outcome" and concern.stage == "formal" and said.at >= since
    return proposed and said.by != concern.parties.raiser and concern.outcome != "formal"


def held(concern: Concern, by: str, why: str, at: datetime, nation: Nation) -> Concern:
    """It is not erased until somebody lets it go again; with no reason given, it is let go."""
    hold = Hold(by, why, at) if why else None
    changed = replace(concern, hold=hold, history=(*concern.history, Done("held" if why else "let-go", at)))
    return replace(changed, promised=promises(changed, at, nation)) if concern.state == "closed" else changed
