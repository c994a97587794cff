"""Where everything is when nobody says where.

In: the folder one is in. Out: a folder's name, a file's. Never: makes one.
"""

from pathlib import Path
from typing import Final

#: A council's settings.
SETTINGS: Final = Path("protocol-bot.yaml")
#: What `run` makes, and what `try` makes.
RUN_DATA: Final = Path("protocol-bot-data")
TRY_DATA: Final = Path("try-data")


def data() -> Path:
    """The council's own where there is one, else the try-out's."""
    return RUN_DATA if RUN_DATA.is_dir() else TRY_DATA
