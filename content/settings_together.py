"""What must hold of several councils together: each has an id of its own, and workspaces of its own.

In: councils' settings. Out: for each problem at which of them it is, its path there, what is wrong, and the mend.
Never: minds one person in several councils: an account in each, the same e-mail address.
"""

from collections.abc import Iterator, Sequence

from bot.addresses import EMAIL
from bot.settings import Settings
from content.check import Problem
from content.settings_people import person_of


def problems(councils: Sequence[Settings]) -> Iterator[tuple[int, Problem]]:
    """Everything that can't be so at once; told at the later of two."""
    known: set[str] = set()
    whose: dict[tuple[str, str], str] = {}
    for i, own in enumerate(councils):
        if own.council in known:
            mend = "Give each council an id of its own, or delete one of the two."
            yield i, ("$.council", f"the council {own.council!r} stands twice", mend)
        known.add(own.council)
        for path, platform, workspace in workspaces_of(own):
            other = whose.setdefault((platform, workspace), own.council)
            if other != own.council:
                yield i, (path, f"the workspace {workspace!r} of {platform} is {other}'s already", _MEND)


_MEND = (
    "A workspace belongs to one council: take it, or the account that is in it, out of the settings of one of the two."
)


def workspaces_of(own: Settings) -> Iterator[tuple[str, str, str]]:
    """Where each workspace stands that a council names, by itself or in an account: path, platform, id."""
    for platform, workspace in own.workspaces.items():
        yield f"$.workspaces.{platform}", platform, workspace
    for i, person in enumerate(own.people):
        for account in person.accounts:
            who = person_of(account, own)
            if who.platform != EMAIL:
                yield f"$.people[{i}].accounts", who.platform, who.tenant
