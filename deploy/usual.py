"""Where everything is kept when nobody says where.

In: the folder one is in. Out: a folder's name. Never: makes one.
"""

from pathlib import Path
from typing import Final

#: What `run` makes, and what `try` makes.
RUN_DATA: Final = Path("protocol-bot-data")
TRY_DATA: Final = Path("try-data")


def data() -> Path:
    """The council's own where there is one, else the try-out's."""
    return RUN_DATA if RUN_DATA.is_dir() else TRY_DATA
