"""A clause shown to somebody can be shown to everybody in the channel: the button, what it stands for, the notice.

In: clauses; a button that was pressed. Out: a button; a turn with a notice to the channel.
Never: shares in a private chat; a word of whoever asked; a clause that is not in the wording in force.
"""

from collections.abc import Sequence

from bot import posts
from bot.contents import Stand
from bot.conversation import Announce, Button, Paragraph, Post, Press, Whisper
from bot.desk import Asker
from bot.handbook import Handbook
from bot.records import Turn
from bot.tokens import Token

_NUMERAL = 7  # digits of an edition's number: a button can be made up


def button(asker: Asker, stands: Sequence[Stand], handbook: Handbook) -> Button | None:
    """Only where there is somebody to share it with. Further clauses that are perhaps meant are not shared."""
    if asker.private or not asker.may_act:
        return None
    value = ids([stand.id for stand in stands], handbook)
    return Button(handbook.words("share"), str(Token("clauses", "share", value)), primary=True)


def ids(stands: Sequence[str], handbook: Handbook) -> str:
    """As a button carries them: with the edition they are of, for another may have come into force when it is pressed.

    An id may then be another clause's. Without a number they are those of the wording before any was adopted.
    """
    return f"{handbook.edition}@{','.join(stands)}" if handbook.edition else ",".join(stands)


def meant(value: str, handbook: Handbook) -> list[Stand]:
    """What the ids of a button stand for in the wording in force; nothing for a clause that is gone."""
    number, _, ids = value.rpartition("@")
    edition = int(number) if number.isdecimal() and len(number) < _NUMERAL else 0
    return [stand for id in ids.split(",") if (stand := handbook.still(id, edition)) is not None]


def share(event: Press, handbook: Handbook, stands: Sequence[Stand]) -> Turn:
    """Show it to everybody where the button was pressed."""
    words = handbook.words
    if not stands:
        return Turn(answer=_for_anybody(posts.note(words, "gone", place=handbook.place)))
    if event.where.private:
        return Turn(answer=Whisper(posts.note(words, "share-where")))
    if not handbook.roster.may_act(event.who):
        return Turn(answer=Whisper(posts.note(words, "not-listed", clerk=posts.clerks(handbook))))
    said = words("shared-by", name=handbook.roster.name(event.who), place=handbook.place)
    title = words("answer-title", place=handbook.place)
    shared = Post((Paragraph(said), *posts.clauses(handbook.contents, stands, words)), title=title)
    return Turn(answer=_for_anybody(posts.note(words, "shared")), notices=(Announce(to=event.where, post=shared),))


def _for_anybody(post: Post) -> Whisper:
    return Whisper(post, aloud=post)
