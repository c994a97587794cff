"""Microsoft Teams: words in chats and channels, Adaptive Cards, forms in dialogs.

Read `parse.py` (what Teams delivers), `render.py` and `dialogs.py` (how posts and forms look), `app.py` (the network).
"""

from typing import Final

#: This platform's name, in `Person.platform` and `Place.platform`: an account is `teams:AADID`.
PLATFORM: Final = "teams"
#: Where the Bot Framework's service delivers everything.
PATH: Final = "/api/messages"
