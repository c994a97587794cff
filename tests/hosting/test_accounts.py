"""Whoever hosts the app lists who is who in a workspace that installed it, for its council's settings."""

import asyncio
import shutil

import pytest
from sqlalchemy import make_url

from deploy.cli import main
from deploy.kept import folder
from tests import databases
from tests.hosting.conftest import HERE, environ


@pytest.fixture
def command_line(monkeypatch, deployments, slack_, tmp_path):
    for name, value in environ(slack_, "https://protocol.example.org").items():
        monkeypatch.setenv(name, value)
    data = tmp_path / "data"
    folder.made(data, folder.RUN)
    shutil.copyfile(deployments.keys, folder.keys_beside(folder.file_of(data, folder.RUN)))
    if databases.on_postgres():
        monkeypatch.setenv("DATABASE_URL", databases.url(tmp_path))
    else:
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{make_url(databases.url(tmp_path)).database}")
    return ["accounts", "slack", "--data", str(data)]


@pytest.mark.database
async def test_the_people_of_a_workspace_that_has_it_are_listed(deployments, command_line, capsys):
    await (await deployments.start()).install()
    assert await asyncio.to_thread(main, [*command_line, "--workspace", HERE]) == 0
    told = capsys.readouterr().out
    assert f"workspaces: {{slack: {HERE}}}" in told
    assert "Ann Lee" in told
    assert await asyncio.to_thread(main, [*command_line, "--workspace", "TELSEWHERE"]) == 2
    assert (
        "TELSEWHERE has not installed the app yet: that is done at https://protocol.example.org/slack/install"
        in capsys.readouterr().err
    )
