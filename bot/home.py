"""Somebody's own page with the bot: what waits for them, what they raised, where reviews stand, what they can ask.

In: a visit. Out: posts, each as its own desk shows it in the private chat.
Never: a story or another's name from a concern; anything that depends on what others raised about the visitor.
"""

import logging

from bot import following, handling, help, offices, posts, reviews, telling
from bot.conversation import Page, Paragraph, Person, Post, Visit
from bot.handbook import Handbook
from bot.ports import Records

log = logging.getLogger(__name__)


async def page(event: Visit, handbook: Handbook, records: Records) -> Page:
    """The whole page, from top to bottom. Nothing is changed by drawing it."""
    who = event.who
    shown = (
        *await _private(who, handbook, records),
        await _to_confirm(who, handbook, records),
        await reviews.overview(who, event.at, handbook, records),
        _asking(handbook),
    )
    return Page(tuple(post for post in shown if post is not None))


async def _private(who: Person, handbook: Handbook, records: Records) -> tuple[Post | None, ...]:
    """What waits, and what they raised; where that can't be read, what can be looked up is shown all the same."""
    words = handbook.words
    try:
        if await records.unfit() is not None:
            return (posts.note(words, "cannot-keep", title=words("mine-title")),)
        return await handling.awaited(who, handbook, records), await following.raised(who, handbook, records)
    except Exception as failed:  # only its kind is told: an error may hold somebody's words
        log.error("what is kept in private could not be read for a page: %s", type(failed).__name__)
        return (posts.note(words, "home-unread", title=words("mine-title")),)


async def _to_confirm(who: Person, handbook: Handbook, records: Records) -> Post | None:
    """Changes to the council's settings that wait for their word."""
    words, changes = handbook.words, await records.changes(handbook.council)
    looks = offices.looks(handbook.roster.seat(who), changes, handbook)
    return posts.note(words, "home-changes", *looks, title=words("change-waits-title")) if looks else None


def _asking(handbook: Handbook) -> Post:
    """The way to raise a concern first, which stands out; then what can be looked up."""
    words, nothing = handbook.words, posts.nothing_yet(handbook)
    return Post(
        (
            Paragraph(words("home-ask-nothing") if nothing else words("home-ask", place=handbook.place)),
            *posts.buttons(telling.button(words, "raise-it", "start", primary=True)),
            *posts.buttons(*help.ways(handbook, primary=False), posts.run(words, "home-help", "help")),
            Paragraph(words("home-yours"), small=True),
        ),
        title=words("home-title"),
    )
