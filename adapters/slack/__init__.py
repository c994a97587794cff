"""Slack: commands, a private chat, forms in dialogs and a page of one's own.

Read `parse.py` (what Slack delivers), `render.py` and `views.py` (how posts and forms look), `app.py` (the network).
"""

from typing import Final

#: This platform's name, in `Person.platform` and `Place.platform`: an account is `slack:USER`.
PLATFORM: Final = "slack"
