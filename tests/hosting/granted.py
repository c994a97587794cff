"""What Slack grants when a workspace installs the app, as slack_sdk has it.

In: a workspace. Out: an installation. Never: a real token.
"""

import time
from typing import Any

from slack_sdk.oauth.installation_store import Installation

#: In every token here; so that it can be looked for where it must not be.
TELLTALE = "zebra"


def granted(team: str = "THILLTOP", mark: str = "1", *, lasts: float | None = 43_200, **more: Any) -> Installation:
    """`lasts`: seconds until the token expires; None for one that does not."""
    rotating = lasts is not None
    given = {
        "app_id": "A1",
        "team_id": team,
        "team_name": f"Workspace {team}",
        "bot_token": f"{'xoxe.' if rotating else ''}xoxb-{TELLTALE}-{team}-{mark}",
        "bot_id": f"B{team}",
        "bot_user_id": f"UBOT{team}",
        "bot_scopes": ["commands", "chat:write"],
        "bot_refresh_token": f"xoxe-1-{TELLTALE}-{team}-{mark}" if rotating else None,
        "bot_token_expires_at": int(time.time() + lasts) if lasts is not None else None,
        "user_id": "UADMIN",
        "installed_at": time.time(),
    }
    return Installation(**given | more)
