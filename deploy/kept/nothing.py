"""What stands in for a database where there is none: the records of a bot that was never asked anything.

In: whatever the core and the handbooks ask of what is kept. Out: nothing, each time.
Never: I/O; anything kept.
"""

from collections.abc import Sequence

from bot.concern import Concern, Listed, Part, Request
from bot.edition import Draft, Edition
from bot.handbook import Reached
from bot.records import AsItStands, Passed, Pin
from bot.review import Review
from bot.settings import Change


class NothingKept:
    """Records for the command line, which keeps none and takes nothing private."""

    async def unfit(self) -> str | None:
        """Always."""
        return "The command line keeps nothing."

    async def passed(self, _council: str, _id: str) -> Passed | None:
        """Nothing."""
        return None

    async def pin(self, _council: str, _key: str) -> Pin | None:
        """Nothing."""
        return None

    async def concern(self, _council: str, _id: str) -> Concern | None:
        """Nothing."""
        return None

    async def concerns(self, _council: str, _seat: str, _part: Part) -> Listed[Concern]:
        """None."""
        return Listed()

    async def request(self, _council: str, _id: str) -> Request | None:
        """Nothing."""
        return None

    async def requests(self, _council: str, _lead: str) -> Listed[Request]:
        """None."""
        return Listed()

    async def asked(self, _council: str, _asker: str) -> Listed[Request]:
        """None."""
        return Listed()

    async def review(self, _council: str, _document: str) -> Review | None:
        """Nothing."""
        return None

    async def reviews(self, _council: str) -> Sequence[Review]:
        """None."""
        return ()

    async def reach(self, _council: str) -> Sequence[Reached]:
        """Nothing."""
        return ()

    async def set_aside(self, _council: str) -> int:
        """None."""
        return 0

    async def change(self, _council: str, _id: str) -> Change | None:
        """Nothing."""
        return None

    async def changes(self, _council: str) -> Sequence[Change]:
        """None."""
        return ()

    async def edition(self, _council: str, _number: int) -> Edition | None:
        """Nothing."""
        return None

    async def editions(self, _council: str) -> Sequence[Edition]:
        """None."""
        return ()

    async def draft(self, _council: str) -> Draft | None:
        """Nothing."""
        return None

    async def as_it_stands(self, _council: str) -> AsItStands:
        """Nothing but the settings."""
        return AsItStands((), (), 0)
