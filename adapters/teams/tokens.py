"""The bot's own token, with which it calls Teams.

In: whatever fetches one from Microsoft, in a thread, for that takes its time. Out: a token, or `Refused` with the mend.
Never: two fetches at once; a fetch while a token is good, or a moment after one failed; anything that Microsoft said
but its number (AADSTS…), for the rest names the app, the tenant and the request.
"""

import asyncio
import base64
import json
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from adapters.teams.refusals import Refused

#: Seconds that a token must still be good for; and that one is taken to be good for where it does not say so itself.
_EARLY: Final = 300.0
_UNSAID: Final = 600.0
#: Seconds before anything is fetched again, whether it was fetched or not.
_PAUSE: Final = 5.0
#: Seconds to wait for one. The thread may take longer; then whoever asks next waits for the same.
_PATIENCE: Final = 10.0

_NUMBER: Final = re.compile(r"AADSTS([0-9]{4,9})")
_VALUE: Final = (
    "Copy the value (not the id) of a client secret that has not expired from the app registration, Certificates & "
    "secrets, into TEAMS_APP_PASSWORD."
)
_EXPIRED: Final = (
    "The client secret has expired. Make a new one in the app registration, Certificates & secrets, and put its value "
    "into TEAMS_APP_PASSWORD."
)
_IDS: Final = "Compare TEAMS_APP_ID and TEAMS_TENANT_ID with the overview of the app registration in Microsoft Entra."
_CERTIFICATE: Final = (
    "Upload the certificate of TEAMS_APP_CERTIFICATE to the app registration, Certificates & secrets; if it has "
    "expired, make a new one."
)
_DISABLED: Final = "The app is disabled: an administrator of Microsoft Entra can let people and apps sign in to it."
_CONDITIONAL: Final = "A Conditional Access policy of the tenant keeps the app out: its administrators can except it."
_MANAGED: Final = (
    "There is no such managed identity here. Assign it to the Azure resource that the bot runs on, and set "
    "TEAMS_APP_ID to its client id."
)
_CREDENTIALS: Final = "Compare TEAMS_APP_ID, TEAMS_TENANT_ID and the secret or certificate with the app registration."
_UNREACHED: Final = "Microsoft’s login can’t be reached."
_UNBELIEVED: Final = (
    "Microsoft’s login shows a certificate that this computer does not believe. If a proxy of the council’s reads "
    "along, name its certificate by REQUESTS_CA_BUNDLE."
)
#: The instance metadata service of Azure; it is on no other computer.
_AZURE: Final = "//169.254.169.254/"

#: Microsoft's numbers (learn.microsoft.com, "Microsoft Entra authentication and authorization error codes").
_MENDS: Final[Mapping[int, str]] = {
    7000215: _VALUE,
    7000216: _VALUE,
    7000218: _VALUE,
    7000222: _EXPIRED,
    700016: _IDS,
    7000229: "The app has no enterprise application in the tenant of TEAMS_TENANT_ID: an administrator can add it.",
    90002: _IDS,
    900023: _IDS,
    50034: _IDS,
    700027: _CERTIFICATE,
    700024: "What the certificate signed is not good yet, or not any more: set this computer’s clock right.",
    7000214: _CERTIFICATE,
    7000112: _DISABLED,
    5000112: _DISABLED,
    7000114: _DISABLED,
    53003: _CONDITIONAL,
    530036: _CONDITIONAL,
}
#: Those that pass by themselves: Microsoft is busy.
_PASS: Final = (50196, 90006, 90012, 90020, 90024, 90033, 90041, 90090)


class _No(NamedTuple):
    code: str
    why: str
    ours: bool

    def refused(self) -> Refused:
        return Refused(self.code, self.why, again=True, ours=self.ours)


_LATE: Final = _No("", "Microsoft’s login did not answer in time.", ours=False)


