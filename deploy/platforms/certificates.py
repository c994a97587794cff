"""The certificate by which the bot proves to Microsoft who it is: one file with the private key and the certificate.

In: the name of a file. Out: what is in it, once it is known to be of use. Never: a word of the file, or its name, in an
error: somebody may have put the secret itself where the name belongs.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.errors import ProtocolBotError

_LARGEST: Final = 100_000  # bytes; a key and a whole chain of certificates are a tenth of that
_MADE: Final = "deploy/guide/teams.md says how to make one."


def read(name: str, setting: str, now: datetime) -> str:
    """The text of the file: a private key (RSA, not locked with a password) and the certificate that belongs to it.

    `setting` is what the file's name was given by. Raises `ProtocolBotError` with the mend for what Microsoft would
    refuse: a key without its certificate, one that is over or has not begun.
    """
    if name.startswith("-----BEGIN"):
        raise ProtocolBotError(f"{setting} holds the certificate itself. Put it into a file, and name that file.")
    pem = _bytes(name, setting)
    key = _key(pem, setting)
    certificate = _certificate(pem, key, setting)
    if certificate.not_valid_after_utc <= now:
        day = certificate.not_valid_after_utc.date()
        raise ProtocolBotError(f"The certificate that {setting} names ended on {day}. Make a new one: {_MADE}")
    if certificate.not_valid_before_utc > now:
        raise ProtocolBotError(
            f"The certificate that {setting} names begins only on {certificate.not_valid_before_utc.date()}. Is this "
            "computer's clock right?"
        )
    return pem.decode("ascii", "replace")


def _bytes(name: str, setting: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(_LARGEST)
    except (OSError, ValueError) as why:
        reason = getattr(why, "strerror", None) or "that is no name of a file"
        raise ProtocolBotError(
            f"The file that {setting} names can't be read ({reason}). It is the path of a file with the private key "
            "and the certificate, which the user that the bot runs as may read."
        ) from None


def _key(pem: bytes, setting: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem, None)
    except TypeError:
        raise ProtocolBotError(
            f"The private key in the file that {setting} names is locked with a password, which nobody can type when "
            "the bot starts by itself. Unlock it: openssl pkey -in LOCKED.pem -out UNLOCKED.pem"
        ) from None
    except Exception:  # whatever it holds instead
        raise ProtocolBotError(
            f"The file that {setting} names holds no private key. It needs both: the lines from BEGIN PRIVATE KEY to "
            f"END PRIVATE KEY, and those of the certificate. {_MADE}"
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise ProtocolBotError(
            f"The private key in the file that {setting} names is of a kind that Microsoft does not take. It has to be "
            f"RSA. {_MADE}"
        )
    return key


def _certificate(pem: bytes, key: RSAPrivateKey, setting: str) -> x509.Certificate:
    """The one that belongs to the key; there may be others, of whoever signed it."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise ProtocolBotError(
            f"The file that {setting} names holds a private key but no certificate. It needs both, one below the "
            f"other. {_MADE}"
        ) from None
    for certificate in found:
        if certificate.public_key() == key.public_key():
            return certificate
    raise ProtocolBotError(
        f"The private key and the certificate in the file that {setting} names do not belong together. {_MADE}"
    )


def until(pem: str) -> datetime:
    """When the certificate ends that belongs to the private key, of a text that `read` gave back."""
    key = load_pem_private_key(pem.encode(), None)
    found = x509.load_pem_x509_certificates(pem.encode())
    return next(one.not_valid_after_utc for one in found if one.public_key() == key.public_key())
