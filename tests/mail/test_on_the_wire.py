"""One message to one address, through a mail server that answers as it is told to."""

import asyncio
import logging
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest

from adapters.mail.app import Mail, Server
from adapters.mail.render import Sentences
from bot.conversation import Announce, Edit, Handle, Paragraph, Person, Place, Post, Send
from bot.errors import NotDelivered
from tests.mail import server as wire
from tests.mail.server import HANGS_UP, SAYS_NOTHING

WORDS = Sentences("Open the chat.", "Sent by Protocol Bot.", "Protocol Bot")
ADA = Person("email", "southwell", "ada@example.org")
NOTICE = Send(to=ADA, post=Post((Paragraph(".C-1: please open this.\n.\nzebra"),), title="Something waits for you"))


def mail(post: wire.Post, *, patience: float = 20.0, **server: object) -> Mail:
    given = {"encrypted": "here"} | server
    where = Server(host="127.0.0.1", port=post.port, **given)  # type: ignore[arg-type]
    return Mail(
        where,
        "bot@parish.example.org",
        lambda _council: WORDS,
        lambda: datetime(2026, 11, 22, tzinfo=UTC),
        patience=patience,
    )


async def refused(post: wire.Post, notice=NOTICE, *, patience: float = 20.0, **server: object) -> NotDelivered:
    with pytest.raises(NotDelivered) as why:
        await mail(post, patience=patience, **server).deliver(notice, "notice-1")
    return why.value


async def test_a_notice_arrives_whole_and_is_for_one_address():
    async with wire.Post().open() as post:
        await mail(post).deliver(NOTICE, "notice-1")
    ((sender, to, body),) = post.messages
    assert (sender, to) == ("mail FROM:<bot@parish.example.org>", "rcpt TO:<ada@example.org>")
    read = message_from_bytes(body, policy=SMTP)
    assert read["To"] == "ada@example.org"
    assert read["Message-ID"] == "<notice-1@parish.example.org>"
    assert ".C-1: please open this.\n.\nzebra" in read.get_content().replace("\r\n", "\n")
    assert post.said[-1] == "quit"


async def test_it_does_not_tell_the_name_of_this_computer():
    async with wire.Post().open() as post:
        await mail(post).deliver(NOTICE, "notice-1")
    assert post.said[0] == "ehlo parish.example.org"


async def test_tried_again_it_is_the_same_message():
    async with wire.Post().open() as post:
        for _ in range(2):
            await mail(post).deliver(NOTICE, "notice-1")
    first, second = (message_from_bytes(body)["Message-ID"] for *_, body in post.messages)
    assert first == second


# ---------------------------------------------------------------- encrypted


@pytest.mark.parametrize("encrypted", ["starttls", "at-once"])
async def test_it_is_encrypted_before_anything_is_said(certificate, encrypted):
    post = wire.Post(tls=certificate.context)
    async with post.open(at_once=encrypted == "at-once"):
        known = {"user": "bot", "password": "pass:word", "trusted": certificate.file}
        await mail(post, encrypted=encrypted, **known).deliver(NOTICE, "notice-1")
    assert post.encrypted == [True]
    first = [line.split(" ")[0].casefold() for line in post.said]
    assert "starttls" not in first or first.index("starttls") < first.index("auth")


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificate):
    post = wire.Post(tls=certificate.context)
    async with post.open():
        why = await refused(post, encrypted="starttls", user="bot", password="secret")  # noqa: S106  # of a made-up server
    assert (why.again, why.unreachable) == (True, False)
    assert not [line for line in post.said if line.casefold().startswith(("auth", "mail"))]


async def test_a_server_that_offers_no_encryption_is_told_nothing():
    async with wire.Post().open() as post:
        why = await refused(post, encrypted="starttls", user="bot", password="secret")  # noqa: S106  # of a made-up server
    assert why.again
    assert not [line for line in post.said if line.casefold().startswith(("auth", "mail"))]


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("answers", "again", "unsure", "unreachable"),
    [
        ({"RCPT": "550 5.1.1 no such person"}, False, False, True),
        ({"RCPT": "553 not allowed"}, False, False, True),
        ({"RCPT": "551 gone elsewhere"}, False, False, True),
        ({"RCPT": "550-5.1.10 no mail\r\n550 5.1.10 at this domain"}, False, False, True),
        ({"RCPT": "550 5.2.1 mailbox closed"}, False, False, True),
        ({"RCPT": "554 5.7.1 Relay access denied"}, True, False, False),
        ({"RCPT": "550 5.7.1 listed as a sender of spam"}, True, False, False),
        ({"RCPT": "550 5.1.8 bad sender"}, True, False, False),
        ({"RCPT": "552 5.2.2 mailbox full"}, True, False, False),
        ({"RCPT": "554 no"}, True, False, False),
        ({"RCPT": "503 first things first"}, True, False, False),
        ({"RCPT": "450 5.1.1 contradicts itself"}, True, False, False),
        ({"RCPT": "450 greylisted"}, True, False, False),
        ({"RCPT": "421 closing"}, True, False, False),
        ({"RCPT": HANGS_UP}, True, False, False),
        ({"MAIL": "550 who are you"}, True, False, False),
        ({"MAIL": "550 5.1.1 who are you"}, True, False, False),
        ({"MAIL": "451 later"}, True, False, False),
        ({"hello": "554 no service"}, True, False, False),
        ({"hello": HANGS_UP}, True, False, False),
        ({"hello": "what"}, True, False, False),
        ({"EHLO": "421 no", "HELO": "421 no"}, True, False, False),
        ({"DATA": "451 later"}, True, False, False),
        ({"DATA": "554 no"}, True, False, False),
        ({".": "451 later"}, True, False, False),
        ({".": "554 we do not want that"}, True, False, False),
        ({".": "550 5.1.1 we do not want that"}, True, False, False),
        ({".": HANGS_UP}, True, True, False),
        ({".": "what"}, True, True, False),
        ({".": "251 hm"}, True, False, False),
    ],
    ids=str,
)
async def test_what_the_server_says_decides_what_becomes_of_it(answers, again, unsure, unreachable):
    async with wire.Post(answers).open() as post:
        why = await refused(post)
    assert (why.again, why.unsure, why.unreachable) == (again, unsure, unreachable)
    assert "example.org" not in str(why)


