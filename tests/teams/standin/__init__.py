"""A Teams of the tests' own, at the wire: what the bot talks to instead of Microsoft, and what people do there.

In: what the bot sends. Out: what a person then sees; what Teams would send to the bot. Never: a word of the adapter's.

Read `state.py` (what is where), `server.py` and `connector.py` (the Bot Connector service), `activities.py` and
`posted.py` (what is sent to the bot), `people.py` (what somebody does), `faults.py`, `keys.py` (the keys that Teams
signs with, and its tokens) and `login.py` (where the bot gets its own token).
"""

from tests.teams.standin.faults import Fault
from tests.teams.standin.people import Somebody
from tests.teams.standin.server import StandIn
from tests.teams.standin.state import BOT, Conversation, Dialog, Person, Said, Tenant

__all__ = ["BOT", "Conversation", "Dialog", "Fault", "Person", "Said", "Somebody", "StandIn", "Tenant"]
