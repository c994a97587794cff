"""Who may speak to the bot as Teams: every request is checked here before anything else sees it.

In: headers, then the activity; the keys that Microsoft publishes. Out: nothing, or `Untrusted`.
Never: has a body read of somebody whom Microsoft did not sign for; believes a claim that is not signed, a key that does
not vouch for Teams, or a tenant that is no council's; waits for the key server where a known key will do; refuses for
good what nobody can tell just now; writes a token or a payload into the log.

The rules: learn.microsoft.com, "Authentication with the Bot Connector API", authenticate requests from the Bot
Connector service to your bot; that the tenant is the bot's to check: "Agent tenancy". A token says nothing of the body
beyond its `serviceUrl`, and is good for about an hour: a request that somebody recorded passes once more, and is then
known by its activity's id, as when Teams sends it twice.
"""

import asyncio
import json
import logging
import math
import re
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from multidict import MultiMapping

from adapters.teams.addresses import allowed, is_safe, origin, proxy
from bot.ports import Clock
from bot.remembered import Remembered

log = logging.getLogger(__name__)

ISSUER: Final = "https://api.botframework.com"
CHANNEL: Final = "msteams"
_ALGORITHM: Final = "RS256"
#: How far two clocks may be apart; Microsoft's own number.
_SKEW: Final = timedelta(minutes=5)
_BEARER: Final = re.compile(r"bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)", re.ASCII | re.IGNORECASE)
_LONGEST_TOKEN: Final = 16_000  # characters; real ones have about a thousand
_TOKENS: Final = 500  # that are known again; Microsoft has few at a time, each good for an hour or a day
_LONGEST_ID: Final = 200  # characters of a key's id
_JWS: Final = jwt.PyJWS()

#: Microsoft: "the list of signing keys is stable", but is to be looked at every day. Seconds.
_RENEWED: Final = 3600.0
_GOOD_FOR: Final = 24 * 3600.0
#: So many fetches at once, and another every so many seconds: made-up key ids can't make for more. Seconds after one
#: that failed.
_AT_ONCE: Final = 3
_PAUSE: Final = 15.0
_AGAIN: Final = 5.0
#: Seconds for both documents together. Teams waits five for an answer to a button.
_PATIENCE: Final = 3.0
_BIGGEST: Final = 1 << 18  # bytes of a document
_MOST: Final = 100  # keys
_BITS: Final = range(2048, 8193)


#: What is left to be checked of the activity. Raises `Untrusted`.
Check: TypeAlias = Callable[[Mapping[str, Any]], None]


class Untrusted(Exception):
    """Not to be heard. `status` is all that the sender is told: 401, 403 for a foreign tenant, 503 for not now."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def refuse(reason: str, status: int = 401) -> NoReturn:
    """Raises `Untrusted`.

    The reason is in our words alone: whoever sends what can't be trusted writes nothing into the log.
    """
    log.warning("a request to the bot was not let in: %s", reason)
    raise Untrusted(status, reason)


# ---------------------------------------------------------------- the keys


class Key(NamedTuple):
    """A key of Microsoft's, and the channels that it vouches for."""

    public: RSAPublicKey
    endorses: frozenset[str]


