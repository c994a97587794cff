"""What the bot says in Slack of its own, whether a workspace has an app of its own or the hosted one.

In: a council's words. Out: the adapter's sentences. Never: a sentence of its own.
"""

from adapters.slack.render import Sentences
from bot.words import Words


def sentences(words: Words) -> Sentences:
    """What the adapter says of its own, in a council's words."""
    return Sentences(
        name=words("slack-name"),
        close=words("slack-close"),
        go_on=words("slack-go-on"),
        moment=words("slack-moment"),
        choose=words("slack-choose"),
        continued=words("slack-continued"),
        not_all=words("slack-not-all"),
        failed=words("slack-failed"),
        unshown=words("slack-unshown"),
        no_council=words("slack-no-council"),
    )
