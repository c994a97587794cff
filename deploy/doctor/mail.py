"""E-mail: the mail server is greeted, the connection encrypted, the bot let in; and nothing is sent.

In: the environment, the settings. Out: findings. Never: an address named to the server; a message.
"""

from typing import Final

from adapters.mail import PLATFORM
from bot.errors import NotDelivered, ProtocolBotError
from deploy.doctor.findings import MAIL as AREA
from deploy.doctor.findings import Finding, parted
from deploy.doctor.ground import PATIENCE, Ground
from deploy.platforms import mail

_GUIDE: Final = "deploy/guide/delivery.md says how."
#: RFC 4954, section 6: the server does not take the name and the password.
_NOT_LET_IN: Final = "535"


async def findings(ground: Ground) -> list[Finding]:
    """All of them."""
    waiting = _named(ground)
    try:
        carriers = mail.carriers(ground.environ, lambda: ground.now, ground.councils)
    except ProtocolBotError as why:
        return [AREA.wrong("set-up", *parted(str(why)))]
    if not carriers:
        told = "Somebody is to be told by e-mail, but no mail server is set up."
        found = [AREA.wrong("set-up", told, _GUIDE, council) for council in waiting]
        return found or [AREA.untried("set-up", "E-mail is not set up, and nobody is to be told by it.")]
    if ground.offline:
        return [AREA.untried("server", "The mail server is not asked, as --offline says.")]
    try:
        await carriers[PLATFORM].greeted(PATIENCE)
    except NotDelivered as why:
        return [AREA.wrong("server", str(why), _mend(str(why)))]
    return [AREA.fine("server", "The mail server lets the bot in. Nothing was sent.")]


def _named(ground: Ground) -> list[str]:
    """Councils with people who are told by e-mail."""
    return [
        own.council
        for own in ground.councils
        if any(account.startswith(f"{PLATFORM}:") for person in own.people for account in person.accounts)
    ]


def _mend(why: str) -> str:
    if _NOT_LET_IN in why:
        return f"It does not take the name and the password: compare those of {mail.URL} with what its owner gave you."
    return f"Compare the server, the port and the encryption in {mail.URL} with what its owner gave you."