class Keys:
    """The keys that Microsoft publishes, as they were last seen. `tick` counts seconds.

    A known key is never waited for: after an hour the keys are looked at again meanwhile. While the key server is away
    they stay good for a day. A key that is not there any more is dropped with the next look. An unknown key is looked
    for at once; where many are made up, every few seconds, so that a new one is seen all the same.
    """

    def __init__(
        self, session: aiohttp.ClientSession, openid_url: str, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._url = openid_url
        self._tick = tick
        self._keys: dict[str, Key] = {}
        self._seen = self._next = -math.inf
        self._spare, self._counted = float(_AT_ONCE), -math.inf
        self._fetching: asyncio.Task[None] | None = None
        self._failed = False

    @property
    def ready(self) -> bool:
        """Whether anybody could be let in now."""
        return self._age() <= _GOOD_FOR

    @property
    def sure(self) -> bool:
        """Whether a key that `get` does not have is none of Microsoft's; else nobody can tell now."""
        return self.ready and not self._failed

    async def get(self, kid: str) -> Key | None:
        """The key of that id; None where Microsoft does not publish it, or where that is not `sure`."""
        if not self.ready or kid not in self._keys:
            await self._looked()
        elif self._age() > _RENEWED:
            self._look()
        return self._keys.get(kid) if self.ready else None

    async def warm(self) -> None:
        """Looked at once before they are needed; where that fails, it is tried again when they are."""
        await self._looked()

    async def close(self) -> None:
        """Nothing is fetched any more."""
        if self._fetching is not None:
            self._fetching.cancel()
            with suppress(asyncio.CancelledError):
                await self._fetching

    def _age(self) -> float:
        return self._tick() - self._seen

    async def _looked(self) -> None:
        """One fetch for all who wait for one; it goes on where somebody is gone meanwhile."""
        if (fetching := self._look()) is not None:
            await asyncio.wait({fetching})

    def _look(self) -> asyncio.Task[None] | None:
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        now = self._tick()
        self._spare, self._counted = min(_AT_ONCE, self._spare + (now - self._counted) / _PAUSE), now
        if self._spare < 1 or now < self._next:
            return None
        self._fetching = asyncio.create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        began = self._tick()
        try:
            async with asyncio.timeout(_PATIENCE):
                self._keys = await self._published()
        except Exception as failed:  # whatever it is, the old keys are still the best there is
            self._next, self._failed = self._tick() + _AGAIN, True
            log.warning("Microsoft’s keys could not be fetched: %s", type(failed).__name__)
            return
        self._seen, self._failed = began, False
        self._spare -= 1

    async def _published(self) -> dict[str, Key]:
        """Raises `ValueError` for what are no keys: then the old ones are still the best there is."""
        where = (await self._document(self._url)).get("jwks_uri")
        if not isinstance(where, str) or origin(where) != origin(self._url):
            raise ValueError("the keys are said to be somewhere else")
        listed = (await self._document(where)).get("keys")
        found: dict[str, Key] = {}
        for one in listed[:_MOST] if isinstance(listed, list) else ():
            if (read := _key(one)) is not None:
                found.setdefault(one["kid"], read)
        if not found:
            raise ValueError("there are no keys in it")
        return found

    async def _document(self, url: str) -> dict[str, Any]:
        whose = origin(url)
        if whose is None or not is_safe(whose):
            raise ValueError("an address that anybody could answer at")
        asked = {"Accept": "application/json", "Accept-Encoding": "identity"}
        raw = bytearray()
        async with self._session.get(url, headers=asked, allow_redirects=False, proxy=proxy(url)) as response:
            if response.status != 200:
                raise ValueError("no document")
            async for chunk in response.content.iter_chunked(1 << 14):
                raw += chunk
                if len(raw) > _BIGGEST:
                    raise ValueError("too large a document")
        found = json.loads(raw.decode())
        return found if isinstance(found, dict) else {}


def _key(jwk: Any) -> Key | None:
    """RFC 7517. None for what is no key to check a signature with."""
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str) or jwk.get("use", "sig") != "sig":
        return None
    if jwk.get("kty") != "RSA" or jwk.get("alg", _ALGORITHM) != _ALGORITHM:
        return None
    try:
        public = jwt.PyJWK(jwk, algorithm=_ALGORITHM).key
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size not in _BITS:
        return None
    vouched = jwk.get("endorsements")
    names = vouched if isinstance(vouched, list) else ()
    return Key(public, frozenset(name for name in names if isinstance(name, str)))


# ---------------------------------------------------------------- a request


class _Signed(NamedTuple):
    """A token whose signature was found good: what it claims, and by which key."""

    claims: Mapping[str, Any]
    kid: str
    key: Key


