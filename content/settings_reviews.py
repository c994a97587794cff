"""What must hold of the dates and reminders of reviews beyond the shape of their fields.

In: `Settings`. Out: for each problem its path in the file, what is wrong, and the mend. Never: reads a file.
"""

from collections.abc import Iterator
from typing import Final

from bot.days import is_likely
from bot.review import PROTOCOL
from bot.settings import Linked, Settings
from content.check import ID, Problem, far
from content.settings_people import known, twice

#: What `reviews` can't do without, and how it looks.
_NEEDED: Final = {
    "lead": "Write days before the review, such as [90, 30, 7, 0].",
    "late": "Write days after it was due, such as [7, 14, 28].",
    "ladder": "Write who is told in turn, such as [clerk, chair, group].",
}
_ID_LENGTH: Final = 60


def problems(settings: Settings) -> Iterator[Problem]:
    """Everything wrong with `reviews`, in the order of its fields."""
    reviews = settings.reviews
    for field, mend in _NEEDED.items():
        values = getattr(reviews, field)
        if not values:
            yield f"$.reviews.{field}", "this is empty", mend
        for value in twice(values):
            yield f"$.reviews.{field}", f"{value} stands twice", "Delete one of the two."
    yield from (
        found for found in known("$.reviews.ladder", reviews.ladder, settings) if "stands twice" not in found[1]
    )
    ids = [linked.id for linked in reviews.documents]
    for i, linked in enumerate(reviews.documents):
        yield from _linked(f"$.reviews.documents[{i}]", linked, linked.id in ids[:i])


def _linked(path: str, linked: Linked, seen: bool) -> Iterator[Problem]:
    if not ID.fullmatch(linked.id) or len(linked.id) > _ID_LENGTH:
        yield f"{path}.id", f"{linked.id!r} is no id", "Use small letters, digits and hyphens: dignity-at-work."
    elif linked.id == PROTOCOL:
        yield f"{path}.id", f"{PROTOCOL!r} is what the protocol itself is called", "Give this document another id."
    elif seen:
        yield f"{path}.id", f"the id {linked.id!r} stands twice", "Give each document an id of its own."
    if not linked.name.strip():
        yield f"{path}.name", "this is empty", "Write what people call the document."
    for field in ("last", "next"):
        found = getattr(linked, field)
        if found and not is_likely(found):
            yield f"{path}.{field}", far(found), "Correct the year; where no day is known, delete it."
    if linked.next and linked.last and linked.next <= linked.last:
        yield f"{path}.next", f"{linked.next} is not after the last review, {linked.last}", "Correct one of the two."
