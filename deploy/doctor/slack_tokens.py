"""One workspace of Slack: its token tried, what it may do, whose it is, and whether clerk and chair are there.

In: calls with its tokens. Out: findings. Never: a chat opened, a connection made that could hear anybody, a message; a
token in a finding.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from adapters.slack import PLATFORM, manifest
from deploy.doctor.findings import SLACK as AREA
from deploy.doctor.findings import Finding, parted
from deploy.doctor.ground import PATIENCE, Ground, why_unreached
from deploy.platforms import slack
from deploy.running.chats import line

if TYPE_CHECKING:
    from adapters.slack.calls import Calls
    from adapters.slack.refusals import Refused

#: api.slack.com/apps, Basic Information: what a signing secret looks like.
_SECRET: Final = re.compile(r"[0-9a-f]{32}")


class Token:
    """One workspace's. `called`: what a line may say of a token of which nobody knows whose it is."""

    def __init__(self, called: str, secret: str, ground: Ground) -> None:
        self._called = called
        self._secret = secret
        self._ground = ground

    async def tried(self, bot: "Calls", app: "Calls | None") -> tuple[str, list[Finding]]:
        """The workspace's id, empty where nobody can say, and what was found."""
        from adapters.slack.refusals import Refused

        try:
            told = await bot("auth.test", PATIENCE)
        except Refused as no:
            return "", [self._refused(no)]
        team, name = str(told.get("team_id", "")), str(told.get("team") or "")
        which = f"{name} ({team})" if name else team
        found = [AREA.fine("token", f"{self._called} is taken: it is for the workspace {which}.")]
        found += self._scopes(bot.scopes, which)
        found += signing_secret(self._secret, which) if self._secret else ()
        if app is not None:
            found.append(await _app_token(app, which))
        council = self._ground.whose(PLATFORM).get(team, "")
        if not council and not self._ground.unread:
            mend = f"Add this line to the settings of the council it belongs to:  {line(PLATFORM, team)}"
            found.append(AREA.wrong("workspace", f"The workspace {which} belongs to no council.", mend))
        return team, [*found, *await self._people(bot, council, team)]

    def _refused(self, no: "Refused") -> Finding:
        told, mend = parted(str(no))
        if no.ours:
            return AREA.wrong("token", f"{self._called} is not taken. {told}", mend)
        return AREA.untried("token", f"{self._called} could not be tried. {told}", mend or "Is this computer online?")

    def _scopes(self, has: frozenset[str] | None, which: str) -> Iterator[Finding]:
        if has is None:
            yield AREA.untried("scopes", f"Slack did not say what the app may do in {which}.")
            return
        missing, more = sorted(set(manifest.SCOPES) - has), sorted(has - set(manifest.SCOPES))
        paste = "Paste the manifest again (protocol-bot manifest slack), then install the app again."
        if missing:
            yield AREA.wrong("scopes", f"In {which} the app lacks permissions: {', '.join(missing)}.", paste)
        if more:
            yield AREA.look("scopes", f"In {which} the app may do more than it needs: {', '.join(more)}.", paste)
        if not missing and not more:
            yield AREA.fine("scopes", f"In {which} the app may do what it needs, and no more.")

    async def _people(self, bot: "Calls", council: str, team: str) -> list[Finding]:
        """The clerk and the chair, if they are told things here."""
        from adapters.slack.refusals import Refused
        from adapters.slack.workspace import why_unknown

        found = []
        for office, account in dict.fromkeys(self._ground.needed(council, PLATFORM, team)) if council else ():
            try:
                found.append(_seen(office, await why_unknown(bot, account, PATIENCE), council))
            except Refused as no:
                found.append(
                    AREA.untried("people", f"Slack could not say whether {office} is there. {no}", "", council)
                )
        return found


def signing_secret(secret: str, which: str) -> Iterator[Finding]:
    """Whether it is the right one, only a request of Slack's can tell."""
    if _SECRET.fullmatch(secret):
        yield AREA.fine("signing-secret", f"{slack.SECRET} for {which} looks like one.")
    else:
        told = f"{slack.SECRET} for {which} does not look like one: those have 32 letters from a to f and digits."
        yield AREA.look("signing-secret", told, "Copy it again: api.slack.com/apps, the app, Basic Information.")


async def _app_token(app: "Calls", which: str) -> Finding:
    """Slack gives an address to connect to; nobody connects, and it is good for a moment only."""
    from adapters.slack.refusals import Refused
    from adapters.slack.sockets import MEND

    try:
        await app("apps.connections.open", PATIENCE)
    except Refused as no:
        if no.ours or (no.code and not no.again):
            return AREA.wrong("app-token", f"For {which}: {parted(MEND % no.code)[0]}", parted(MEND % no.code)[1])
        return AREA.untried("app-token", f"The app token for {which} could not be tried. {no}")
    return AREA.fine("app-token", f"The app token for {which} is taken: Slack can be listened to (Socket Mode).")


def _seen(office: str, why: str, council: str) -> Finding:
    begins = f"{office[:1].upper()}{office[1:]}"
    if why:
        mend = "Ask them, and correct the account in the council's settings."
        return AREA.wrong("people", f"{begins} can't be told anything in Slack: {why_unreached(why)}.", mend, council)
    return AREA.fine("people", f"{begins} is there.", council)
