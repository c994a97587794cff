"""What the doctor says of the mail server, and that nobody is named to it."""

import socket

from tests.doctor.made import council, someone
from tests.mail.server import Post


def by_mail(patient, port: int) -> None:
    patient.environ |= {
        "PROTOCOL_BOT_SMTP_URL": f"smtp://bot:canary-password@127.0.0.1:{port}",
        "PROTOCOL_BOT_MAIL_FROM": "bot@example.org",
    }


async def test_a_mail_server_that_lets_the_bot_in_is_fine_and_nobody_is_named_to_it(patient):
    async with Post().open() as post:
        by_mail(patient, post.port)
        assert (await patient.looked()).state("mail", "server") == "fine"
    assert [line.split()[0].upper() for line in post.said] == ["EHLO", "AUTH", "QUIT"]
    assert not post.messages


async def test_a_mail_server_that_does_not_take_the_password_is_wrong(patient):
    async with Post({"AUTH": "535 5.7.8 canary-password is no good"}).open() as post:
        by_mail(patient, post.port)
        found = await patient.looked()
    assert found.state("mail", "server") == "wrong"
    assert "the password" in found.told("mail", "server")
    assert "canary" not in found.whole.replace("Canaryname", "")


async def test_a_mail_server_that_is_not_there_is_wrong(patient):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        by_mail(patient, door.getsockname()[1])
        assert (await patient.looked()).state("mail", "server") == "wrong"


async def test_who_is_to_be_told_by_e_mail_where_there_is_none_is_wrong(patient):
    assert (await patient.looked()).state("mail", "set-up") == "untried"
    people = [*council()["people"], someone("nan", "officer", account="email:canary@example.org")]
    patient.settled(council(people=people))
    found = await patient.looked()
    assert found.state("mail", "set-up") == "wrong"
    assert "canary@" not in found.whole
