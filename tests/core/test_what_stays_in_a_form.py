"""What was written into a form that can't be taken any more stays in it; what was sent twice is received twice."""

from bot.bot import Bot
from bot.conversation import Whisper
from bot.tokens import Token
from tests import databases
from tests.worlds import handbooks, seats, submit

PASS = submit(str(Token("questions", "pass")), {"question": "who keeps the key to the parish notice board"}, id="pass")


async def test_what_a_guest_wrote_into_a_form_opened_before_stays_in_it(bot):
    answer = await bot.hear(submit(PASS.form, PASS.values, who="vic"))
    assert "turn to the clerk (Bea Hall)" in answer.problems[""]


async def test_a_question_sent_when_there_is_no_clerk_any_more_stays_in_its_form(store):
    bot = Bot(store, handbooks({"barrow": [seat for seat in seats("barrow") if "clerk" not in seat.offices]}))
    assert "Nobody is down as the clerk" in (await bot.hear(PASS)).problems[""]


async def test_a_proposal_that_could_not_be_written_down_stays_in_its_form(made):
    values = {"what": "retention", "outcome": "formal", "value": "24"}
    sent = await made(keys=False).rejected(submit("offices/propose/", values, who="dee"))
    assert "does not work at the moment" in sent[""]


async def test_an_answer_sent_from_two_devices_is_received_on_both(bot, database):
    await bot.hear(PASS)
    id = databases.rows(database.url, "SELECT id FROM passed")[0][0]
    for _ in range(2):
        answer = await bot.hear(submit(str(Token("questions", "answer", id)), {"reply": "I do."}, who="bea"))
        assert isinstance(answer, Whisper)
