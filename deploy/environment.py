"""The environment, with secrets read from files where it says so.

In: variables; `NAME_FILE`, the path of a file that holds what `NAME` would. Out: the variables, with every secret.
Never: a secret in an error; two values for one name; a file read that no variable of ours names.
"""

import os
from collections.abc import Iterator, Mapping
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


def given(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment as the bot reads it. Raises `ProtocolBotError` for a file that can't be read, and for both."""
    environ = os.environ if environ is None else environ
    return {**environ, **dict(_read(environ))}


def _read(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in SECRETS:
        file = environ.get(f"{name}_FILE", "").strip()
        if not file:
            continue
        if environ.get(name, "").strip():
            raise ProtocolBotError(f"{name} and {name}_FILE are both set. Take one of them out.")
        try:
            yield name, Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ProtocolBotError(
                f"{name}_FILE names a file that can't be read. Is it there, and may this account read it?"
            ) from None
