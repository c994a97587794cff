"""The people of a workspace, as a platform tells of them, for whoever writes the council's settings.

In: nothing. Out: one shape for every platform. Never: a word of what anybody does there.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Somebody(Protocol):
    """A person. `guest`: the platform has let them in as a guest only."""

    @property
    def id(self) -> str:
        """At the platform, for good."""
        ...

    @property
    def name(self) -> str:
        """As the platform shows it."""
        ...

    @property
    def guest(self) -> bool:
        """Whether they are one."""
        ...


class Listed(NamedTuple):
    """One workspace and its people. `council` is empty where nobody has said yet which it belongs to.

    `title` says whose they are and by whose word, `guest` what a guest is called there, `missing` what is not listed.
    """

    platform: str
    workspace: str
    title: str
    guest: str
    people: Sequence[Somebody]
    missing: str = ""
    council: str = ""
