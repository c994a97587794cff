"""Microsoft's login: where the bot gets the token that it calls Teams with.

In: HTTPS on loopback, with a certificate made on the spot. Out: tokens, or Microsoft's own refusals.
Never: a token for a wrong secret; a certificate that anybody but these tests believes.
"""

import asyncio
import ipaddress
import ssl
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.teams.standin.keys import rsa

SCOPE = "https://api.botframework.com/.default"
RESOURCE = "https://api.botframework.com"
#: learn.microsoft.com, "Microsoft Entra authentication and authorization error codes": status, error, first words.
REFUSALS = {
    7000215: (401, "invalid_client", "Invalid client secret provided. Ensure the secret being sent in the request is "
              "the client secret value, not the client secret ID, for a secret added to app '{client}'."),
    7000222: (401, "invalid_client", "The provided client secret keys for app '{client}' are expired."),
    700016: (400, "unauthorized_client", "Application with identifier '{client}' was not found in the directory "
             "'{tenant}'."),
    700027: (401, "invalid_client", "The certificate with identifier used to sign the client assertion is not "
             "registered on application."),
    90002: (400, "invalid_request", "Tenant '{tenant}' not found."),
    7000112: (401, "unauthorized_client", "Application '{client}'(protocol) is disabled."),
}  # fmt: skip
#: Numbers of the RSA keys that are this stand-in's own (`keys.rsa`).
_CA, _HERE, _TOKENS = 1001, 1002, 1003


@dataclass
class Registered:
    """An app that is registered in one tenant; `expired` secrets are known, and not taken any more."""

    id: str
    tenant: str
    password: str = ""
    expired: str = ""
    certificates: list[x509.Certificate] = field(default_factory=list)


