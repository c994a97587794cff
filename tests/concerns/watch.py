"""What must hold after every step, whoever did what.

In: a world, an event, its answer. Out: an `AssertionError` that says what was broken. Never: changes anything.
"""

import logging
import re
from collections import Counter
from typing import Any, ClassVar

from bot import workdays
from bot.concern import Concern
from bot.conversation import Answer, Due, Event, Open, Paragraph, Post, Reject, Send, Whisper
from bot.handbook import Seat
from bot.routing import party
from bot.settings import GROUP, OFFICES
from bot.workdays import LONDON
from tests import queue
from tests.concerns.world import CANARY, LONG_AFTER, World, everything, tokens

_CANARY = re.compile(rf"{CANARY}-\d+!")
_REFERENCE = re.compile(r"CN-[A-Z2-9]{4}-[A-Z2-9]{4}")
_DATE = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")
_GIVES_AWAY = re.compile(rf"\b(?:about|{'|'.join(OFFICES)}|group|grievance|formal|informal|concern)\b", re.IGNORECASE)
#: Tables in which a concern has at least one row from the moment it is filed.
_ROWS = ("matters", "parts", "keys", "tags")


class Heard(logging.Handler):
    """Every line of every log, as it would be written; a private word in one is an error."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines = 0
        self.leaks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.getMessage()} {record.args} {record.exc_info}"
        self.lines += 1
        if CANARY in line:
            self.leaks.append(f"{record.name}: {record.levelname}")


class Watch:
    """Everything private that was written, who may see it, and what was told to whom."""

    #: What ever happened to a concern, on any walk.
    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[str, Concern] = {}
        self.before = self.known
        self.authors: dict[str, str] = {}
        self.pressed: dict[str, None] = {}
        self.rows = world.dump()
        self._orders: set[int] = set()
        self._numbers = 0

    def text(self, author: str) -> str:
        """Private words of somebody's, known again wherever they turn up."""
        self._numbers += 1
        mark = f"{CANARY}-{self._numbers}!"
        self.authors[mark] = author
        return f"they said {mark} to me"

    def wrote(self, author: str, text: str) -> bool:
        """Whether these private words are this person's."""
        marks = _CANARY.findall(text)
        return bool(marks) and all(self.authors[mark] == author for mark in marks)

    async def after(self, event: Event, answer: Answer | None) -> bool:
        """Check what came of one event; says whether it changed anything."""
        self.before, rows, stood = self.known, self.world.dump(), self.rows
        if rows != stood:
            self.known, self.rows = await self._as_they_stand(rows), rows
            self._rows(rows)
            for id, concern in self.known.items():
                old = self.before.get(id)
                self._concern(concern, old)
                did = [done.did for done in concern.history[len(old.history) if old else 0 :]]
                self.reached.update(did)
                if "stepped-out" in did and not isinstance(event, Due):
                    who = self.world.book().roster.seat(event.who)
                    assert who is not None
                    assert who.id in concern.parties.recused, "somebody stepped out and has it still"
            if len(rows["outbox"]) > len(stood["outbox"]):
                await self._sent(event)
            assert CANARY.encode() not in self.world.raw(), "a private word stands in the file of the database"
        self._answered(event, answer)
        return rows != stood

    # ------------------------------------------------------------ what is kept

    async def _as_they_stand(self, rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, Concern]:
        found: dict[str, Concern] = {}
        for matter, council, version in rows["matters"]:
            id = matter.removeprefix("concern/")
            old = self.known.get(id)
            now = old if old and old.version == version else await self.world.store.concern(council, id)
            assert now is not None
            found[id] = now
        return dict(sorted(found.items(), key=lambda item: item[1].at))  # their ids are random, walks are not

    def _rows(self, rows: dict[str, list[tuple[Any, ...]]]) -> None:
        """All of a concern is there, or nothing of it."""
        there = {concern.matter for concern in self.known.values()}
        for name in _ROWS:
            found = {next(value for value in row if str(value).startswith("concern/")) for row in rows[name]}
            assert found == there, f"{name}: something was half filed or half erased"
        promised = {row[2] for row in rows["promises"]}
        assert promised <= there, "something is promised of a concern that is not there"
        for concern in self.known.values():
            if concern.state != "closed":
                assert concern.matter in promised, "nothing is promised of an open concern"
            kept = {promise.rung for promise in concern.promised}
            stand = {row[3] for row in rows["promises"] if row[2] == concern.matter} - {"undelivered"}
            assert kept == stand, "what is promised is not what the clock will find"

    def _concern(self, concern: Concern, before: Concern | None) -> None:
        parties = concern.parties
        assert not set(parties.handlers) & parties.barred, "somebody deals with what they are a party to"
        for way in concern.ways:
            seats = {one.seat for one in way.chain}
            assert not seats & {parties.raiser, *parties.subjects}, "a party is in line to deal with it"
        if concern.state in ("sent", "taken"):
            assert parties.handlers, "it waits for nobody"
        if before is None or before.version == concern.version:
            return
        fixed = ("id", "council", "reference", "secret", "at", "pair", "pace", "keep", "first", "informal")
        assert all(getattr(before, name) == getattr(concern, name) for name in fixed), "what was filed has changed"
        assert before.parties.barred <= parties.barred, "somebody who was kept out is let in again"
        assert concern.words[: len(before.words)] == before.words, "something that was said is gone"
        if concern.state == "closed" != before.state:
            self._closing(concern)

    def _closing(self, concern: Concern) -> None:
        if concern.outcome != "formal" or not concern.way.not_alone:
            return
        group = self.world.book().settings.group
        members = {one.seat for one in concern.way.chain if one.office == GROUP}
        signed = {one.by for one in concern.signed}
        assert len(signed) >= 2, "one person closed alone what the protocol has two for"
        assert signed <= members - concern.parties.barred, "somebody outside the group put their name to it"
        assert group is not None
        assert any(one in group.members for one in signed), "nobody who closed it is of the group now"

    # ------------------------------------------------------------ what is seen

    def _answered(self, event: Event, answer: Answer | None) -> None:
        if isinstance(answer, Whisper):
            self.pressed |= dict.fromkeys(tokens(answer.post))
        if isinstance(answer, Whisper | Reject):
            assert CANARY not in everything(answer), "a private word stands in the chat"
        if isinstance(answer, Open) and not isinstance(event, Due):
            seat = self.world.book().roster.seat(event.who)
            for mark in set(_CANARY.findall(everything(answer.form))):
                assert self._may_see(mark, seat, event.who.id), "somebody saw what is not for them"

    def _may_see(self, mark: str, seat: Seat | None, account: str) -> bool:
        for concern in self.known.values():
            if mark in everything(concern):
                return seat is not None and self._is_for(concern, mark, seat)
        return self.authors[mark] == (seat.id if seat else account)

    def _is_for(self, concern: Concern, mark: str, seat: Seat) -> bool:
        if self.deals_with(concern, seat.id):
            return True
        note = any(mark in said.text for said in concern.words if said.kind == "note")
        return seat.id == concern.parties.raiser and not note and not (concern.hold and mark in concern.hold.why)

    def deals_with(self, concern: Concern, id: str) -> bool:
        """Whether somebody deals with it, as anybody would say who knows the rules and not the code."""
        return id in concern.parties.handlers and id in self.able(concern)

    def able(self, concern: Concern) -> set[str]:
        """Everybody in line who is no party to it and still holds the office they are in line by.

        Who deals with it for the group stays as long as they are on the council, whatever becomes of the group.
        """
        book, parties = self.world.book(), concern.parties
        out = {parties.raiser, *parties.subjects, *parties.avoid, *parties.recused}
        members = book.settings.group.members if book.settings.group else ()
        found = set()
        for one in concern.way.chain:
            seat = book.roster.seats.get(one.seat)
            if seat is not None and seat.accounts and seat.id not in out:
                councillor = party(seat.offices) in ("councillor", "chair")
                still = {office: office in seat.offices for office in OFFICES}
                still[GROUP] = councillor and (seat.id in members or seat.id in parties.handlers)
                found |= {seat.id} if still.get(one.office, True) else set()
        return found

    # ------------------------------------------------------------ what is sent

    async def _sent(self, event: Event) -> None:
        waiting = await queue.waiting(self.world.store, LONG_AFTER)
        for one in waiting:
            if one.order in self._orders:
                continue
            self._orders.add(one.order)
            assert isinstance(one.notice, Send)
            self._notice(one.notice)
            if isinstance(event, Due) and event.rung != "undelivered":
                self._at_a_good_time(one.notice)

    def _notice(self, notice: Send) -> None:
        said = notice.post.plain()
        assert CANARY not in everything(notice), "a private word stands in a notice"
        book = self.world.book()
        seat = book.roster.seat(notice.to)
        (reference,) = set(_REFERENCE.findall(said))
        (concern,) = (one for one in self.known.values() if one.reference == reference)
        self._gives_nothing_away(_DATE.sub("", _REFERENCE.sub("", said)), notice.post)
        assert seat is not None
        self.pressed |= dict.fromkeys(tokens(notice.post))
        offered = {token.split("/")[1] for token in tokens(notice.post)}
        if offered & {"open", "recuse"} or notice.matter:
            assert notice.matter == concern.matter
            assert self.deals_with(concern, seat.id), "somebody is told who does not deal with it"
        elif "follow" in offered:
            assert seat.id == concern.parties.raiser
        else:
            had = self.before[concern.id].parties
            assert seat.id in set(had.handlers) - had.barred, "somebody is told who never dealt with it"

    def _gives_nothing_away(self, said: str, post: Post) -> None:
        book = self.world.book()
        assert all(isinstance(block, Paragraph) or tokens(Post((block,))) for block in post.blocks)
        assert not _GIVES_AWAY.search(said), said
        for name in (part for seat in book.roster.seats.values() for part in seat.name.split()):
            assert name.casefold() not in said.casefold(), "a name stands in a notice"
        for stand in book.contents.clauses():
            assert len(stand.label) < 4 or stand.label.casefold() not in said.casefold(), "a clause stands in a notice"

    def _at_a_good_time(self, notice: Send) -> None:
        book = self.world.book()
        concern = next(one for one in self.known.values() if one.reference in notice.post.plain())
        now, quiet = self.world.now, concern.pace.quiet
        early = workdays.next_open(now, book.nation, quiet)
        assert early == now, f"somebody is disturbed at {now.astimezone(LONDON):%A %H:%M}"
