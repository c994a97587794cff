"""What the refusals of Teams mean, said once.

In: the HTTP status, Teams' own word for it, how long it asks to be left alone. Out: `Refused`, with the mend.
Never: I/O; a word of what was sent, or of the message that came with an error: it may quote what was sent.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal, TypeAlias

from bot.errors import NotDelivered

#: again: later, nothing arrived. unsure: it may have arrived. ours: the bot is not let in, which can be mended.
#: never: this can't be delivered as it is. shut: this conversation takes nothing from the bot; where it is a person's
#: own chat, they can't be told anything (`out_of_reach`).
Verdict: TypeAlias = Literal["again", "unsure", "ours", "never", "shut"]

_CREDENTIALS: Final = (
    "Compare TEAMS_APP_ID, TEAMS_TENANT_ID and the app’s secret or certificate with the app registration in Microsoft "
    "Entra, and see that the Azure bot has its Teams channel."
)
_POLICIES: Final = (
    "An administrator of Microsoft 365 has to allow the app (Teams admin centre, Manage apps, and app permission "
    "policies)."
)
_GOVERNMENT: Final = "The tenant is in another of Microsoft’s clouds. Only the public one is served."
_ADD: Final = "Add the app to the team or the chat again."
_MODERATION: Final = "The owners of the team can let the app post in the channel’s settings."
_REPORT: Final = "That is a fault of Protocol Bot: please report it, with this word."
_PERSON: Final = (
    "They have to add the app to their Teams, or unblock it; the administrator of Microsoft 365 can add it for "
    "everybody. If they don’t use this account any more, correct it in the council’s settings."
)

#: Microsoft's words for it, what each means for us, and the mend (learn.microsoft.com, Teams: "Status codes from bot
#: conversational APIs", and "Send proactive messages" for MessageWritesBlocked).
REFUSALS: Final[Mapping[str, tuple[Verdict, str]]] = {
    # the bot itself is not let in
    "BotNotRegistered": ("ours", _CREDENTIALS),
    "Unauthorized": ("ours", _CREDENTIALS),
    "BotDisabledByAdmin": ("ours", _POLICIES),
    "TenantNoPermission": ("ours", _POLICIES),
    "InvalidBotApiHost": ("ours", _GOVERNMENT),
    # Teams itself, and it passes
    "Throttled": ("again", ""),
    "PreconditionFailed": ("again", ""),
    "ServiceUnavailable": ("unsure", ""),
    "ServiceError": ("unsure", ""),
    # this conversation
    "BotNotInConversationRoster": ("shut", _ADD),
    "ForbiddenOperationException": ("shut", _ADD),
    "ConversationBlockedByUser": ("shut", _MODERATION),
    "MessageWritesBlocked": ("shut", _MODERATION),
    "ConversationNotFound": ("never", "The channel or the chat was deleted: choose another."),
    "NotEnoughPermissions": ("shut", _POLICIES),
    # this post
    "ActivityNotFoundInConversation": ("never", "The post was deleted."),
    "MessageSizeTooBig": ("never", _REPORT),
    "BadArgument": ("never", _REPORT),
    "BadSyntax": ("never", _REPORT),
}

#: Why somebody can't be told anything (`bot.reach.WHYS`), where Microsoft's word says more than that it refuses.
WHYS: Final[Mapping[str, str]] = {
    "ForbiddenOperationException": "not-installed",
    "BotNotInConversationRoster": "not-installed",
    "ConversationBlockedByUser": "blocked",
    "MessageWritesBlocked": "blocked",
}

#: What it means where no word came, or one that nobody knows. A bare 403 or 404 may be a proxy's, or a server's where
#: Teams is no more: nobody is out of reach for that.
_BY_STATUS: Final[Mapping[int, str]] = {
    401: "Unauthorized",
    412: "PreconditionFailed",
    413: "MessageSizeTooBig",
    429: "Throttled",
}
#: The same whatever word came with it: what matters is the status.
_ALWAYS: Final = (401, 412, 413, 429)

_KNOWN: Final = re.compile(r"[A-Z][A-Za-z0-9]{0,60}")
_SUB_CODE: Final = re.compile(r'"subCode"\s*:\s*"([A-Za-z0-9]{1,60})"')
_LONGEST: Final = 24 * 3600  # a number of seconds gone wrong must not put anything off for good
_SHORT: Final = 5  # seconds, where Teams does not say for how long


class Refused(NotDelivered):
    """`code` is Microsoft's own word, or empty; `status` the HTTP status, 0 where no answer came.

    `ours`: the bot itself is not let in, which somebody has to mend. `shut`: this conversation takes nothing from it.
    """

    def __init__(
        self,
        code: str,
        why: str,
        *,
        again: bool,
        unsure: bool = False,
        after: timedelta | None = None,
        unreachable: bool = False,
        ours: bool = False,
        shut: bool = False,
        status: int = 0,
    ) -> None:
        super().__init__(why, again=again, unsure=unsure, after=after, unreachable=unreachable)
        self.code = code
        self.ours = ours
        self.shut = shut
        self.status = status

    @property
    def gone(self) -> bool:
        """Whether Microsoft itself says that there is no such conversation, post or person."""
        return self.status == 404 and bool(self.code)

    @property
    def passes(self) -> bool:
        """Whether it did not arrive, and a moment's patience can help: Teams is busy, or can't be reached."""
        busy = self.status in (412, 429) or (self.status == 0 and self.again)
        return busy and not self.unsure and not self.ours


def refused(
    status: int, code: str, retry_after: str = "", *, says: bool = True, now: datetime | None = None
) -> Refused:
    """What an answer other than 2xx means. `says`: it was to post something, which may stand there now.

    A word that nobody knows yet is tried again: most that are new are about a tenant's policies, which people change.
    `now` is only needed where Retry-After may be a date.
    """
    if not _KNOWN.fullmatch(code) or (status in _ALWAYS and REFUSALS.get(code, ("",))[0] != "ours"):
        code = _BY_STATUS.get(status, "")
    if not code:
        return _wordless(status, says=says)
    if status == 403 and code == "BadArgument":  # an id of another bot's, or a fault of theirs that passes
        return Refused(code, f"Teams does not know this conversation as ours ({code}).", again=True, status=status)
    verdict, mend = REFUSALS.get(code, ("unsure" if status >= 500 else "again", ""))
    return Refused(
        code,
        f"Teams refused it ({code}). {mend}".rstrip(),
        again=verdict in ("again", "unsure", "ours"),
        unsure=says and (verdict == "unsure" or (verdict == "again" and status >= 500)),
        after=seconds(retry_after, now) if status in (412, 429, 503) and (retry_after or status == 429) else None,
        ours=verdict == "ours",
        shut=verdict == "shut" or (status == 403 and code not in REFUSALS),
        status=status,
    )


def _wordless(status: int, *, says: bool) -> Refused:
    """Only a server's own fault may have posted something before it; a redirect or a refusal has not.

    Microsoft says why it refuses: whoever did not may not be Microsoft, and says nothing of a person or a place.
    """
    why = f"Teams answered {status} and nothing that can be read."
    if status in (400, 405, 415):
        return Refused("", f"{why} {_REPORT}", again=False, status=status)
    unsure = says and not 300 <= status < 500
    return Refused("", why, again=True, unsure=unsure, status=status)


def out_of_reach(no: Refused) -> Refused:
    """Teams lets nothing be said in somebody's own chat with the bot, or lets it open none."""
    word = no.code or str(no.status)
    why = f"Nothing can be said in this person’s own chat ({word}). {_PERSON}"
    return Refused(no.code, why, again=False, unreachable=True, shut=True, status=no.status)