async def test_a_wrong_password_can_be_mended():
    async with wire.Post({"AUTH": "535 5.7.8 wrong"}).open() as post:
        why = await refused(post, user="bot", password="secret")  # noqa: S106  # of a made-up server
    assert (why.again, why.unsure, why.unreachable) == (True, False, False)


async def test_it_arrived_even_where_the_goodbye_did_not():
    async with wire.Post({"QUIT": HANGS_UP}).open() as post:
        await mail(post).deliver(NOTICE, "notice-1")
    assert len(post.messages) == 1


async def test_a_server_that_is_not_there_is_tried_again():
    async with wire.Post().open() as post:
        pass
    why = await refused(post)
    assert (why.again, why.unsure) == (True, False)


@pytest.mark.parametrize(("at", "unsure"), [("hello", False), ("RCPT", False), (".", True)])
async def test_a_server_that_says_nothing_is_not_waited_for(at, unsure):
    async with wire.Post({at: SAYS_NOTHING}).open() as post:
        why = await refused(post, patience=3.0 if at == "." else 0.5)  # it has to come so far
    assert (why.again, why.unsure) == (True, unsure)


async def test_whoever_stops_waiting_ends_the_connection():
    async with wire.Post({"RCPT": SAYS_NOTHING}).open() as post:
        sending = asyncio.create_task(mail(post).deliver(NOTICE, "notice-1"))
        await post.named.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert post.messages == []


# ---------------------------------------------------------------- refused here


@pytest.mark.parametrize(
    "id", ["ada", "ada@example.org\r\nRCPT TO:<eve@example.org>", "ada@example.org,eve@example.org"]
)
async def test_what_is_no_address_reaches_no_server(id):
    async with wire.Post().open() as post:
        why = await refused(post, Send(to=Person("email", "southwell", id), post=NOTICE.post))
        assert await mail(post).reaches(Person("email", "southwell", id)) == "bad-address"
    assert (why.again, why.unreachable) == (False, True)
    assert post.said == []


async def test_a_title_that_would_break_out_of_its_header_is_refused():
    async with wire.Post().open() as post:
        why = await refused(post, Send(to=ADA, post=Post((), title="T\r\nBcc: eve@example.org")))
    assert why.again is False
    assert post.said == []


async def test_only_what_is_for_one_person_goes_by_e_mail():
    channel = Place("email", "southwell", "channel")
    async with wire.Post().open() as post:
        for notice in (
            Announce(to=channel, post=NOTICE.post),
            Edit(of=Handle(channel, "1"), post=NOTICE.post),
            Send(to=Person("web", "southwell", "ada@example.org"), post=NOTICE.post),
        ):
            assert (await refused(post, notice)).again is False
    assert post.said == []


def test_an_address_to_send_from_has_to_be_one():
    with pytest.raises(ValueError, match="no e-mail address"):
        Mail(Server(host="127.0.0.1", port=25), "bot", lambda _council: WORDS, lambda: datetime.now(UTC))


def test_the_password_shows_nowhere():
    assert "zebra" not in repr(Server(host="127.0.0.1", port=25, user="bot", password="zebra"))  # noqa: S106


# ---------------------------------------------------------------- whether somebody can be told


async def test_whether_an_address_is_taken_is_asked_without_sending_anything():
    async with wire.Post().open() as post:
        assert await mail(post).reaches(ADA) == ""
    assert post.messages == []
    assert [line.split(" ")[0].casefold() for line in post.said] == ["ehlo", "mail", "rcpt", "quit"]


async def test_an_address_that_is_refused_is_out_of_reach():
    async with wire.Post({"RCPT": "550 no such person"}).open() as post:
        assert await mail(post).reaches(ADA) == "refused"


@pytest.mark.parametrize(
    "answers",
    [
        {"RCPT": "450 later"},
        {"RCPT": "554 5.7.1 Relay access denied"},
        {"hello": HANGS_UP},
        {"MAIL": "550 who are you"},
    ],
    ids=str,
)
async def test_a_server_in_trouble_can_not_say(answers):
    async with wire.Post(answers).open() as post:
        with pytest.raises(NotDelivered):
            await mail(post).reaches(ADA)


# ---------------------------------------------------------------- quiet


@pytest.mark.parametrize("answers", [{"RCPT": "550 zebra"}, {".": "554 zebra"}, {"AUTH": "535 zebra"}], ids=str)
async def test_nothing_is_logged_and_no_error_tells_what_the_server_said(caplog, capfd, answers):
    caplog.set_level(logging.DEBUG)
    async with wire.Post(answers).open() as post:
        why = await refused(post, user="bot", password="zebra")  # noqa: S106  # of a made-up server
    assert "zebra" not in str(why)
    assert why.__cause__ is None
    assert "zebra" not in caplog.text
    assert "ada@" not in caplog.text
    assert capfd.readouterr() == ("", "")
