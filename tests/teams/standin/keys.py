"""The key server: what Teams signs its requests with, and where anybody can look that up.

In: HTTP on loopback; what to claim. Out: the OpenID configuration, the keys with what they endorse, signed tokens.
Never: says anything of the adapter's; gives way without being told to.
"""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
#: Seconds that a token of the Bot Connector service is good for.
HOUR = 3600


@cache
def rsa(number: int, bits: int = 2048) -> RSAPrivateKey:
    """Making one takes a while, so each is made once."""
    return generate_private_key(65537, bits)


@dataclass(frozen=True)
class Key:
    """One key, as it is published: `endorses` None leaves the endorsements out; `also` changes the JWK's fields."""

    kid: str
    private: RSAPrivateKey
    endorses: Sequence[str] | None = (CHANNEL, "webchat", "skype")
    also: Mapping[str, Any] = field(default_factory=dict)

    def jwk(self) -> dict[str, Any]:
        """As it stands at the key server (RFC 7517)."""
        numbers = self.private.public_key().public_numbers()
        made = {"kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid, "n": _number(numbers.n), "e": "AQAB"}
        if self.endorses is not None:
            made["endorsements"] = list(self.endorses)
        return {**made, **self.also}

    def pem(self) -> bytes:
        """What everybody knows of it."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class KeyServer:
    """A key server on loopback (`async with`). `openid_url` is what TEAMS_OPENID_URL is set to.

    `keys` is what it publishes, the last one what is signed with; `roll` puts in another. `away`: it answers 503.
    `delay`: seconds before it answers. `gate`: answers only while this is open. `rubbish`: what it answers instead of
    the keys; `configuration`: instead of the configuration; `headers`: beside them. `fetched`: how often it was asked
    for its configuration; `fetched_keys`: for the keys.
    """

    def __init__(self) -> None:
        self.keys = [Key("key-0", rsa(0))]
        self.away = False
        self.delay = 0.0
        self.gate = asyncio.Event()
        self.gate.set()
        self.rubbish: bytes | None = None
        self.configuration: bytes | None = None
        self.headers: dict[str, str] = {}
        self.status = 200
        self.fetched = 0
        self.fetched_keys = 0
        self._made = 1
        app = web.Application()
        app.add_routes([web.get("/openid", self._configured), web.get("/keys", self._published)])
        self._server = TestServer(app)

    async def __aenter__(self) -> "KeyServer":
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.gate.set()
        await self._server.close()

    @property
    def openid_url(self) -> str:
        """Where its configuration is."""
        return str(self._server.make_url("/openid"))

    @property
    def keys_url(self) -> str:
        """Where its keys are."""
        return str(self._server.make_url("/keys"))

    @property
    def current(self) -> Key:
        """What is signed with now."""
        return self.keys[-1]

    def roll(self, *, keep: bool = False) -> Key:
        """Another key is published, and signed with from now on. `keep`: the old ones are still good."""
        fresh = Key(f"key-{self._made}", rsa(self._made))
        self._made += 1
        self.keys = [*self.keys, fresh] if keep else [fresh]
        return fresh

    def signer(self, app_id: str, clock: Callable[[], datetime] | None = None) -> "Signer":
        """Signs for one bot with whatever key is current then. `clock`: what time it is at Microsoft's."""
        return Signer(app_id, lambda: self.current, clock or _now)

    async def _configured(self, _request: web.Request) -> web.Response:
        self.fetched += 1
        usual = {
            "issuer": ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": self.keys_url,
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }
        return await self._given(self.configuration, usual)

    async def _published(self, _request: web.Request) -> web.Response:
        self.fetched_keys += 1
        return await self._given(self.rubbish, {"keys": [key.jwk() for key in self.keys]})

    async def _given(self, instead: bytes | None, usual: object) -> web.Response:
        await self.gate.wait()
        await asyncio.sleep(self.delay)
        if self.away:
            return web.Response(status=503)
        body = json.dumps(usual).encode() if instead is None else instead
        return web.Response(body=body, status=self.status, headers=self.headers, content_type="application/json")


@dataclass(frozen=True)
class Signer:
    """What Teams claims when it calls one bot, signed. `but` makes another that claims something else."""

    app_id: str
    key: Callable[[], Key]
    clock: Callable[[], datetime]
    claims: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    without: frozenset[str] = frozenset()

    def but(self, **claims: Any) -> "Signer":
        """The same, claiming this too or instead."""
        return replace(self, claims={**self.claims, **claims})

    def lacking(self, *claims: str) -> "Signer":
        """The same without these claims."""
        return replace(self, without=self.without | set(claims))

    def headed(self, **headers: Any) -> "Signer":
        """The same with this in the token's header too; None takes something out."""
        return replace(self, headers={**self.headers, **headers})

    def by(self, key: Key) -> "Signer":
        """The same, signed with this key."""
        return replace(self, key=lambda: key)

    def claimed(self, service_url: str) -> dict[str, Any]:
        """What is claimed, as tokens of the Bot Connector service have it: the claim's name has no capitals."""
        at = int(self.clock().timestamp())
        usual = {"serviceurl": service_url, "nbf": at, "exp": at + HOUR, "iss": ISSUER, "aud": self.app_id}
        return {name: value for name, value in {**usual, **self.claims}.items() if name not in self.without}

    def head(self) -> dict[str, Any]:
        """The token's header."""
        key = self.key()
        made = {"alg": "RS256", "typ": "JWT", "kid": key.kid, "x5t": key.kid, **self.headers}
        return {name: value for name, value in made.items() if value is not None}

    def token(self, service_url: str) -> str:
        """Signed with RS256, whatever the header says: what a sender writes there is the sender's own."""
        told = f"{part(self.head())}.{part(self.claimed(service_url))}"
        rs256 = jwt.get_algorithm_by_name("RS256")
        return f"{told}.{part(rs256.sign(told.encode(), self.key().private))}"

    def authorization(self, service_url: str) -> str:
        """The whole header `Authorization`."""
        return f"Bearer {self.token(service_url)}"


def part(content: object) -> str:
    """A part of a token (RFC 7515): bytes as they are, anything else as JSON."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(value: int) -> str:
    return part(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
