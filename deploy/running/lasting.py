"""What a start makes stays, and is not gone through again and again for what might be thrown away.

In: that a start begins, that it is over. Out: nothing; a start without pauses, and none for its sake later.
Never: garbage of the time after the start kept.

Python looks for cycles that nothing refers to whenever enough was made. A start makes little else than what stays: a
million things for a thousand councils. Half of a start went into looking at them, and one look later, in the middle of
somebody's question, took a second. https://docs.python.org/3/library/gc.html#gc.freeze

What answers are made of refers to itself nowhere, and is thrown away as soon as it is told: a look for cycles after
every 700 things found none, and took a twelfth of the time of busy hours. Those of the database's statements can wait.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_YOUNG: Final = 10_000  # things made, and not thrown away, before Python looks whether it could throw any away


@contextmanager
def starting() -> Iterator[None]:
    """Nothing is looked through until `begun`, or until the end of it. What `begun` let be stays so: it ends sooner."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def begun() -> None:
    """What is there now stays: looked through once more, then never. To be called again for what came since."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    gc.enable()
