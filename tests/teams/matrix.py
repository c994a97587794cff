"""Requests to the bot's address, each with what must come of it: the whole matrix of tokens.

In: ways to knock (`forging.py`). Out: rows. Never: a row that is refused for another reason than its own.

The rows are those that five SDKs were tried with, and what people who forge tokens do (RFC 8725).
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from tests.teams.forging import (
    FOREIGN_TENANT,
    Make,
    at,
    changed_afterwards,
    claiming,
    foreign_and_forged,
    from_service,
    half_a_token,
    headed,
    holding,
    lacking,
    made_of,
    ours_in_capitals,
    signed_by,
    signed_otherwise,
    signed_with_what_everybody_knows,
    unsigned,
    usual,
    with_a_key_of_its_own,
    written,
)
from tests.teams.standin.keys import CHANNEL, Key, rsa

NO_TOKEN = "it has no token"  # noqa: S105  # words of a log
UNREAD = "its token can’t be read"
ANOTHER_WAY = "its token is signed in another way"
ISSUED = "its token is not from the Bot Connector service"
ANOTHER_APP = "its token is for another app"
EXPIRED = "its token has expired, or never does"
EARLY = "its token is not good yet"
SERVICE = "its token is for another service"
HOST = "its service is not on the list of allowed hosts"
NOT_TEAMS = "it is not from Teams"
NO_KEY = "Microsoft publishes no such key"
AWAY = "Microsoft’s keys can’t be had now"
SIGNATURE = "its signature is wrong"
ENDORSED = "its key does not vouch for Teams"
NO_TENANT = "it names no tenant"
FOREIGN = "its tenant is no council’s"


class Row(NamedTuple):
    """One request. `reason` is what the log says, empty where it is let in."""

    what: str
    knock: Make
    reason: str = ""

    @property
    def status(self) -> int:
        """What the sender is told."""
        return {"": 200, FOREIGN: 403}.get(self.reason, 401)


HEAD = {"alg": "RS256", "typ": "JWT", "kid": "key-0"}
DEEP = b"[" * 3000

LET_IN: Sequence[Row] = (
    Row("what Teams sends", usual),
    Row("a token that ran out a moment ago: clocks differ", at("exp", minutes=-4)),
    Row("a token that begins in a moment: clocks differ", at("nbf", minutes=4)),
    Row("a token that says not when it begins", lacking("nbf")),
    Row("a time with a fraction (RFC 7519)", at("exp", seconds=0.5)),
    Row("bearer in small letters (RFC 9110)", written(lambda whole: whole.replace("Bearer", "bearer"))),
    Row("several spaces before the token (RFC 9110)", written(lambda whole: whole.replace(" ", "   "))),
    Row("the tenant in capitals", ours_in_capitals),
    Row("a claim that nobody knows", claiming(appid="x", anything=[1])),
)

HEADERS: Sequence[Row] = (
    Row("no header", lambda _signer, activity: ([], activity), NO_TOKEN),
    Row("an empty header", written(lambda _: ""), NO_TOKEN),
    Row("a name without a token", written(lambda _: "Bearer"), UNREAD),
    Row("a token without a name", written(lambda whole: whole.removeprefix("Bearer ")), UNREAD),
    Row("a password", written(lambda _: "Basic dXNlcjpwYXNzd29yZA=="), UNREAD),
    Row("another name", written(lambda whole: whole.replace("Bearer", "Token")), UNREAD),
    Row("a tab instead of a space", written(lambda whole: whole.replace(" ", "\t")), UNREAD),
    Row("a space within the token", written(lambda whole: f"{whole[:60]} {whole[60:]}"), UNREAD),
    Row("something behind the token", written(lambda whole: f"{whole} x"), UNREAD),
    Row("two tokens in one header", written(lambda whole: f"{whole}, {whole}"), UNREAD),
    Row("two headers, the right one first", written(lambda whole: [whole, "Bearer x"]), UNREAD),
    Row("two headers, the right one last", written(lambda whole: ["Bearer x", whole]), UNREAD),
    Row("the same header twice", written(lambda whole: [whole, whole]), UNREAD),
    Row("padding behind the token", written(lambda whole: f"{whole}=="), UNREAD),
    Row("letters of no alphabet of tokens", written(lambda whole: whole[:-4] + "Ж!*" + "x"), UNREAD),
)

PARTS: Sequence[Row] = (
    Row("a word", written(lambda _: "Bearer token"), UNREAD),
    Row("two parts", written(lambda _: "Bearer a.b"), UNREAD),
    Row("three parts of nothing", written(lambda _: "Bearer ..".replace("..", "a.a.a")), UNREAD),
    Row("five parts, as an encrypted token has", written(lambda whole: f"{whole}.YQ.YQ"), UNREAD),
    Row("half a token", written(half_a_token), UNREAD),
    Row("a header that is a list", made_of([]), UNREAD),
    Row("a header that is no JSON", made_of(b"{"), UNREAD),
    Row("a header that leads astray", made_of(DEEP), UNREAD),
    Row("claims that are a list", made_of(HEAD, []), UNREAD),
    Row("claims that are no JSON", made_of(HEAD, b"\xff\xfe"), UNREAD),
    Row("claims that lead astray", made_of(HEAD, DEEP), UNREAD),
    Row("claims with a number that nobody can read", made_of(HEAD, b'{"exp": ' + b"9" * 4500 + b"}"), UNREAD),
)

CLAIMS: Sequence[Row] = (
    Row("expired", at("exp", minutes=-6), EXPIRED),
    Row("without an end", lacking("exp"), EXPIRED),
    Row("an end that is none", claiming(exp=None), EXPIRED),
    Row("an end in words", claiming(exp="4102444800"), EXPIRED),
    Row("an end that is true", claiming(exp=True), EXPIRED),
    Row("an end that never comes", claiming(exp=float("inf")), EXPIRED),
    Row("an end that is no number", claiming(exp=float("nan")), EXPIRED),
    Row("an end that is a list", claiming(exp=[4102444800]), EXPIRED),
    Row("not good yet", at("nbf", minutes=6), EARLY),
    Row("a beginning in words", claiming(nbf="0"), EARLY),
    Row("a beginning that is none", claiming(nbf=None), EARLY),
    Row("nobody's", lacking("iss"), ISSUED),
    Row("somebody else's", claiming(iss="https://example.org"), ISSUED),
    Row("almost Microsoft's", claiming(iss="https://api.botframework.com/"), ISSUED),
    Row("Microsoft's among others", claiming(iss=["https://api.botframework.com"]), ISSUED),
    Row(
        "an app of the council's own tenant, for our app",
        claiming(iss="https://login.microsoftonline.com/tenant/v2.0", ver="2.0", azp="x"),
        ISSUED,
    ),
    Row("the emulator's", claiming(iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"), ISSUED),
    Row("for nobody", lacking("aud"), ANOTHER_APP),
    Row("for another app", claiming(aud="22222222-2222-4222-8222-222222222222"), ANOTHER_APP),
    Row("for nobody in particular", claiming(aud=""), ANOTHER_APP),
    Row("for no app", claiming(aud=None), ANOTHER_APP),
    Row(
        "for us among others",
        lambda signer, activity: usual(signer.but(aud=[signer.app_id, "another"]), activity),
        ANOTHER_APP,
    ),
    Row(
        "for an app that begins like ours",
        lambda signer, activity: usual(signer.but(aud=f"{signer.app_id}0"), activity),
        ANOTHER_APP,
    ),
)

SERVICES: Sequence[Row] = (
    Row("a token for no service", lacking("serviceurl"), SERVICE),
    Row("a token for another service", claiming(serviceurl="https://smba.trafficmanager.net/another/"), SERVICE),
    Row("a token for no service in particular", claiming(serviceurl=None), SERVICE),
    Row("a body without a service", holding(serviceUrl=...), SERVICE),
    Row("a body of another service", holding(serviceUrl="https://smba.trafficmanager.net/another/"), SERVICE),
    Row("a body with several services", holding(serviceUrl=["https://smba.trafficmanager.net/"]), SERVICE),
    Row(
        "neither names a service",
        lambda signer, activity: (
            [signer.lacking("serviceurl").authorization("")],
            {name: value for name, value in activity.items() if name != "serviceUrl"},
        ),
        SERVICE,
    ),
    Row(
        "a service but for a slash",
        lambda signer, activity: usual(signer.but(serviceurl=activity["serviceUrl"] + "/"), activity),
        SERVICE,
    ),
    *(
        Row(f"a service at {url!r}", from_service(url), HOST)
        for url in (
            "",
            "https://example.org/emea/",
            "http://smba.trafficmanager.net/emea/",
            "http://smba.trafficmanager.net:443/emea/",
            "https://smba.trafficmanager.net:444/emea/",
            "https://smba.trafficmanager.net:0/emea/",
            "https://smba.trafficmanager.net:99999/emea/",
            "https://smba.trafficmanager.net./emea/",
            "https://smba.trafficmanager.net.example.org/emea/",
            "https://another.smba.trafficmanager.net/emea/",
            "https://example.org/smba.trafficmanager.net/",
            "https://smba.trafficmanager.net@example.org/",
            "https://x:y@smba.trafficmanager.net/",
            "https://example.org\\@smba.trafficmanager.net/",
            "https://smba.trafficmanager.net\\.example.org/",
            "https://smba.trafficmanager.net/emea/?at=example.org",
            "https://smba.trafficmanager.net/emea/#example.org",
            "https://smba.traffic\tmanager.net/emea/",
            "https://smba.trafficmanager.net/emea/\n",
            " https://smba.trafficmanager.net/emea/",
            "https:smba.trafficmanager.net/emea/",
            "https:///smba.trafficmanager.net/emea/",
            "//smba.trafficmanager.net/emea/",
            "ftp://smba.trafficmanager.net/emea/",
            "https://smba.trafficmanager.nеt/emea/",  # a Cyrillic letter
            "https://[::1]/emea/",
            "https://2130706433/emea/",
            "https://localhost/emea/",
            "https://" + "a" * 3000,
        )
    ),
)

PLACES: Sequence[Row] = (
    Row("no channel", holding(channelId=...), NOT_TEAMS),
    Row("another channel", holding(channelId="webchat"), NOT_TEAMS),
    Row("Teams in capitals", holding(channelId="MSTeams"), NOT_TEAMS),
    Row("Teams among others", holding(channelId=[CHANNEL]), NOT_TEAMS),
    Row("no channel data", holding(channelData=...), NO_TENANT),
    *(
        Row(f"a tenant in {json.dumps(data)}", holding(channelData=data), NO_TENANT)
        for data in (
            None,
            "tenant",
            1,
            [],
            [{"tenant": {"id": "x"}}],
            {},
            {"tenant": None},
            {"tenant": "x"},
            {"tenant": ["x"]},
            {"tenant": {}},
            {"tenant": {"id": None}},
            {"tenant": {"id": ""}},
            {"tenant": {"id": 1}},
            {"tenant": {"id": ["x"]}},
            {"tenant": {"id": {"id": "x"}}},
            {"Tenant": {"id": "x"}},
        )
    ),
    Row("a foreign tenant", holding(**FOREIGN_TENANT), FOREIGN),
    Row("a foreign tenant, by a forged token", foreign_and_forged, SIGNATURE),
)

SIGNATURES: Sequence[Row] = (
    Row("no signature", unsigned("none"), UNREAD),
    Row("no signature, but something in its place", unsigned("none", "YQ"), ANOTHER_WAY),
    Row("no signature, said in capitals", unsigned("NONE", "YQ"), ANOTHER_WAY),
    Row(
        "no signature, though one is said",
        lambda signer, activity: ([signer.authorization(activity["serviceUrl"]).rpartition(".")[0] + "."], activity),
        UNREAD,
    ),
    Row("signed with what everybody knows", signed_with_what_everybody_knows, ANOTHER_WAY),
    Row("signed with RS512", signed_otherwise("RS512"), ANOTHER_WAY),
    Row("signed with PS256", signed_otherwise("PS256"), ANOTHER_WAY),
    Row("signed with nothing that is said", headed(alg=None), ANOTHER_WAY),
    Row("signed as it should be, but said to be otherwise", headed(alg="RS512"), ANOTHER_WAY),
    Row(
        "signed with HS256, said to be RS256",
        lambda signer, activity: (
            [signed_with_what_everybody_knows(signer.headed(alg="RS256"), activity)[0][0]],
            activity,
        ),
        ANOTHER_WAY,
    ),
    Row("signed by another key of the same name", signed_by(lambda key: Key(key.kid, rsa(99))), SIGNATURE),
    Row("a signature that is cut off", written(lambda whole: whole[:-6]), SIGNATURE),
    Row("claims that were changed afterwards", changed_afterwards, SIGNATURE),
    Row("a signature that is anything", made_of(HEAD), SIGNATURE),
    Row("a token that brings its own key", with_a_key_of_its_own, SIGNATURE),
    Row("a key without a name", headed(kid=None), UNREAD),
    Row("a key with an empty name", headed(kid=""), UNREAD),
    Row("a key whose name is a number", headed(kid=0), UNREAD),
    Row("a key with a name without an end", headed(kid="k" * 500), UNREAD),
    Row("a key that nobody has", headed(kid="another"), NO_KEY),
    Row("a key whose name leads elsewhere", headed(kid="../../dev/null"), NO_KEY),
    Row("a header that must be understood, and is not (RFC 7515, crit)", headed(crit=["exp"], exp=1), UNREAD),
    Row("a header that must be understood, and is not there", headed(crit=["unheard-of"]), UNREAD),
    Row("claims that are not encoded (RFC 7797)", headed(b64=False, crit=["b64"]), UNREAD),
)

REFUSED: Sequence[Row] = (*HEADERS, *PARTS, *CLAIMS, *SERVICES, *PLACES, *SIGNATURES)