def no_account() -> Refused:
    """Nobody can have such an account."""
    why = (
        "An account in Teams is the object id that Microsoft Entra shows for a person; this is none. "
        "Correct it in the council’s settings."
    )
    return Refused("", why, again=False, unreachable=True)


def unanswered(why: str, *, says: bool) -> Refused:
    """No answer came; where something was to be posted, it may stand there all the same."""
    return Refused("", why, again=True, unsure=says)


def foreign() -> Refused:
    """A service URL that is not on the list: the bot's token would go there."""
    why = (
        "The service URL of this conversation is not on the list of allowed hosts, so nothing was sent there. "
        "If it is Microsoft’s, add its host to TEAMS_ALLOWED_SERVICE_HOSTS."
    )
    return Refused("", why, again=False)


def crowded(wait: float) -> Refused:
    """Sending it now would be faster than Microsoft allows; `wait` in seconds."""
    after = timedelta(seconds=min(wait, _LONGEST))
    return Refused("Throttled", "More is being said there than Teams allows.", again=True, after=after)


def word(body: object) -> str:
    """Microsoft's word in the body of an error, empty where there is none.

    There are two shapes: `{"error": {"code": …}}`, and `{"errorCode": 209, "message": "{… \\"subCode\\": … }"}`, of
    which "Send proactive messages" (learn.microsoft.com) has an example. The first may carry the second in its message.
    """
    if not isinstance(body, Mapping):
        return ""
    error: Any = body.get("error")
    inner: Mapping[str, Any] = error if isinstance(error, Mapping) else {}
    for message in (inner.get("message"), body.get("message")):
        if isinstance(message, str) and (sub := _SUB_CODE.search(message)):
            return sub[1]
    for code in (body.get("subCode"), inner.get("subCode"), inner.get("code"), body.get("code")):
        if isinstance(code, str) and _KNOWN.fullmatch(code.replace(" ", "")):
            return code.replace(" ", "")
    return ""


def seconds(retry_after: str, now: datetime | None = None) -> timedelta:
    """RFC 9110, Retry-After: seconds or a date; a few seconds where it says nothing that can be read."""
    told = retry_after.strip()
    if told.isascii() and told.isdecimal():
        return timedelta(seconds=min(int(told[:9]), _LONGEST))
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return timedelta(seconds=_SHORT)
    left = (until.replace(tzinfo=until.tzinfo or UTC) - (now or datetime.now(UTC))).total_seconds()
    return timedelta(seconds=min(max(0, round(left)), _LONGEST))
