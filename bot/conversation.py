"""Who speaks, where, what people do, and what the bot says back: the one model that every platform shares.

In: adapters make the events (`Command` … `Visit`) out of what their platform delivers.
Out: adapters draw the posts and forms that desks make.
Never: a platform's type, a client, a raw payload; a wrong variable that sends something private to a shared place.
"""

from datetime import datetime
from typing import Final, Literal, TypeAlias

from msgspec import Struct


class Record(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A value: immutable, comparable, and itself again after a trip through JSON."""


# ---------------------------------------------------------------- who and where


class Person(Struct, frozen=True):
    """Somebody on a platform; `tenant` is the workspace, `id` the platform's own name for them."""

    platform: str
    tenant: str
    id: str

    @property
    def account(self) -> str:
        """In one word, `platform:tenant:id`: as accounts are kept, and written in the settings."""
        return f"{self.platform}:{self.tenant}:{self.id}"

    @classmethod
    def of(cls, account: str) -> "Person | None":
        """Whose account that is; None for what is none. No platform and no tenant has a colon in it."""
        parts = account.split(":", 2)
        return cls(*parts) if len(parts) == 3 else None


class Place(Struct, frozen=True):
    """Where a conversation goes on. `private` means one person and the bot, nobody else."""

    platform: str
    tenant: str
    id: str
    private: bool = False
    thread: str | None = None


class Handle(Struct, frozen=True):
    """One post in one place, so that it can be edited."""

    place: Place
    id: str


# ---------------------------------------------------------------- in: what people do


class Heard(Record, frozen=True):
    """What every event has. `id` is the platform's delivery id: the same delivery twice is the same event."""

    id: str
    who: Person
    where: Place
    at: datetime


class Command(Heard, frozen=True):
    """`/protocol TEXT`, wherever it was typed."""

    text: str


class Message(Heard, frozen=True):
    """Plain words said to the bot: in its private chat, or by name in a channel."""

    text: str


class Press(Heard, frozen=True):
    """A button. `source` is the post that carried it, where the platform tells."""

    token: str
    source: Handle | None = None


class Attached(Struct, frozen=True):
    """A file that somebody handed over: what they call it, and what is in it. Nothing of it is looked into yet."""

    name: str
    data: bytes


class Submit(Heard, frozen=True):
    """A form sent in: the form's id and the values by field name; of a file's field that is its name.

    `files` are what was handed over, by field name.
    """

    form: str
    values: dict[str, str]
    files: dict[str, Attached] = {}


class Greet(Heard, frozen=True):
    """Somebody opens the private chat for the first time, or the bot joins a channel."""


class Visit(Heard, frozen=True):
    """Somebody opens their own page with the bot; it is drawn anew each time."""


class Due(Record, frozen=True):
    """Something promised for `due` is brought up at `at`; the clock says so.

    `where` is nobody's place: its tenant is the council's id.
    """

    id: str
    where: Place
    at: datetime
    matter: str
    rung: str
    due: datetime


Said: TypeAlias = Command | Message | Press | Submit | Greet | Visit
Event: TypeAlias = Said | Due


# ---------------------------------------------------------------- what a post is made of


class Paragraph(Record, frozen=True):
    """Our own words."""

    text: str
    small: bool = False


class Quote(Record, frozen=True):
    """Somebody's words, shown to the letter; `by` says whose."""

    text: str
    by: str = ""


class Cited(Record, frozen=True):
    """A clause as it is shown: which council's, where it stands, how strong it is, and what it says.

    `adopted` tells whose words `text` and `items` are: the council's adopted wording, or our plain one.
    `sure` is how sure the bot is that this answers the question; None where nobody asked one. `strength` is a word, and
    `told` the same where it has to be said what the word is of; both are empty where nothing is to be said.
    `weight` is the word that its strength has in a pack, whatever language is spoken.
    """

    council: str
    label: str
    path: tuple[str, ...]
    strength: str
    text: str
    items: tuple[str, ...] = ()
    adopted: bool = False
    sure: str | None = None
    told: str = ""
    weight: str = ""


class Facts(Record, frozen=True):
    """Names and their values, in order."""

    rows: tuple[tuple[str, str], ...]


class Line(Struct, frozen=True):
    """A heading in an outline: `depth` 0 is the outermost; `refs` are the numbers under it."""

    depth: int
    name: str
    refs: str = ""


class Outline(Record, frozen=True):
    """Headings in order, one within another."""

    lines: tuple[Line, ...]


class File(Record, frozen=True):
    """A small file to take away, made of text. `media` is its media type (RFC 6838), such as `text/calendar`.

    `label` is what is pressed to take it; a platform that can't carry a file shows the name and offers nothing.
    """

    name: str
    media: str
    text: str
    label: str


class Button(Struct, frozen=True):
    """`token` names desk, step and value (`bot.tokens`); it must mean the same a year from now."""

    label: str
    token: str
    primary: bool = False


class Buttons(Record, frozen=True):
    """What a person may press next."""

    buttons: tuple[Button, ...]


Block: TypeAlias = Paragraph | Quote | Cited | Facts | Outline | File | Buttons


class Post(Struct, frozen=True):
    """One thing the bot says. `title` is also what a notification shows: never anything private."""

    blocks: tuple[Block, ...]
    title: str = ""

    def plain(self) -> str:
        """The post as bare lines: for a terminal, a notification, a screen reader."""
        lines = [self.title] if self.title else []
        for block in self.blocks:
            lines.extend(_lines(block))
        return "\n".join(lines)


def _lines(block: Block) -> list[str]:
    match block:
        case Paragraph():
            return [block.text]
        case Quote():
            return [f"“{block.text}”" + (f" ({block.by})" if block.by else "")]
        case Cited():
            head = f"{block.council}, {block.label}: {' › '.join(block.path)}"
            known = ", ".join(word for word in (block.strength, block.sure) if word)
            return [head, *([f"[{known}]"] if known else []), block.text, *(f"- {item}" for item in block.items)]
        case Facts():
            return [f"{name}: {value}" for name, value in block.rows]
        case Outline():
            return [
                "– " * line.depth + (f"{line.name}: {line.refs}" if line.refs else line.name) for line in block.lines
            ]
        case File():
            return [f"{block.label}: {block.name}"]
        case Buttons():
            return []


# ---------------------------------------------------------------- forms

#: What is written into one field, in characters, where nothing else is said: what the smallest platform's forms take.
LIMIT: Final = 3000
#: A `file` is asked for only where the platform can take one (`bot.setup`).
Kind: TypeAlias = Literal["line", "text", "date", "choice", "person", "file"]


class Option(Struct, frozen=True):
    """One choice of a `choice` or `person` field."""

    value: str
    label: str


class Field(Struct, frozen=True):
    """One thing a form asks for. `limit` is in characters."""

    name: str
    label: str
    kind: Kind = "line"
    options: tuple[Option, ...] = ()
    required: bool = True
    value: str = ""
    hint: str = ""
    limit: int = LIMIT


class Form(Struct, frozen=True):
    """What is filled in away from the chat. `id` is a token: it comes back in `Submit.form`."""

    id: str
    title: str
    fields: tuple[Field, ...]
    submit: str
    intro: tuple[Block, ...] = ()


# ---------------------------------------------------------------- out: what the bot does


class Whisper(Record, frozen=True):
    """A post that only the person who asked can see.

    `aloud` is the same as it may be said before everybody, where a platform can't whisper: without what is offered to
    the asker alone. None: it is nobody else's, wherever it was asked. `settles`: it answers a button or a form that
    changed something, so it may be shown in the place of the post that carried the button, or from which the form was
    opened: it holds whatever way on is left.
    """

    post: Post
    aloud: Post | None = None
    settles: bool = False


class Open(Record, frozen=True):
    """A form for the person who asked."""

    form: Form


class Reject(Record, frozen=True):
    """A form that can't be taken as it is: what is wrong, by field name."""

    problems: dict[str, str]


class Page(Record, frozen=True):
    """What stands on somebody's own page with the bot, from top to bottom. Only they see it."""

    posts: tuple[Post, ...]


Answer: TypeAlias = Whisper | Open | Reject | Page


class Send(Record, frozen=True):
    """A notice to one person, in private. `matter` is what it is about, so that one not delivered is not forgotten.

    `rests`: when it must not disturb: whose days of rest count, and the quiet hours from and until.
    `once`: better never than twice. All else is better twice than never. `hushed`: where it could not be delivered,
    that is not told to the administrators; one of them may be who it must not be known to.
    """

    to: Person
    post: Post
    matter: str = ""
    once: bool = False
    hushed: bool = False
    rests: tuple[Literal["england", "wales"], str, str] | None = None


class Announce(Record, frozen=True):
    """A notice to everybody in a place."""

    to: Place
    post: Post


class Edit(Record, frozen=True):
    """New words for a post that already stands somewhere."""

    of: Handle
    post: Post


Notice: TypeAlias = Send | Announce | Edit
