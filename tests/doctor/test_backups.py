"""What the doctor says of backups, by the folder that they are made into."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from storage.seal import new_keys, read_keys
from storage.sealed_file import written


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "backups"
    made.mkdir()
    new_keys(tmp_path / "keys")
    return made


def backup(folder, name: str, what: str = "backup", **ago: float) -> None:
    made = (datetime.now(UTC) - timedelta(**ago)).isoformat()
    with written(folder / name, read_keys(folder.parent / "keys"), what, made=made, of="of", version="1") as (
        writer,
        _,
    ):
        writer.end()


async def test_last_nights_backup_is_fine(patient, folder):
    backup(folder, "protocol-bot-20261101T010000Z.backup", days=20)
    backup(folder, "protocol-bot-20261122T010000Z.backup", hours=20)
    found = await patient.looked(offline=True, backups=folder)
    assert found.state("backups", "age") == "fine", found.told("backups", "age")


async def test_where_none_was_made_for_days_something_is_wrong(patient, folder):
    backup(folder, "protocol-bot-20261101T010000Z.backup", days=3, hours=1)
    backup(folder, "protocol-bot.erasures", "erasures", hours=1)
    (folder / "notes.backup").write_text(json.dumps({"what": "backup"}), "utf-8")
    found = await patient.looked(offline=True, backups=folder)
    assert found.state("backups", "age") == "wrong"
    assert re.search(r" is 3 days old\. Make one", found.told("backups", "age"))


@pytest.mark.parametrize("there", [True, False], ids=["empty", "not-there"])
async def test_a_folder_without_a_backup_is_wrong(patient, folder, there):
    found = await patient.looked(offline=True, backups=folder if there else folder / "nowhere")
    assert found.state("backups", "age") == "wrong"


async def test_a_folder_that_is_not_named_is_not_tried(patient):
    assert (await patient.looked(offline=True)).state("backups", "age") == "untried"
