"""What a council sets for itself: its people and offices, whom it turns to, its targets and how long things are kept.

In: `content` reads `protocol-bot.yaml`, field by field as it stands here; `deploy` adds what was confirmed in the chat.
Out: `deploy` makes the roster of it, `bot.routing` the ways; desks go by the rest.
Never: a rule of the protocol; a secret.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta, Struct, field

from bot.pack import Nation, Value

Office: TypeAlias = Literal["councillor", "clerk", "officer", "chair", "vice-chair", "panel", "guest"]

OFFICES: tuple[Office, ...] = get_args(Office)
#: Offices that somebody of the council can hold.
HELD: tuple[Office, ...] = tuple(office for office in OFFICES if office != "guest")
_COUNCILLORS: frozenset[Office] = frozenset({"councillor", "chair", "vice-chair", "panel"})
_OFFICERS: frozenset[Office] = frozenset({"clerk", "officer"})
#: What `silent`, `alternates` and `data_lead` may name beside offices and people: the delegated group.
GROUP = "group"

#: `08:30`, on the 24-hour clock, in the council's own time (Europe/London).
TimeOfDay: TypeAlias = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
#: Months after a concern ended, or `never`.
Months: TypeAlias = Annotated[int, Meta(ge=1, le=1200)] | Literal["never"]
#: Days that every month has.
SHORTEST_MONTH = 28
Days: TypeAlias = Annotated[int, Meta(ge=1, le=250)]
#: Months from one review to the next; days before it, and after it was due.
Cycle: TypeAlias = Annotated[int, Meta(ge=1, le=120)]
Lead: TypeAlias = Annotated[int, Meta(ge=0, le=365)]
Late: TypeAlias = Annotated[int, Meta(ge=1, le=365)]


class Someone(Value, frozen=True):
    """A person of the council. `accounts` are `platform:id`, and `platform:tenant:id` in a tenant not the council's.

    `starts` are the first days of offices that were given ahead: what was changed in the chat before that day counts
    for nothing. `ends` are the last ones of those that end by themselves, at an election for instance.
    """

    id: str
    name: str
    offices: tuple[Office, ...]
    accounts: tuple[str, ...] = ()
    starts: Mapping[Office, date] = {}
    ends: Mapping[Office, date] = {}


class Group(Value, frozen=True):
    """The small group of councillors with delegated authority; `members` are ids of people."""

    name: str
    members: tuple[str, ...]


def may_sit(offices: Collection[Office]) -> bool:
    """Whether somebody who holds these offices may sit on that group: a councillor, and nobody who is employed."""
    return not _OFFICERS & set(offices) and bool(_COUNCILLORS & set(offices))


class Body(Value, frozen=True):
    """An outside body and how to reach it, on paper too."""

    name: str
    reach: str


class Silent(Value, frozen=True):
    """Whom this council turns to, in this order, where its protocol does not say: offices, people or `group`."""

    informal: tuple[str, ...] = ("chair", "vice-chair", "clerk")
    formal: tuple[str, ...] = (GROUP,)


class Targets(Value, frozen=True):
    """The council's own targets, in working days. No law sets them."""

    acknowledge: Days = 5
    answer: Days = 20
    speak: Days = 10
    climb: Days = 3


class Quiet(Value, frozen=True, rename={"begins": "from", "ends": "until"}):
    """When nobody is reminded: between these hours, at weekends and on bank holidays."""

    begins: TimeOfDay = "18:00"
    ends: TimeOfDay = "08:30"

    @property
    def hours(self) -> tuple[str, str]:
        """From when until when."""
        return self.begins, self.ends


class Retention(Value, frozen=True):
    """How long a concern is kept after it ended, by how it ended; `warn` is days before."""

    withdrawn: Months = 3
    informal: Months = 12
    formal: Months = 72
    outside: Months = 12
    warn: Days = 28


class Linked(Value, frozen=True):
    """A document beside the protocol with review dates of its own, such as a Code of Conduct.

    `next` is its next review. Where that is not given, it is `cycle` months (else the council's) after `last`.
    """

    id: str
    name: str
    next: date | None = None
    last: date | None = None
    cycle: Cycle | None = None


class Reviews(Value, frozen=True):
    """When the protocol and the documents beside it are reviewed, and who is reminded when.

    `cycle` is months from one review to the next; None: the council set none, and nothing is reckoned.
    `anchor`: from the adoption or the last review, the later; or at the annual meeting in May.
    `lead` and `agenda` are days before: the review, and the last day for the summons, which goes out `notice` clear
    days before a meeting (see `bot.meetings`). `late` are days after it was due, then every `again` days; with each
    step one more of `ladder` is told. `unset`: days from one reminder that no date is set to the next.
    """

    cycle: Cycle | None = None
    anchor: Literal["last", "annual-meeting"] = "last"
    lead: tuple[Lead, ...] = (90, 30, 7, 0)
    agenda: Lead = 7
    notice: Annotated[int, Meta(ge=3, le=30)] = 3
    late: tuple[Late, ...] = (7, 14, 28)
    again: Annotated[int, Meta(ge=7, le=365)] = 28
    ladder: tuple[str, ...] = ("clerk", "chair", GROUP)
    unset: Annotated[int, Meta(ge=7, le=365)] = 90
    documents: tuple[Linked, ...] = ()


class Settings(Value, frozen=True):
    """One council's settings. Everything but the council has a default; what is not set is listed as a gap.

    `name`, in full, and `nation` are for a council whose protocol does not come with the bot: it begins with none.
    `pack` is the file of its own protocol, where it has one: as it is written relative to the settings' file, as it is
    read relative to the folder one is in. `language` is what the bot speaks: a folder of `content/words`.
    `not_informal` are the pairs (who raises it, about whom) for which a policy of the council's forbids an informal
    step, as local resolution policies in Wales do for what a clerk raises about a councillor.
    `workspaces` is, for a platform, the id of the council's own workspace there, where an account is but `platform:id`.
    """

    council: str
    name: str = ""
    nation: Nation | None = None
    pack: str = ""
    language: str = "en"
    workspaces: Mapping[str, str] = {}
    people: tuple[Someone, ...] = ()
    alternates: Mapping[Office, tuple[str, ...]] = {}
    group: Group | None = None
    data_lead: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    bodies: Mapping[str, Body] = {}
    silent: Silent = field(default_factory=Silent)
    not_informal: tuple[tuple[str, str], ...] = ()
    paper: str = ""
    evidence: str = ""
    meetings: tuple[date, ...] = ()
    targets: Targets = field(default_factory=Targets)
    quiet: Quiet = field(default_factory=Quiet)
    retention: Retention = field(default_factory=Retention)
    reviews: Reviews = field(default_factory=Reviews)

    def alternates_of(self, office: str) -> tuple[str, ...]:
        """Who stands in for an office, the first of them first; nobody for what is none."""
        return next((names for key, names in self.alternates.items() if key == office), ())


class Change(Struct, frozen=True, kw_only=True):
    """A change to the settings proposed in the chat; it counts once a second office-holder confirmed it.

    `what` is `office`, `alternate`, `group`, `retention`; `name` the office or the outcome, `value` the new value.
    `settled` is when it was confirmed or declined: of two that were confirmed, the later one counts.
    """

    id: str
    council: str
    what: Literal["office", "alternate", "group", "retention"]
    name: str
    value: str
    by: str
    at: str
    state: Literal["proposed", "confirmed", "declined"] = "proposed"
    second: str = ""
    settled: datetime | None = None
    version: int = 0
