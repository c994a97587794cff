"""What Slack's refusals mean, said once.

In: Slack's own word for it, the HTTP status, how long it asks to be left alone. Out: `Refused`, with the mend.
Never: I/O; a word of what was sent.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from bot.errors import NotDelivered

#: again: later, nothing arrived. unsure: it may have arrived. ours: the bot is not let in, which can be mended.
#: never: this can't be delivered as it is. nobody: this person can't be told anything there.
Verdict: TypeAlias = Literal["again", "unsure", "ours", "never", "nobody"]

_HOSTED: Final = "Where one app serves many workspaces, somebody of this one installs it again, at /slack/install."
_REINSTALL: Final = (
    "Install the app again (api.slack.com/apps, Install App) and put the new token into SLACK_BOT_TOKEN. " + _HOSTED
)
_CLIENT: Final = (
    "Copy SLACK_CLIENT_ID and SLACK_CLIENT_SECRET again (api.slack.com/apps, Basic Information, App Credentials)."
)
#: docs.slack.dev, "Using token rotation": once it is turned on, nobody can turn it off again.
ANEW: Final = (
    "Token rotation is on, and Slack lets nobody turn it off again: make the app anew from the manifest "
    "(protocol-bot manifest slack), and leave token rotation off."
)
_COPY: Final = "Copy the Bot User OAuth Token (xoxb-…) from api.slack.com/apps, OAuth & Permissions, again. " + _HOSTED
_SCOPES: Final = "Paste the manifest again (protocol-bot manifest slack), then install the app again."
_ADMINISTRATION: Final = "An administrator of the Slack workspace has to allow the app."
_INVITE: Final = "Invite the app into the channel (/invite), or share from a channel it is in."
_REPORT: Final = "That is a fault of Protocol Bot: please report it, with this word."
_SETTINGS: Final = "Correct the account in the council’s settings."
_PERSON: Final = "Ask them whether they still use this account; if not, correct it in the council’s settings."

#: Slack's words (docs.slack.dev, Web API methods, each with its errors), what each means for us, and the mend.
REFUSALS: Final[Mapping[str, tuple[Verdict, str]]] = {
    # the bot itself is not let in
    "not_authed": ("ours", _COPY),
    "invalid_auth": ("ours", _COPY),
    "not_allowed_token_type": ("ours", _COPY),
    "account_inactive": ("ours", _REINSTALL),
    "token_revoked": ("ours", _REINSTALL),
    "token_expired": ("ours", f"{ANEW} Then put the new tokens in."),
    "invalid_refresh_token": ("ours", f"It was used before. {_HOSTED}"),
    "invalid_client_id": ("ours", _CLIENT),
    "bad_client_secret": ("ours", _CLIENT),
    "app_not_installed": ("ours", _REINSTALL),
    "missing_scope": ("ours", _SCOPES),
    "no_permission": ("ours", _SCOPES),
    "messages_tab_disabled": ("ours", _SCOPES),
    "not_enabled": ("ours", _SCOPES),
    "not_app_home_enabled": ("ours", _SCOPES),
    "org_login_required": ("ours", "The organisation is being moved; Slack lets the app in again afterwards."),
    "team_added_to_org": ("ours", "The workspace is being moved; Slack lets the app in again afterwards."),
    "team_access_not_granted": ("ours", _ADMINISTRATION),
    "enterprise_is_restricted": ("ours", _ADMINISTRATION),
    "ekm_access_denied": ("ours", "The administrators of the Slack workspace have suspended posting."),
    "access_denied": ("ours", _ADMINISTRATION),
    "accesslimited": ("ours", _ADMINISTRATION),
    "two_factor_setup_required": ("ours", _ADMINISTRATION),
    # Slack itself, and it passes
    "ratelimited": ("again", ""),
    "rate_limited": ("again", ""),
    "message_limit_exceeded": ("again", "The workspace has sent too many messages of late."),
    "service_unavailable": ("again", ""),
    "request_timeout": ("again", ""),
    "internal_error": ("unsure", ""),
    "fatal_error": ("unsure", ""),
    # this person
    "user_not_found": ("nobody", _SETTINGS),
    "users_not_found": ("nobody", _SETTINGS),
    "user_not_visible": ("nobody", _SETTINGS),
    "user_disabled": ("nobody", "The account was deactivated in Slack."),
    "user_not_in_channel": ("nobody", ""),
    "cannot_dm_bot": ("nobody", _SETTINGS),
    "invalid_user_combination": ("nobody", _SETTINGS),
    "invalid_user": ("nobody", _SETTINGS),
    # this place
    "channel_not_found": ("never", _INVITE),
    "not_in_channel": ("never", _INVITE),
    "is_archived": ("never", "The channel is archived: choose another, or unarchive it."),
    "is_inactive": ("never", "The channel is frozen: choose another."),
    "restricted_action": ("never", "The workspace does not let apps post there; its administrators can change that."),
    "restricted_action_read_only_channel": ("never", "The channel is read-only; its managers can let the app post."),
    "restricted_action_thread_only_channel": ("never", "Only replies are allowed in that channel."),
    "restricted_action_non_threadable_channel": ("never", "No replies are allowed in that channel."),
    "restricted_action_thread_locked": ("never", "That thread is locked."),
    "method_not_supported_for_channel_type": ("never", "Choose another channel."),
    "used_url": ("never", _INVITE),
    "expired_url": ("never", _INVITE),
    "no_active_hooks": ("never", _INVITE),
    # this post
    "message_not_found": ("never", "The post was deleted."),
    "cant_update_message": ("never", "The post is not the app’s."),
    "edit_window_closed": ("never", "The workspace does not let posts be edited so late."),
    "msg_too_long": ("never", _REPORT),
    "msg_blocks_too_long": ("never", _REPORT),
    "no_text": ("never", _REPORT),
    "invalid_blocks": ("never", _REPORT),
    "invalid_blocks_format": ("never", _REPORT),
    "invalid_arguments": ("never", _REPORT),
    "invalid_json": ("never", _REPORT),
    "block_mismatch": ("never", _REPORT),
    "unknown_method": ("never", "SLACK_API_URL is not Slack’s Web API."),
}

#: Why somebody can't be told anything (`bot.reach.WHYS`), where Slack's word for it says more than that it refuses.
WHYS: Final[Mapping[str, str]] = {
    "user_not_found": "not-there",
    "users_not_found": "not-there",
    "user_not_visible": "not-there",
    "user_disabled": "left",
    "cannot_dm_bot": "other",
    "invalid_user_combination": "other",
}

_KNOWN: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")
_LONGEST: Final = 24 * 3600  # a number of seconds gone wrong must not put anything off for good


class Refused(NotDelivered):
    """`code` is Slack's own word, or empty; `ours` where the bot itself is not let in, which somebody has to mend."""

    def __init__(
        self,
        code: str,
        why: str,
        *,
        again: bool,
        unsure: bool = False,
        after: timedelta | None = None,
        unreachable: bool = False,
        ours: bool = False,
    ) -> None:
        super().__init__(why, again=again, unsure=unsure, after=after, unreachable=unreachable)
        self.code = code
        self.ours = ours


