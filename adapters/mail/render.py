"""Notices as e-mail.

In: a post, whom it is for, what it is known by. Out: a message: the title, our own sentences, and where to act.
Never: I/O; a quotation, a clause, a fact or a button of the post; a header that anything in it could break out of.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from msgspec import Struct

from bot.addresses import is_address
from bot.conversation import Paragraph, Post

_KEY = re.compile(r"[A-Za-z0-9._-]{1,200}")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class Sentences(Struct, frozen=True):
    """Our words around every message: where to act, why it came; the subject of one that has no title."""

    act: str
    why: str
    subject: str


def message(post: Post, to: str, sender: str, key: str, at: datetime, words: Sentences) -> EmailMessage:
    """A message to one address. `key` makes its Message-ID: the same notice has the same, so that a repeat is known.

    Raises `ValueError`, without what it was given, for what can't stand in a header.
    """
    if not (is_address(to) and is_address(sender) and _KEY.fullmatch(key)) or _UNPRINTED.search(post.title):
        raise ValueError("that can't stand in the header of a message")
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = to
    made["Subject"] = post.title or words.subject
    made["Date"] = format_datetime(at.astimezone(UTC))
    made["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office reply comes back
    made.set_content("\n\n".join(_lines(post, words)) + "\n", charset="utf-8", cte="quoted-printable")
    return made


def _lines(post: Post, words: Sentences) -> Iterable[str]:
    """Only paragraphs are our own words; whatever else stands in a post is read in the chat."""
    yield from (block.text for block in post.blocks if isinstance(block, Paragraph))
    yield words.act
    yield f"-- \n{words.why}"