class Trust:
    """The bot's own app, as Microsoft calls it, for these tenants by these connector services.

    Microsoft sends one token with many requests: its signature is looked at once for each key that is fetched, and of
    the token no more is remembered than a digest. All that can change meanwhile, as time does, is looked at each time.
    """

    def __init__(self, app_id: str, tenants: Collection[str], hosts: Collection[str], keys: Keys, clock: Clock) -> None:
        if not app_id:
            raise ValueError("without an app id a token for anybody would do")
        self._app_id = app_id
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        self._hosts = frozenset(host.lower() for host in hosts)
        self._keys = keys
        self._clock = clock
        self._signed: Remembered[_Signed] = Remembered(_TOKENS)

    async def knocked(self, headers: MultiMapping[str]) -> Check:
        """Whether Microsoft signed for whoever knocks; what comes back is for the activity. Raises `Untrusted`.

        What is signed is looked at first: for something else no key is fetched.
        """
        token = _token(", ".join(headers.getall("Authorization", ())))  # of several no token can be read
        name = sha256(token.encode()).hexdigest()
        before = self._signed.get(name)
        kid, claims = (before.kid, before.claims) if before is not None else _told(token)
        self._are_for_us(claims)
        key = await self._keys.get(kid)
        if key is None and not self._keys.sure:
            refuse("Microsoft’s keys can’t be had now", 503)  # a 401 would be for good, and somebody's words lost
        if key is None:
            refuse("Microsoft publishes no such key")
        if before is None or before.key is not key:
            try:
                _JWS.decode(token, key.public, algorithms=[_ALGORITHM])
            except jwt.PyJWTError:
                refuse("its signature is wrong")
            self._signed.put(name, _Signed(claims, kid, key))
        return partial(self._is_teams, claims, key)

    def _are_for_us(self, claims: Mapping[str, Any]) -> None:
        if claims.get("iss") != ISSUER:
            refuse("its token is not from the Bot Connector service")
        if claims.get("aud") != self._app_id:
            refuse("its token is for another app")
        now, skew = self._clock().timestamp(), _SKEW.total_seconds()
        if not now - skew < _time(claims.get("exp")) < math.inf:
            refuse("its token has expired, or never does")
        if not _time(claims.get("nbf", 0)) <= now + skew:
            refuse("its token is not good yet")

        self._is_by_a_service(claims.get("serviceurl"))

    def _is_by_a_service(self, url: object) -> None:
        """The claim is written without capitals: Microsoft's SDKs read it so (`SERVICE_URL_CLAIM`)."""
        if not isinstance(url, str):
            refuse("its token is for another service")
        if not allowed(url, self._hosts):
            refuse("its service is not on the list of allowed hosts")

    def _is_teams(self, claims: Mapping[str, Any], key: Key, activity: Mapping[str, Any]) -> None:
        if activity.get("channelId") != CHANNEL:
            refuse("it is not from Teams")
        if activity.get("serviceUrl") != claims["serviceurl"]:
            refuse("its token is for another service")
        if CHANNEL not in key.endorses:
            refuse("its key does not vouch for Teams")
        is_at_home(activity, self._tenants)


def _token(authorization: str) -> str:
    found = _BEARER.fullmatch(authorization) if len(authorization) <= _LONGEST_TOKEN else None
    if found is None:
        refuse("it has no token" if not authorization else "its token can’t be read")
    return found[1]


def _told(token: str) -> tuple[str, Mapping[str, Any]]:
    """The id of its key, and its claims, which nobody has vouched for yet."""
    try:
        told = _JWS.decode_complete(token, options={"verify_signature": False})
        claims = json.loads(told["payload"])
    except (jwt.PyJWTError, ValueError, RecursionError):
        refuse("its token can’t be read")
    header = told["header"]
    if header.get("alg") != _ALGORITHM:
        refuse("its token is signed in another way")
    kid = header.get("kid")
    if not isinstance(claims, dict) or not isinstance(kid, str) or not 0 < len(kid) <= _LONGEST_ID:
        refuse("its token can’t be read")
    return kid, claims


def _time(value: object) -> float:
    """RFC 7519, NumericDate, in seconds since 1970. Whatever is none compares with nothing."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def is_at_home(activity: Mapping[str, Any], tenants: Collection[str]) -> None:
    """Whether its tenant is a council’s; `tenants` are in lower case. Raises `Untrusted`."""
    data = activity.get("channelData")
    tenant = data.get("tenant") if isinstance(data, dict) else None
    named = tenant.get("id") if isinstance(tenant, dict) else None
    if not isinstance(named, str) or not named:
        refuse("it names no tenant")
    if named.lower() not in tenants:
        refuse("its tenant is no council’s", 403)