def refused(status: int, code: str, retry_after: str = "", *, says: bool = True) -> Refused:
    """What an answer of Slack's other than "ok" means. `says`: it was to post something, which may stand there now.

    A word that nobody knows yet is tried again: most that are new are about a workspace's rules, which people change.
    """
    if status == 429 or code in ("ratelimited", "rate_limited"):
        after = seconds(retry_after)
        return Refused("ratelimited", "Slack asks to be left alone for a while.", again=True, after=after)
    if not _KNOWN.fullmatch(code):
        return Refused("", f"Slack answered {status} and nothing that can be read.", again=True, unsure=says)
    verdict, mend = REFUSALS.get(code, ("again", ""))
    why = f"Slack refused it ({code}). {mend}".rstrip()
    return Refused(
        code,
        why,
        again=verdict in ("again", "unsure", "ours"),
        unsure=says and verdict == "unsure",
        unreachable=verdict == "nobody",
        ours=verdict == "ours",
    )


def out_of_reach(code: str) -> Refused:
    """Slack lets nothing be said in somebody's own chat with the bot, though it was opened anew."""
    why = f"Nothing can be said in this person’s own chat ({code}). {_PERSON}"
    return Refused(code, why, again=False, unreachable=True)


def delayed() -> Refused:
    """The hosted app's token is over, and Slack has not given the next one yet: `Hosting` asks for it by itself."""
    why = "The workspace’s token is over, and Slack has not renewed it yet. It is asked again by itself."
    return Refused("token_expired", why, again=True)


def unanswered(why: str, *, says: bool) -> Refused:
    """No answer came; where something was to be posted, it may stand there all the same."""
    return Refused("", why, again=True, unsure=says)


def seconds(retry_after: str) -> timedelta:
    """RFC 9110, Retry-After, which Slack gives in seconds; a few where it says nothing that can be read."""
    return timedelta(seconds=min(int(retry_after[:9]), _LONGEST) if retry_after.isdecimal() else 5)
