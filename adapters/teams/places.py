"""What the bot remembers of its conversations in Teams.

In: a tenant, a conversation, a person. Out: the port that `storage` fulfils.
Never: I/O; what was said anywhere.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Known(Protocol):
    """One conversation. `who` is the id of the person whose own chat it is, empty where it is shared."""

    @property
    def tenant(self) -> str:
        """The council's Microsoft 365, in lower case."""
        ...

    @property
    def id(self) -> str:
        """The conversation's, without `;messageid=…`."""
        ...

    @property
    def service_url(self) -> str:
        """Where Teams said last that it is to be called for this conversation."""
        ...

    @property
    def who(self) -> str:
        """An AAD object id in lower case; else their id in Teams (`29:…`), which tells capitals apart."""
        ...


class Places(Protocol):
    """The conversations known in each tenant. Kept on install, on update and at the first word.

    An own chat is kept once it is known whose it is, and never as one that is shared.
    """

    async def chat(self, tenant: str, who: str) -> Known | None:
        """This person's own chat with the bot."""
        ...

    async def place(self, tenant: str, id: str) -> Known | None:
        """One conversation."""
        ...

    async def newest(self, tenant: str) -> Known | None:
        """The one heard of last, for its service URL."""
        ...

    async def shared(self, tenant: str) -> Sequence[Known]:
        """All that are more than one person's."""
        ...

    async def keep(self, tenant: str, id: str, *, service_url: str, who: str, at: datetime) -> bool:
        """Remember it as it is now; says whether it is new.

        Whose own chat it is must be sure. One that is somebody's stays theirs where nobody (`""`) is named.
        """
        ...

    async def forget(self, tenant: str, id: str) -> None:
        """It is gone, or the app was taken out of it."""
        ...
