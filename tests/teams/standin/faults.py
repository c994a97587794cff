"""What goes wrong at Teams when a test wants it to.

In: what is called, and a fault. Out: what the next such call meets. Never: by chance.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

#: Whatever is called; for a Teams that is down altogether.
ANY = "*"


@dataclass(frozen=True)
class Fault:
    """`takes`: what was asked is done all the same, as when only the answer is lost.

    `code` and `sub` are Microsoft's names of what is wrong; `after` a Retry-After in seconds; `delay` seconds before
    the answer; `drops`: the connection ends without an answer, `halves` in the middle of it; `location` is where a
    redirect leads.
    """

    status: int = 200
    code: str = ""
    sub: str = ""
    after: str | None = None
    delay: float = 0.0
    drops: bool = False
    halves: bool = False
    takes: bool = False
    body: str | None = None
    location: str = ""

    def told(self) -> dict[str, Any]:
        """The body of such an answer."""
        return error(self.code or "ServiceError", sub=self.sub)


def error(code: str, message: str = "It was not done.", *, sub: str = "") -> dict[str, Any]:
    """learn.microsoft.com, Azure AI Bot Service: ErrorResponse object; with Teams' own code in it, if it has one."""
    told: dict[str, Any] = {"code": code, "message": message}
    return {"error": told | ({"subCode": sub, "innerHttpError": None} if sub else {})}


#: learn.microsoft.com, Teams: rate limiting for bots.
LIMITED = Fault(status=429, code="TooManyRequests", after="3")
#: The same page: another call has changed the conversation meanwhile.
CHANGED = Fault(status=412, code="PreconditionFailed")
#: learn.microsoft.com, Teams: send proactive messages: blocked, muted or taken away by this person.
BLOCKED = Fault(status=403, code="Forbidden", sub="MessageWritesBlocked")
NOT_INSTALLED = Fault(status=403, code="ForbiddenOperationException")
NOT_A_MEMBER = Fault(status=403, code="BotNotInConversationRoster")
DOWN = Fault(status=502, body="<html>Bad gateway</html>")
BROKEN = Fault(status=500, code="ServiceError")
#: It is said, and nobody hears that it was.
LOST = Fault(drops=True, takes=True)


class Faults:
    """What is still to go wrong, by what is called."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault | None]] = defaultdict(list)

    def put(self, call: str, fault: Fault | None, times: int = 1) -> None:
        """The next so many of these calls meet this; with None they go well."""
        self._waiting[call].extend([fault] * times)

    def take(self, call: str) -> Fault | None:
        """What this call meets; None where all is well."""
        for name in (call, ANY):
            if self._waiting[name]:
                return self._waiting[name].pop(0)
        return None

    def clear(self) -> None:
        """All is well again."""
        self._waiting.clear()
