"""E-mail addresses: what can be one, and which of them are one mailbox.

In: text. Out: yes or no; an address as it is compared. Never: asks anybody whether there is such a mailbox.
"""

import re
from typing import Final

#: The platform of accounts that are told by e-mail: `email:somebody@example.org`.
EMAIL: Final = "email"

#: A local part and a domain of letters, digits and hyphens, as RFC 5321 section 4.1.2 has them, without quoting.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
#: RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3: characters of a local part, and of a whole address.
_LONGEST_LOCAL: Final = 64
_LONGEST: Final = 254


def is_address(text: str) -> bool:
    """Whether this can be an e-mail address. One in other letters than ASCII has to be written in its xn-- form."""
    local, _, _ = text.rpartition("@")
    return len(text) <= _LONGEST and len(local) <= _LONGEST_LOCAL and _ADDRESS.fullmatch(text) is not None


def mailbox(address: str) -> str:
    """The same for two addresses that differ only in capitals: no mail server in use tells those apart."""
    return address.casefold()