class Tokens:
    """One app's token, fetched when it is needed. `now`: seconds since 1970; `tick`: any seconds.

    `fetch` blocks, brings a new token each time, and raises whatever it likes.
    """

    def __init__(
        self,
        fetch: Callable[[], str],
        *,
        now: Callable[[], float] = time.time,
        tick: Callable[[], float] = time.monotonic,
        patience: float = _PATIENCE,
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._tick = tick
        self._patience = patience
        self._token = ""
        self._renewed = self._ends = self._failed = self._refused = -math.inf
        self._is_refused = False
        self._no: _No = _LATE
        self._fetching: asyncio.Task[str | _No] | None = None

    async def __call__(self, fresh: bool = False) -> str:
        """The token. `fresh`: the last one was refused, so that another is fetched, for all who say so just now.

        Raises `Refused`: `ours` where somebody has to mend something, else it is worth another try in a while.
        """
        if fresh and self._tick() - self._refused >= _PAUSE:
            self._refused, self._is_refused = self._tick(), True
        if self._now() < self._renewed and not (fresh and self._is_refused):
            return self._token
        fetching = self._begun()
        if not fresh and self._now() < self._ends:
            return self._token  # it is renewed meanwhile
        if fetching is None:
            raise self._no.refused()
        done, _ = await asyncio.wait({fetching}, timeout=self._patience)
        outcome = fetching.result() if done else _LATE
        if isinstance(outcome, _No):
            raise outcome.refused()
        return outcome

    def _begun(self) -> asyncio.Task[str | _No] | None:
        """The one fetch in hand; None a moment after one failed."""
        if self._fetching is None and self._tick() - self._failed >= _PAUSE:
            self._fetching = asyncio.create_task(self._get())
        return self._fetching

    async def _get(self) -> str | _No:
        try:
            token = await asyncio.to_thread(self._fetch)
            self._renewed, self._ends = self._span(token)
        except Exception as failed:
            self._no, self._failed = _meant(failed), self._tick()
            return self._no
        finally:
            self._fetching = None
        self._token, self._is_refused = token, False
        return token

    def _span(self, token: str) -> tuple[float, float]:
        """When it is to be renewed, and when it is good no more; short ones at half their time."""
        now = self._now()
        ends = _end(token)
        left = ends - now if ends is not None else _UNSAID
        return now + max(left - _EARLY, left / 2), now + left


def _end(token: str) -> float | None:
    """What it says itself (RFC 7519, exp); nobody here can check that, and nobody has to."""
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        end = float(claims["exp"])
    except (LookupError, ValueError, TypeError, RecursionError, OverflowError):
        return None
    return end if math.isfinite(end) else None


def _meant(failed: Exception) -> _No:
    """What a failure means: by Microsoft's number, else by its kind. Nothing else of it is kept."""
    for one in _chain(failed):
        if found := _NUMBER.search(str(one)):
            number = int(found[1])
            passes = number in _PASS
            why = "Microsoft is busy." if passes else _MENDS.get(number, _CREDENTIALS)
            return _No(found[0], f"Microsoft gives the bot no token ({found[0]}). {why}", ours=not passes)
    if isinstance(failed, KeyError) or _AZURE in str(getattr(getattr(failed, "request", None), "url", "")):
        return _No("ManagedIdentity", f"Microsoft gives the bot no token. {_MANAGED}", ours=True)
    if isinstance(failed, PermissionError | ValueError) and not _is_network(failed):
        return _No("", f"Microsoft gives the bot no token. {_CREDENTIALS}", ours=True)
    unbelieved = any("SSLError" in type(one).__name__ for one in _chain(failed))
    return _No("", _UNBELIEVED if unbelieved else _UNREACHED, ours=False)


def _is_network(failed: Exception) -> bool:
    """Of the kind that `requests` raises; some of those are a `ValueError` too."""
    return isinstance(failed, OSError) and not isinstance(failed, PermissionError)


def _chain(failed: BaseException | None) -> Iterator[BaseException]:
    """It, and what it came of."""
    while failed is not None:
        yield failed
        failed = failed.__cause__ or failed.__context__
