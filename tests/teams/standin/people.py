"""What somebody does in Teams' own client, and what the client then does of itself.

In: what a person types, presses and fills in. Out: deliveries to the bot.
Never: an action that the client would not let them do.

What the client does: learn.microsoft.com, Teams: "Universal actions" (the answer to a press), "Use dialogs with bots"
(what opens, stays and closes), "Input validation in Adaptive Cards" (what is asked for before anything is sent).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.teams.checks import elements
from tests.teams.standin import activities, posted
from tests.teams.standin.keys import Signer
from tests.teams.standin.posted import Answer
from tests.teams.standin.server import APP_ID, StandIn
from tests.teams.standin.state import Conversation, Dialog, Person, Said, Tenant

Body = dict[str, Any]
UNREACHABLE = "Unable to reach app. Please try again."


@dataclass
class Somebody:
    """One person at their Teams. `last` is the last activity that was sent to the bot, `answer` what came back.

    `toasts` are the small words that a press was answered with. `waits` is how many seconds Teams waits for an invoke,
    `retries` how often it tries one again that nobody answered.
    """

    teams: StandIn
    tenant: Tenant
    person: Person
    signer: Signer | None = None
    waits: float = posted.INVOKE
    retries: int = posted.RETRIES
    last: Body | None = field(default=None, init=False)
    answer: Answer | None = field(default=None, init=False)
    toasts: list[str] = field(default_factory=list, init=False)

    # ------------------------------------------------------------ saying

    @property
    def chat(self) -> Conversation:
        """Their own chat with the bot."""
        return self.tenant.chat(self.person.aad)

    async def say(self, text: str) -> Said:
        """Words in their own chat."""
        said = self.tenant.say(self.chat.id, self.person.aad, text=text)
        await self.deliver(activities.message(self.tenant, self.person, said))
        return said

    async def talk(self, place: str, text: str, thread: str | None = None) -> Said:
        """Words in a shared place that name nobody: Teams sends the bot none of it."""
        return self.tenant.say(place, self.person.aad, text=text, thread=thread)

    async def mention(self, place: str, text: str, thread: str | None = None, also: Person | None = None) -> Said:
        """`@Protocol Bot TEXT` in a shared place. `also`: somebody else who is named at its end."""
        typed = f"<at>{activities.BOT_NAME}</at> {text}"
        named = [(self.tenant.bot, activities.BOT_NAME)]
        if also is not None:
            typed, named = f"{typed} <at>{also.name}</at>", [*named, (also.id, also.name)]
        said = self.tenant.say(place, self.person.aad, text=typed, thread=thread)
        if self.tenant.conversations[place].with_bot:
            await self.deliver(activities.message(self.tenant, self.person, said, mentions=named))
        return said

    async def slash(self, place: str, text: str) -> Said:
        """A slash command in a shared place: a message that only they and the bot see."""
        said = self.tenant.say(place, self.person.aad, text=text, only_for=self.person.aad)
        await self.deliver(activities.message(self.tenant, self.person, said))
        return said

    async def edit(self, said: Said, text: str) -> None:
        """Other words for what they said."""
        said.text = text
        said.edits += 1
        await self.deliver(activities.changed(self.tenant, self.person, said, gone=False))

    async def remove(self, said: Said) -> None:
        """What they said, taken away."""
        said.gone = True
        await self.deliver(activities.changed(self.tenant, self.person, said, gone=True))

    async def react(self, said: Said) -> None:
        """A thumb up."""
        await self.deliver(activities.reacted(self.tenant, self.person, said))

    # ------------------------------------------------------------ the app itself

    async def install(self, place: str = "") -> None:
        """The app is added: for themselves, or to a shared place."""
        here = self.tenant.conversations[place] if place else self.chat
        if place:
            here.with_bot = True
        else:
            self.person.installed = True
        for activity in activities.installed(self.tenant, self.person, here, added=True):
            await self.deliver(activity)

    async def uninstall(self, place: str = "") -> None:
        """The app is taken away."""
        here = self.tenant.conversations[place] if place else self.chat
        if place:
            here.with_bot = False
        else:
            self.person.installed = False
        for activity in activities.installed(self.tenant, self.person, here, added=False):
            await self.deliver(activity)

    # ------------------------------------------------------------ pressing

    async def press(self, said: Said, action: Mapping[str, Any]) -> Answer:
        """A button of a card. The client sends what stands in the card's inputs with it."""
        data = dict(action.get("data") or {})
        if action["type"] == "Action.Execute":
            value = activities.pressed(action, data)
            return await self._pressed(activities.invoke(self.tenant, self.person, said, "adaptiveCard/action", value))
        assert action["type"] == "Action.Submit", action["type"]
        if (data.get("msteams") or {}).get("type") == "task/fetch":
            return await self._fetched(said, data)
        return await self.deliver(activities.valued(self.tenant, self.person, said, data))

    async def press_as_of_old(self, said: Said, action: Mapping[str, Any]) -> Answer:
        """The same in a client that knows nothing of Action.Execute."""
        return await self.press(said, action.get("fallback") or action)

    async def _pressed(self, invoke: Body) -> Answer:
        answer = await self.deliver(invoke)
        body = answer.body if isinstance(answer.body, dict) else {}
        if answer.taken and self.teams.objects("press", body, "press"):
            return answer
        if body.get("type") == "application/vnd.microsoft.activity.message":
            self.toasts.append(body["value"])
        elif body.get("type") == "application/vnd.microsoft.error":
            self.teams.troubles.append("press: the app said that something went wrong")
        return answer

    async def _fetched(self, said: Said, data: Body) -> Answer:
        self.closes()
        value = activities.asked(data)
        answer = await self.deliver(activities.invoke(self.tenant, self.person, said, "task/fetch", value))
        if answer.taken:
            self._shows(said, answer, "task/fetch")
            if self.dialog is None:
                self.teams.troubles.append("task/fetch: nothing opened")
        return answer

    # ------------------------------------------------------------ dialogs

    @property
    def dialog(self) -> Dialog | None:
        """What is open."""
        return self.tenant.dialogs.get(self.person.aad)

    def fill(self, id: str, value: str) -> None:
        """An input of the open dialog. The client takes no more than its maxLength."""
        dialog = self.dialog
        assert dialog is not None, "no dialog is open"
        element = next(one for one in elements(dialog.card) if one.get("id") == id)
        most = element.get("maxLength")
        dialog.values[id] = value[:most] if most else value

    async def press_in(self, action: Mapping[str, Any]) -> Answer | None:
        """A button of the open dialog. None where the client says that something is missing, and sends nothing."""
        dialog = self.dialog
        assert dialog is not None, "no dialog is open"
        assert action["type"] == "Action.Submit", action["type"]
        data = dict(action.get("data") or {})
        if action.get("associatedInputs") != "none":
            dialog.missing = _missing(dialog)
            if dialog.missing:
                return None
            data |= {id: value for id, value in dialog.values.items() if value}
        value = activities.asked(data)
        answer = await self.deliver(activities.invoke(self.tenant, self.person, dialog.source, "task/submit", value))
        if answer.taken and self.dialog is dialog:
            self._shows(dialog.source, answer, "task/submit")
        elif not answer.taken:
            dialog.banner = UNREACHABLE
        return answer

    def closes(self) -> None:
        """The open dialog, unsent."""
        self.tenant.dialogs.pop(self.person.aad, None)

    def _shows(self, source: Said, answer: Answer, what: str) -> None:
        """What is answered takes the place of what was open; an answer without a body closes it."""
        if not answer.text:
            return self.closes()
        body = answer.body if isinstance(answer.body, dict) else {}
        if self.teams.objects("dialog", body, what):
            if self.dialog is not None:
                self.dialog.banner = UNREACHABLE
            return None
        task = body["task"]
        if task["type"] == "message":
            self.tenant.dialogs[self.person.aad] = Dialog("", {"body": []}, source, {}, words=task["value"])
            return None
        card = task["value"]["card"]["content"]
        inputs = {one["id"]: one.get("value", "") for one in elements(card) if one["type"].startswith("Input.")}
        self.tenant.dialogs[self.person.aad] = Dialog(task["value"]["title"], card, source, inputs)
        return None

    # ------------------------------------------------------------ once more

    async def again(self) -> Answer:
        """The last delivery: an invoke with an id of its own, anything else as it was."""
        assert self.last is not None, "nothing was done yet"
        invoke = self.last["type"] == "invoke"
        return await self._post(self.last | ({"id": activities.invoke_id()} if invoke else {}))

    # ------------------------------------------------------------ the way to the bot

    async def deliver(self, activity: Body) -> Answer:
        """Anything; an invoke that nobody answers is tried again, with another id each time."""
        self.answer = answer = await self._post(activity)
        for _ in range(self.retries if activity["type"] == "invoke" else 0):
            if answer.taken or 400 <= answer.status < 500:
                break
            self.answer = answer = await self._post(activity | {"id": activities.invoke_id()})
        return answer

    async def _post(self, activity: Body) -> Answer:
        self.last = activity
        invoke = activity["type"] == "invoke"
        signer = self.signer or self.teams.keys.signer(APP_ID, self.tenant.clock)
        authorization = signer.authorization(activity["serviceUrl"])
        waits = self.waits if invoke else posted.MESSAGE
        self.answer = answer = await posted.post(self.tenant.url, authorization, activity, waits)
        if not answer.taken:
            self.teams.troubles.append(
                f"{activity.get('name', activity['type'])}: the app did not answer ({answer.status})"
            )
        return answer


def _missing(dialog: Dialog) -> dict[str, str]:
    """What the client asks for by itself."""
    needed = (one for one in elements(dialog.card) if one["type"].startswith("Input.") and one.get("isRequired"))
    return {one["id"]: one.get("errorMessage", "") for one in needed if not dialog.values.get(one["id"], "").strip()}
