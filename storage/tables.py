"""The tables. Changed only together with a migration in `migrations/versions/`.

In: nothing. Out: table definitions for the modules of `storage` and for Alembic.
Never: a query.
"""

from hashlib import blake2s

import msgspec
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

from storage.moments import Instant


def fingerprint(*parts: str) -> str:
    """What is of any length, as a name of fixed length. Anybody can make it: it hides nothing."""
    return blake2s(msgspec.json.encode(parts), digest_size=32).hexdigest()


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Every row belongs to a council, but for the one of `ring` and those of `slack_installs` and `slack_states`: these are
# the deployment's. On PostgreSQL a policy holds each of the others to the council of the transaction
# (`storage.guard`), whatever a query forgets to say.

#: Deliveries that changed something, so that the same one again changes nothing and gets the same answer. The answer is
#: sealed; in the clear where it was kept without keys.
heard = Table(
    "heard",
    metadata,
    Column("council", String(100), nullable=False),
    Column("delivery", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("council", "delivery"),
)
Index(None, heard.c.at)

#: Questions passed to the clerk, and their replies.
passed = Table(
    "passed",
    metadata,
    Column("council", String(100), nullable=False),
    Column("id", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("council", "id"),
)

#: Questions that the clerk pinned to a clause.
pins = Table(
    "pins",
    metadata,
    Column("council", String(100), nullable=False),
    Column("key", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("council", "key"),
)

#: When each document of a council's is looked at again, and what came of it before. `id` names the document.
reviews = Table(
    "reviews",
    metadata,
    Column("council", String(100), nullable=False),
    Column("id", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("council", "id"),
)

#: Whether somebody can be told anything, by their account: `why` is a short word for why not, or empty. `since` is when
#: that became so, `checked` when it was last looked at.
reach = Table(
    "reach",
    metadata,
    Column("council", String(100), nullable=False),
    Column("account", String(300), nullable=False),
    Column("why", String(100), nullable=False),
    Column("since", Instant, nullable=False),
    Column("checked", Instant, nullable=False),
    PrimaryKeyConstraint("council", "account"),
)

#: Changes to the settings proposed in the chat, in the order they were proposed.
changes = Table(
    "changes",
    metadata,
    Column("order", Integer, primary_key=True, autoincrement=True),
    Column("council", String(100), nullable=False),
    Column("id", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
)
Index(None, changes.c.council, changes.c.id, unique=True)

#: The wordings of its protocol that a council adopted, each with the day from which it is in force.
editions = Table(
    "editions",
    metadata,
    Column("council", String(100), nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("council", "number"),
)

#: The wording that a council is setting up.
drafts = Table(
    "drafts",
    metadata,
    Column("council", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("council"),
)

#: Concerns and requests: that there is one, and which version of it. All else of them is sealed.
matters = Table(
    "matters",
    metadata,
    Column("council", String(100), nullable=False),
    Column("matter", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("council", "matter"),
)

#: What they hold, each part sealed for itself: `course`, `people`, `words`.
parts = Table(
    "parts",
    metadata,
    Column("council", String(100), nullable=False),
    Column("matter", String(100), nullable=False),
    Column("part", String(10), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("council", "matter", "part"),
)

#: The key of each matter, wrapped by those of the key file. Without its row a matter is lost for good.
keys = Table(
    "keys",
    metadata,
    Column("council", String(100), nullable=False),
    Column("matter", String(100), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("council", "matter"),
)

#: One row: the secret of the index, wrapped as well. It tells whether the keys are the right ones.
ring = Table(
    "ring",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
)

#: Who is what to a matter, as keyed fingerprints of council, seat and part.
tags = Table(
    "tags",
    metadata,
    Column("council", String(100), nullable=False),
    Column("tag", String(64), nullable=False),
    Column("matter", String(100), nullable=False),
    PrimaryKeyConstraint("council", "tag", "matter"),
)
Index(None, tags.c.council, tags.c.matter)

#: What the clock must bring up, and when. `lease` is until when somebody has it in hand. A matter is promised a rung
#: once: whoever plans the same again adds nothing.
promises = Table(
    "promises",
    metadata,
    Column("order", Integer, primary_key=True, autoincrement=True),
    Column("council", String(100), nullable=False),
    Column("matter", String(100), nullable=False),
    Column("rung", String(40), nullable=False),
    Column("due", Instant, nullable=False),
    Column("lease", Instant),
    sqlite_autoincrement=True,  # the clock tells one promise from another for the same moment by its number
)
Index(None, promises.c.due, promises.c.order)
Index(None, promises.c.council, promises.c.matter, promises.c.rung, unique=True)

#: Who did or read what: a chain for each council, in which `who` and `matter` are fingerprints. Rows stay for good.
#: `at` is text: whatever somebody puts there can still be read, and found wrong.
audit = Table(
    "audit",
    metadata,
    Column("council", String(100), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("who", String(64), nullable=False),
    Column("did", String(100), nullable=False),
    Column("matter", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
    PrimaryKeyConstraint("council", "seq"),
)

#: Notices on their way: sealed, and `recipient` keyed; in the clear what was kept without keys. A delivered one leaves,
#: `due` is empty once it is set aside. `lease` is until when somebody has it in hand; `once` says that it may arrive at
#: most once, and `sending` that the platform was asked for such a one.
outbox = Table(
    "outbox",
    metadata,
    Column("order", Integer, primary_key=True, autoincrement=True),
    Column("council", String(100), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("notice", LargeBinary),
    Column("due", Instant),
    Column("tries", Integer, nullable=False, default=0),
    Column("why", Text, nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Column("name", String(40), nullable=False, server_default=""),  # random: a number would tell how many there are
    Column("lease", Instant),
    Column("once", Boolean, nullable=False, default=False, server_default=false()),
    Column("sending", Boolean, nullable=False, default=False, server_default=false()),
    sqlite_autoincrement=True,
)
Index(None, outbox.c.due, outbox.c.order)
_WAITS, _ASIDE = outbox.c.due.is_not(None), outbox.c.due.is_(None)
#: The first that waits of each recipient's is the one to send: those set aside are not looked through for it.
Index(
    "ix_outbox_first",
    outbox.c.council,
    outbox.c.recipient,
    outbox.c.order,
    sqlite_where=_WAITS,
    postgresql_where=_WAITS,
)
Index("ix_outbox_aside", outbox.c.council, sqlite_where=_ASIDE, postgresql_where=_ASIDE)

#: The browser chat's own posts: that platform's memory, as a chat service would keep it.
web_posts = Table(
    "web_posts",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("council", String(100), nullable=False),
    Column("place", String(100), nullable=False),
    Column("id", String(200), nullable=False),
    Column("only_for", String(100)),
    Column("author", String(100), nullable=False),
    Column("body", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    Column("edits", Integer, nullable=False, default=0),
    sqlite_autoincrement=True,  # the order they were said in; pages know a post by its time (`web_posts.KeptPost`)
)
Index(None, web_posts.c.council, web_posts.c.place, web_posts.c.id, unique=True)

#: The conversations that Teams told the bot of, and where each is called. `who` is whose own chat it is, empty where it
#: is shared. `at` puts them in the order in which they were learnt of, and tells no more than the day.
teams_places = Table(
    "teams_places",
    metadata,
    Column("council", String(100), nullable=False),
    Column("tenant", String(100), nullable=False),
    Column("id", Text, nullable=False),
    Column("who", String(300), nullable=False),
    Column("service_url", Text, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("council", "tenant", "id"),
)
Index(None, teams_places.c.council, teams_places.c.tenant, teams_places.c.who)

#: The workspaces that took the hosted Slack app, in the columns that slack_sdk's own store reads; wider, for a scope
#: or a name is of any length. One row each: the app is installed in a workspace once. Both tokens are sealed, bound to
#: the workspace; who installed it is not kept.
slack_installs = Table(
    "slack_installs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("client_id", String(100), nullable=False),
    Column("app_id", String(100), nullable=False),
    Column("enterprise_id", String(100)),
    Column("enterprise_name", Text),
    Column("team_id", String(100), nullable=False),
    Column("team_name", Text),
    Column("bot_token", LargeBinary, nullable=False),
    Column("bot_id", String(100), nullable=False),
    Column("bot_user_id", String(100), nullable=False),
    Column("bot_scopes", Text),
    Column("bot_refresh_token", LargeBinary),
    Column("bot_token_expires_at", Instant),
    Column("is_enterprise_install", Boolean, nullable=False, default=False, server_default=false()),
    Column("installed_at", Instant, nullable=False),
    sqlite_autoincrement=True,  # an install that was replaced is told from the one after it by its number
)
Index(None, slack_installs.c.client_id, slack_installs.c.team_id, unique=True)

#: Installs that were finished a few minutes ago, each by the fingerprint of what Slack brought back with it: it serves
#: once.
slack_states = Table(
    "slack_states",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("state", String(200), nullable=False),
    Column("expire_at", Instant, nullable=False),
)
Index(None, slack_states.c.state, unique=True)
