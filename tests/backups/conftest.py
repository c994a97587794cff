"""A key file that a test may change, and its keys.

In: pytest. Out: fixtures. Never: a key that is used anywhere else.
"""

from tests.storage.conftest import key_file, keys

__all__ = ["key_file", "keys"]