class Login:
    """A login on loopback (`async with`): `url` is what login.microsoftonline.com is else, `ca` whom to believe.

    `refuses`: an AADSTS number that every request for a token meets. `away`: it answers 503. `delay`: seconds before
    it gives a token. `fetched`: how many were asked for; `given`: the tokens that it gave. `lasts`: their seconds.
    `identity`: the address of a managed identity here (App Service's IDENTITY_ENDPOINT), `identity_header` its secret.
    """

    def __init__(self, folder: Path) -> None:
        self.apps: list[Registered] = []
        self.given: list[str] = []
        self.fetched = 0
        self.away = False
        self.delay = 0.0
        self.refuses = 0
        self.lasts = 3599
        self.identity_header = "the-header-of-this-computer"
        self.ca = folder / "ca.pem"
        self._lines: list[asyncio.Transport] = []
        self._tls = _believed(folder, self.ca)
        app = web.Application()
        app.on_response_prepare.append(self._hung_up)
        app.add_routes(
            [
                web.get("/{tenant}/v2.0/.well-known/openid-configuration", self._configured),
                web.post("/{tenant}/oauth2/v2.0/token", self._asked),
                web.get("/identity", self._managed),
            ]
        )
        self._server = TestServer(app, scheme="https")

    async def __aenter__(self) -> "Login":
        await self._server.start_server(ssl=self._tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()
        for line in self._lines:  # what is still saying goodbye, as TLS does, would outlive the loop of its test
            line.abort()
        await asyncio.sleep(0.01)

    @property
    def url(self) -> str:
        """The login's address, without a tenant."""
        return str(self._server.make_url("/")).rstrip("/")

    @property
    def identity(self) -> str:
        """What IDENTITY_ENDPOINT is set to."""
        return f"{self.url}/identity"

    def register(self, id: str, tenant: str, password: str = "") -> Registered:
        """An app is registered; more secrets and certificates can be added to what comes back."""
        made = Registered(id, tenant.lower(), password)
        self.apps.append(made)
        return made

    def is_good(self, authorization: str) -> bool:
        """Whether a connector service would take this header: a token of ours that has not run out."""
        token = authorization.removeprefix("Bearer ")
        if token == authorization or token not in self.given:
            return False
        claims = jwt.decode(token, options={"verify_signature": False})
        return claims["aud"] == RESOURCE and claims["exp"] > time.time()

    def withdraw(self) -> None:
        """Every token that was given is good no more, whatever it says itself."""
        self.given.clear()

    async def _hung_up(self, request: web.Request, response: web.StreamResponse) -> None:
        """Each connection serves for one request."""
        response.force_close()
        if request.transport is not None:
            self._lines.append(request.transport)

    # ------------------------------------------------------------ the doors

    async def _configured(self, request: web.Request) -> web.Response:
        tenant = request.match_info["tenant"]
        if self.away:
            return web.Response(status=503)
        if not any(app.tenant == tenant.lower() for app in self.apps):
            return _refusal(90002, tenant, "", 400, "invalid_tenant")
        here = f"{self.url}/{tenant}"
        return web.json_response(
            {
                "token_endpoint": f"{here}/oauth2/v2.0/token",
                "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{here}/oauth2/v2.0/devicecode",
                "issuer": f"{here}/v2.0",
                "jwks_uri": f"{here}/discovery/v2.0/keys",
            }
        )

    async def _asked(self, request: web.Request) -> web.Response:
        self.fetched += 1
        await asyncio.sleep(self.delay)
        fields = {name: str(value) for name, value in (await request.post()).items()}
        tenant, client = request.match_info["tenant"], fields.get("client_id", "")
        if self.away:
            return web.Response(status=503)
        if no := self.refuses or self._objection(tenant, fields):
            return _refusal(no, tenant, client)
        token = self._token(tenant, client)
        return web.json_response(
            {"token_type": "Bearer", "expires_in": self.lasts, "ext_expires_in": self.lasts, "access_token": token}
        )

    def _objection(self, tenant: str, fields: dict[str, str]) -> int:
        """The number of what Microsoft would say against it; 0: nothing."""
        assert fields["grant_type"] == "client_credentials"
        assert fields["scope"] == SCOPE, fields["scope"]
        client = fields["client_id"]
        if not any(app.tenant == tenant.lower() for app in self.apps):
            return 90002
        app = next((one for one in self.apps if one.id == client and one.tenant == tenant.lower()), None)
        if app is None:
            return 700016
        if "client_assertion" in fields:
            return 0 if self._is_signed(app, tenant, fields["client_assertion"]) else 700027
        secret = fields.get("client_secret", "")
        if secret and secret == app.expired:
            return 7000222
        return 0 if secret and secret == app.password else 7000215

    def _is_signed(self, app: Registered, tenant: str, assertion: str) -> bool:
        """RFC 7523: by one of the app's certificates, for this very endpoint, by the app of itself."""
        for certificate in app.certificates:
            try:
                claims = jwt.decode(
                    assertion,
                    certificate.public_key(),  # type: ignore[arg-type]  # an RSA key
                    algorithms=["RS256", "PS256"],
                    audience=f"{self.url}/{tenant}/oauth2/v2.0/token",
                    options={"require": ["exp", "iss", "sub", "aud"]},
                )
            except jwt.InvalidTokenError:
                continue
            return bool(claims["iss"] == claims["sub"] == app.id)
        return False

    async def _managed(self, request: web.Request) -> web.Response:
        """As App Service has it: learn.microsoft.com, "How to use managed identities", REST endpoint."""
        self.fetched += 1
        known = any(app.id == request.query.get("client_id") for app in self.apps)
        if request.headers.get("X-IDENTITY-HEADER") != self.identity_header or not known:
            told = {"statusCode": 400, "message": "No User Assigned or Delegated Managed Identity found."}
            return web.json_response(told, status=400)
        assert request.query["resource"] == RESOURCE
        ends = str(int(time.time()) + self.lasts)
        token = self._token("managed", request.query["client_id"])
        return web.json_response(
            {"access_token": token, "expires_on": ends, "resource": RESOURCE, "token_type": "Bearer"}
        )

    def _token(self, tenant: str, client: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "aud": RESOURCE, "iss": f"https://sts.windows.net/{tenant}/", "iat": now, "nbf": now,
            "exp": now + self.lasts, "appid": client, "tid": tenant, "uti": uuid.uuid4().hex,
        }  # fmt: skip
        token = jwt.encode(claims, rsa(_TOKENS), algorithm="RS256")
        self.given.append(token)
        return token


def _refusal(number: int, tenant: str, client: str, status: int = 0, error: str = "") -> web.Response:
    """In Microsoft's own shape, with everything in it that must not be repeated."""
    usual, code, words = REFUSALS[number]
    at = datetime.now(UTC)
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    told = words.format(client=client, tenant=tenant)
    return web.json_response(
        {
            "error": error or code,
            "error_description": f"AADSTS{number}: {told} Trace ID: {trace} Correlation ID: {correlation} "
            f"Timestamp: {at:%Y-%m-%d %H:%M:%SZ}",
            "error_codes": [number],
            "timestamp": f"{at:%Y-%m-%d %H:%M:%SZ}",
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={number}",
        },
        status=status or usual,
    )


# ---------------------------------------------------------------- certificates


def certified(key: RSAPrivateKey, name: str = "protocol") -> x509.Certificate:
    """A certificate of a bot's own, signed by itself, as it is uploaded to a registration."""
    return _signed(key, name, key, name).sign(key, hashes.SHA256())


def pem(key: RSAPrivateKey, certificate: x509.Certificate) -> str:
    """Key and certificate, as TEAMS_APP_CERTIFICATE holds them."""
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (private + certificate.public_bytes(Encoding.PEM)).decode()


def _believed(folder: Path, ca: Path) -> ssl.SSLContext:
    """A server's certificate for loopback, and in `ca` whoever vouches for it."""
    root, here = rsa(_CA), rsa(_HERE)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    vouching = (
        _signed(root, "the tests", root, "the tests")
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(root, hashes.SHA256())
    )
    served = (
        _signed(here, "localhost", root, "the tests")
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(root, hashes.SHA256())
    )
    ca.write_bytes(vouching.public_bytes(Encoding.PEM))
    both = folder / "served.pem"
    both.write_text(pem(here, served), encoding="utf-8")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(both)
    return context


def _signed(key: RSAPrivateKey, name: str, by: RSAPrivateKey, whose: str) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, whose)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip
