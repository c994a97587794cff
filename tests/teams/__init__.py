"""Microsoft Teams: how it looks, what it delivers, what goes over the wire."""

from adapters.teams.render import Sentences
from content import load

_WORDS = load.words()
SENTENCES = Sentences(**{name: _WORDS("teams-" + name.replace("_", "-")) for name in Sentences.__struct_fields__})
