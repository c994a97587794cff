"""The benchmarks of many councils and many turns, in small: so that they still run when somebody asks them."""

from bot.conversation import Command, Press, Submit
from deploy.settings.councils import read
from tests.bench import councils, turns


def test_councils_by_the_hundred_are_sound_and_have_no_text_in_common(tmp_path):
    settings = tmp_path / "protocol-bot.yaml"
    settings.write_text(councils.written(tmp_path, councils.workspaces(6)), encoding="utf-8")
    found = read([settings])
    assert len({own.council for own in found}) == 6
    assert all(len(own.people) == councils.PEOPLE for own in found)


def test_a_few_turns_of_every_kind_are_heard_and_told():
    (table,) = turns.tables(300)
    assert table.rows[-1][0] == "300"
    assert len(table.goals) == 1
    heard = {type(event) for event, _ in zip(turns.events("T00000000"), range(1000), strict=False)}
    assert heard == {Command, Press, Submit}
