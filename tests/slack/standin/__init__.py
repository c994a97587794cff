"""A Slack of the tests' own, at the wire: what the bot talks to instead of Slack, and what people do there.

In: what the bot sends. Out: what a person then sees; what Slack would send to the bot. Never: a word of the adapter's.

Read `state.py` (what is where), `server.py` (the doors), `methods.py` and `views.py` (the Web API), `payloads.py` and
`posted.py` (what is sent to the bot), `people.py` (what somebody does), `links.py` (Socket Mode), `oauth.py`
(installing), `faults.py`.
"""

from tests.slack.standin.faults import Fault
from tests.slack.standin.people import Somebody
from tests.slack.standin.server import StandIn
from tests.slack.standin.state import Channel, Said, User, View, Workspace

__all__ = ["Channel", "Fault", "Said", "Somebody", "StandIn", "User", "View", "Workspace"]
