"""A key file that a test may change; the store of `tests/conftest.py` is made with its keys.

In: pytest. Out: fixtures. Never: a key that is used anywhere else.
"""

from pathlib import Path

import pytest

from storage.seal import Keys, new_keys, read_keys


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.txt"
    new_keys(path)
    return path


@pytest.fixture
def keys(key_file) -> Keys:
    return read_keys(key_file)
