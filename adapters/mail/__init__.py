"""E-mail, for people who are told things that way: it carries notices out, and hears nothing.

Read `app.py` (the network), `render.py` (what a message says).
"""

from typing import Final

from bot.addresses import EMAIL

#: This platform's name, in `Person.platform`: an account is `email:somebody@example.org`.
PLATFORM: Final = EMAIL
