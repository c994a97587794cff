"""What people would use instead, which `tests.bench.peers` runs beside ours.

In: nothing. Out: which of them, and which version. Never: any of them installed beside ours, or imported.

The other files of this folder are run by Pythons of their own (build/peers), one for each.
"""

from typing import Final

#: Each is installed by its name and this version into an environment of its own.
PINNED: Final = {"errbot": "6.2.1", "opsdroid": "0.31.0"}
