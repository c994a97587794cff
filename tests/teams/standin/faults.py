"""What goes wrong at Teams when a test wants it to.

In: Microsoft's names of what is wrong. Out: faults of its calls. Never: by chance.
"""

from dataclasses import dataclass
from typing import Any

from tests.amiss import Amiss


@dataclass(frozen=True)
class Fault(Amiss):
    """`code` and `sub` are Microsoft's names of what is wrong."""

    code: str = ""
    sub: str = ""

    def told(self) -> dict[str, Any]:
        """The body of such an answer."""
        return error(self.code or "ServiceError", sub=self.sub)


def error(code: str, message: str = "It was not done.", *, sub: str = "") -> dict[str, Any]:
    """learn.microsoft.com, Azure AI Bot Service: ErrorResponse object; with Teams' own code in it, if it has one."""
    told: dict[str, Any] = {"code": code, "message": message}
    return {"error": told | ({"subCode": sub, "innerHttpError": None} if sub else {})}


#: learn.microsoft.com, Teams: rate limiting for bots.
LIMITED = Fault(status=429, code="TooManyRequests", after="3")
#: learn.microsoft.com, Teams: send proactive messages: blocked, muted or taken away by this person.
BLOCKED = Fault(status=403, code="Forbidden", sub="MessageWritesBlocked")
NOT_INSTALLED = Fault(status=403, code="ForbiddenOperationException")
NOT_A_MEMBER = Fault(status=403, code="BotNotInConversationRoster")
DOWN = Fault(status=502, body="<html>Bad gateway</html>")
BROKEN = Fault(status=500, code="ServiceError")
#: It is said, and nobody hears that it was.
LOST = Fault(drops=True, takes=True)
