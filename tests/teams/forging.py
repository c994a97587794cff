"""Ways to knock at the bot's address: as Teams does, almost so, and as somebody who forges tokens.

In: whoever signs as Teams does, an activity that is as it should be. Out: the headers and the body to knock with.
Never: two things wrong at once, except where that is the point.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import jwt

from tests.teams.standin.keys import Key, Signer, part, rsa

Activity = dict[str, Any]
Knock = tuple[list[str], Activity]
Make = Callable[[Signer, Activity], Knock]


def usual(signer: Signer, activity: Activity) -> Knock:
    """As Teams does it."""
    return [signer.authorization(activity["serviceUrl"])], activity


def claiming(**claims: Any) -> Make:
    return lambda signer, activity: usual(signer.but(**claims), activity)


def lacking(*claims: str) -> Make:
    return lambda signer, activity: usual(signer.lacking(*claims), activity)


def headed(**headers: Any) -> Make:
    return lambda signer, activity: usual(signer.headed(**headers), activity)


def at(claim: str, **span: float) -> Make:
    """The claim is so much later than now; a negative span is earlier."""

    def knock(signer: Signer, activity: Activity) -> Knock:
        return usual(signer.but(**{claim: int((signer.clock() + timedelta(**span)).timestamp())}), activity)

    return knock


def written(change: Callable[[str], str | list[str]]) -> Make:
    """The header `Authorization` is written in another way."""

    def knock(signer: Signer, activity: Activity) -> Knock:
        changed = change(signer.authorization(activity["serviceUrl"]))
        return ([changed] if isinstance(changed, str) else changed), activity

    return knock


def holding(**fields: Any) -> Make:
    """The body holds this instead, but the token is the usual one; `...` takes a field out."""

    def knock(signer: Signer, activity: Activity) -> Knock:
        headers, changed = [signer.authorization(activity["serviceUrl"])], deepcopy(activity)
        for name, value in fields.items():
            changed.pop(name, None)
            if value is not ...:
                changed[name] = value
        return headers, changed

    return knock


def from_service(url: str) -> Make:
    """Body and token are at one about a service, whichever it is."""
    return lambda signer, activity: usual(signer, {**activity, "serviceUrl": url})


def signed_by(change: Callable[[Key], Key]) -> Make:
    """The same key id, another key: what the sender has, not what Microsoft has."""
    return lambda signer, activity: usual(signer.by(change(signer.key())), activity)


def made_of(header: object, claims: object | None = None) -> Make:
    """A token of these parts, with the usual claims where there are none; its signature is anything."""

    def knock(signer: Signer, activity: Activity) -> Knock:
        told = signer.claimed(activity["serviceUrl"]) if claims is None else claims
        return [f"Bearer {part(header)}.{part(told)}.{part(b'x' * 256)}"], activity

    return knock


# ---------------------------------------------------------------- forgeries


def unsigned(alg: str, signature: str = "") -> Make:
    def knock(signer: Signer, activity: Activity) -> Knock:
        header = {**signer.head(), "alg": alg}
        return [f"Bearer {part(header)}.{part(signer.claimed(activity['serviceUrl']))}.{signature}"], activity

    return knock


def signed_with_what_everybody_knows(signer: Signer, activity: Activity) -> Knock:
    """CVE-2026-48526 and its forebears: the public key as the secret of HS256."""
    told = f"{part(signer.headed(alg='HS256').head())}.{part(signer.claimed(activity['serviceUrl']))}"
    hs256 = jwt.get_algorithm_by_name("HS256")
    return [f"Bearer {told}.{part(hs256.sign(told.encode(), signer.key().pem()))}"], activity


def signed_otherwise(alg: str) -> Make:
    """By the right key, in another way."""

    def knock(signer: Signer, activity: Activity) -> Knock:
        told = f"{part(signer.headed(alg=alg).head())}.{part(signer.claimed(activity['serviceUrl']))}"
        return [f"Bearer {told}.{part(jwt.get_algorithm_by_name(alg).sign(told.encode(), signer.key().private))}"], (
            activity
        )

    return knock


def changed_afterwards(signer: Signer, activity: Activity) -> Knock:
    """The claims of another tenant's service behind the signature of ours."""
    header, _, signature = signer.token("https://smba.trafficmanager.net/another/").split(".")
    return [f"Bearer {header}.{part(signer.claimed(activity['serviceUrl']))}.{signature}"], activity


def with_a_key_of_its_own(signer: Signer, activity: Activity) -> Knock:
    """RFC 7515, `jwk`: a token that brings the key to check it with."""
    own = Key(signer.key().kid, rsa(99))
    return usual(signer.by(own).headed(jwk=own.jwk()), activity)


def foreign_and_forged(signer: Signer, activity: Activity) -> Knock:
    """Nobody learns from a forged token which tenants are served."""
    return usual(signer.by(Key(signer.key().kid, rsa(99))), {**activity, **FOREIGN_TENANT})


FOREIGN_TENANT: Activity = {"channelData": {"tenant": {"id": "99999999-9999-4999-8999-999999999999"}}}


def ours_in_capitals(signer: Signer, activity: Activity) -> Knock:
    changed = deepcopy(activity)
    changed["channelData"]["tenant"]["id"] = changed["channelData"]["tenant"]["id"].upper()
    return usual(signer, changed)


def half_a_token(authorization: str) -> str:
    return authorization[: len(authorization) // 2]
