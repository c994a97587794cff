"""A concern, and a request about personal data: what is remembered of them until they are erased.

In: `bot.raising`, `bot.handling`, `bot.following` and `bot.chasing` make the next version of a concern,
`bot.requests` and `bot.leads` of a request.
Out: the store seals each: who, what was said and where it stands under a key of its own.
Never: anything of it outside but the reference; a version that overwrites another's.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeAlias, TypeVar

from msgspec import Struct

T = TypeVar("T")

Stage: TypeAlias = Literal["informal", "formal"]
#: `speaking`: the person speaks with whom it is about. `sent`: nobody acknowledged it yet. `taken`: somebody deals
#: with it. `outside`: nobody here can deal with it. `closed`: it ended, `outcome` says how.
State: TypeAlias = Literal["speaking", "sent", "taken", "outside", "closed"]
Outcome: TypeAlias = Literal["", "withdrawn", "informal", "formal", "outside"]
#: What became of the informal step; `not-allowed` by a policy of the council's, `not-offered` for what can't wait.
Informal: TypeAlias = Literal["accepted", "declined", "unsafe", "tried", "not-allowed", "not-offered"]
#: Who somebody is to a concern; `waiting` for one who deals with it as long as it is open.
Part: TypeAlias = Literal["raiser", "handler", "waiting", "subject"]


class Candidate(Struct, frozen=True):
    """Somebody who may deal with it, and the office they do it by."""

    seat: str
    office: str


class Skipped(Struct, frozen=True):
    """An office that the rule names and that can't deal with this one: it is a party to it, or nobody holds it."""

    office: str
    why: Literal["party", "vacant"]


class Way(Struct, frozen=True, kw_only=True):
    """How one stage goes, fixed when the concern is filed: the rules it rests on, and who deals with it, in order.

    `speak`: the step is to speak with the person concerned; with `tells_nobody` nobody else is told of it meanwhile.
    `together`: the first rank deals with it as a group.
    `by_setting`: the protocol names nobody, so the council's own setting does. `not_alone`: the clauses by which nobody
    closes it alone. Ids of rules are those of the pack.
    """

    stage: Stage
    rules: tuple[str, ...] = ()
    chain: tuple[Candidate, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    speak: bool = False
    tells_nobody: bool = False
    together: bool = False
    by_setting: bool = False
    not_alone: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


class Parties(Struct, frozen=True, kw_only=True):
    """Who is in it, by their ids. `unlisted` is a name that is on no list; `avoid` and `recused` keep out for good."""

    raiser: str
    subjects: tuple[str, ...] = ()
    unlisted: str = ""
    avoid: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()

    @property
    def barred(self) -> frozenset[str]:
        """Who never handles, decides or reads it."""
        return frozenset((self.raiser, *self.subjects, *self.avoid, *self.recused))


class Entry(Struct, frozen=True, kw_only=True):
    """Private words. A `note` is for those who deal with it; all else is between them and the person who raised it."""

    kind: Literal["story", "added", "asked", "answered", "note", "dates", "outcome"]
    by: str
    at: datetime
    text: str


class Done(Struct, frozen=True):
    """One line of its history: what was done, in a word (`done-WORD` in the bot's sentences), and when."""

    did: str
    at: datetime


class Signature(Struct, frozen=True):
    """Somebody of the group puts their name to the formal outcome."""

    by: str
    at: datetime


class Promise(Struct, frozen=True):
    """Something the clock must bring up: `rung` is what, `step` how often it was brought up before."""

    rung: str
    due: datetime
    step: int = 0


class Hold(Struct, frozen=True):
    """It must not be erased: who says so, and why."""

    by: str
    why: str
    at: datetime


class Pace(Struct, frozen=True):
    """The targets it was filed under, in working days, and the quiet hours: editing the settings bends nothing."""

    acknowledge: int
    answer: int
    speak: int
    climb: int
    quiet: tuple[str, str]


class Concern(Struct, frozen=True, kw_only=True):
    """One concern. `id` comes from the intake it was filed from, so that it is filed once; `secret` signs the receipt.

    `pair` is who raises it about whom, as the protocol's rules have it; empty where no rule could be meant.
    `edition` is the number of the wording in force on that day, by whose rules it goes to its end.
    `special` are further rules for the people it is about. `conduct`: one of them is a councillor. `keep` is how many
    months it is kept by how it ended (0: for good), `warn` how many days before somebody is warned.
    `version` is 0 for one that was never kept.
    """

    id: str
    council: str
    reference: str
    secret: str
    at: datetime
    stage: Stage
    state: State
    informal: Informal
    first: str = ""
    pair: tuple[str, str] = ("", "")
    parties: Parties
    words: tuple[Entry, ...] = ()
    history: tuple[Done, ...] = ()
    ways: tuple[Way, ...] = ()
    pace: Pace
    special: tuple[str, ...] = ()
    conduct: bool = False
    keep: tuple[tuple[Outcome, int], ...] = ()
    warn: int = 28
    outcome: Outcome = ""
    signed: tuple[Signature, ...] = ()
    ended: datetime | None = None
    hold: Hold | None = None
    promised: tuple[Promise, ...] = ()
    edition: int = 0
    version: int = 0

    @property
    def way(self) -> Way:
        """How the present stage goes."""
        return next(way for way in self.ways if way.stage == self.stage)

    @property
    def matter(self) -> str:
        """What promises, notices and the audit trail call it."""
        return f"concern/{self.id}"


class Request(Struct, frozen=True, kw_only=True):
    """Somebody asks what is held on them, or complains about how their data is handled. `lead` deals with it."""

    id: str
    council: str
    reference: str
    kind: Literal["held", "complaint"]
    asker: str
    lead: str
    at: datetime
    words: str = ""
    state: Literal["open", "done"] = "open"
    promised: tuple[Promise, ...] = ()
    version: int = 0

    @property
    def matter(self) -> str:
        """What promises, notices and the audit trail call it."""
        return f"request/{self.id}"


class Listed(list[T]):
    """Those that somebody has a part in. `shut` is how many more there are that don't open: whoever lists says so.

    Whoever needs to know of all of them, as to keep somebody out, can't go on as if there were no more.
    """

    def __init__(self, opened: Iterable[T] = (), shut: int = 0) -> None:
        super().__init__(opened)
        self.shut = shut
