"""The environment, with secrets read from files where it says so.

In: variables; `NAME_FILE`, the path of a file that holds what `NAME` would. Out: the variables, with every secret.
Never: a secret in an error; two values for one name; a file read that no variable of ours names.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.errors import ProtocolBotError

#: What may stand in a file instead: hosts hand secrets over as files, which no list of processes shows.
SECRETS: Final = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "PROTOCOL_BOT_SMTP_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "TEAMS_APP_ID",
    "TEAMS_TENANT_ID",
    "TEAMS_APP_PASSWORD",
)
_LARGEST: Final = 100_000  # bytes; whatever is larger is no secret but another file


def given(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment as the bot reads it. Raises `ProtocolBotError` for a file that can't be used, and for both."""
    environ = os.environ if environ is None else environ
    return {**environ, **{name: value for name in SECRETS if (value := secret(name, environ))}}


def secret(name: str, environ: Mapping[str, str] | None = None) -> str:
    """One of `SECRETS`, from the environment or its file; empty where it is not set. Raises `ProtocolBotError`."""
    environ = os.environ if environ is None else environ
    value, file = environ.get(name, "").strip(), environ.get(f"{name}_FILE", "").strip()
    if not file:
        return value
    if value:
        raise ProtocolBotError(f"{name} and {name}_FILE are both set. Take one of them out.")
    return _read(f"{name}_FILE", file)


def _read(setting: str, file: str) -> str:
    """Who else may read it is not asked: hosts mount secrets for everybody in a container that has but one user."""
    try:
        with Path(file).open("rb") as there:
            text = there.read(_LARGEST + 1).decode("utf-8-sig").strip()
    except (OSError, ValueError):  # not text, or no name of a file at all
        raise ProtocolBotError(
            f"{setting} names a file that can't be read. Is it there, is it text, and may this account read it?"
        ) from None
    if not text:
        raise ProtocolBotError(
            f"{setting} names a file with nothing in it. Write the secret into it, and nothing else, or take {setting} "
            "out."
        )
    if len(text) > _LARGEST:
        raise ProtocolBotError(f"{setting} names a file that is too large for a secret. Name the right one.")
    return text
