"""The browser chat's network: the page, what people send, and what they see at once.

In: HTTP on this computer. Out: events to the bot, posts to every open page; `Web` carries the core's notices.
Never: understands or draws anything itself (`parse`, `render`); writes a word of anybody's into the log.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from aiohttp import web
from msgspec.structs import replace

from adapters.web import guard, pages, parse, render
from adapters.web.files import Files
from adapters.web.live import Live, News
from adapters.web.parse import Delivery, Unreadable
from adapters.web.workspace import BOT, CHANNEL, PLATFORM, Posts, Removed, Said, Seat, Workspace
from bot.conversation import (
    Announce,
    Answer,
    Edit,
    Notice,
    Open,
    Person,
    Place,
    Post,
    Reject,
    Send,
    Submit,
    Whisper,
)
from bot.errors import NotDelivered
from bot.ports import Ears
from bot.words import Words

log = logging.getLogger(__name__)

_BEAT = 15.0  # seconds of silence after which an open page is told that we are still here
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Web:
    """The browser chat as a platform: keeps what is said and shows it at once to whoever may see it."""

    def __init__(
        self,
        posts: Posts,
        councils: Mapping[str, str],
        seats: Mapping[str, Seat],
        clock: Callable[[], datetime],
        words: Words,
    ) -> None:
        if {BOT, CHANNEL} & set(seats):
            raise ValueError(f"no seat may be called {BOT!r} or {CHANNEL!r}")
        self.posts = posts
        self.workspace = Workspace(councils, seats)
        self.clock = clock
        self.words = words
        self.live = Live()
        self.files = Files()

    async def deliver(self, notice: Notice, key: str) -> None:
        """Say it, once for each `key`. Raises `NotDelivered` rather than show it more widely than it was meant."""
        match notice:
            case Send(to=to):
                if to.platform != PLATFORM or not self.workspace.has(to.tenant, to.id):
                    raise NotDelivered("There is no such person in the browser chat.", again=False)
                await self.say(Place(PLATFORM, to.tenant, to.id, private=True), key, notice.post)
            case Announce(to=to):
                if to.private:
                    raise NotDelivered("An announcement is for everybody; that place is one person’s.", again=False)
                await self.say(to, key, notice.post)
            case Edit(of=of):
                place = self._place(of.place)
                said = await self.posts.edit(of.place.tenant, place, of.id, notice.post)
                if said is not None:  # else it is gone, and there is nothing left to change
                    self.live.tell(of.place.tenant, said, private=of.place.private)

    async def reaches(self, who: Person) -> str:
        """Whoever one can be here can be told."""
        return "" if who.platform == PLATFORM and self.workspace.has(who.tenant, who.id) else "not-there"

    async def say(
        self, where: Place, id: str, body: Post | str, *, author: str = BOT, only_for: str | None = None
    ) -> Said:
        """Keep one thing said and show it. In a private chat it is always for its owner alone."""
        place = self._place(where)
        owner = place if where.private else only_for
        said = await self.posts.add(where.tenant, place, id, author=author, body=body, at=self.clock(), only_for=owner)
        self.live.tell(where.tenant, said, private=where.private)
        return said

    async def take_back(self, council: str, seat: str, id: str) -> Removed:
        """Remove what somebody wrote in their own chat, here and on every page of theirs. Raises `Unreadable`."""
        if not await self.posts.remove(council, seat, id):
            raise Unreadable("web-not-yours")
        removed = Removed(seat, id)
        self.live.take_back(council, removed)
        return removed

    def entry(self, news: News, seat: str) -> dict[str, Any]:
        """One thing said, drawn for one seat, or that it is gone."""
        if isinstance(news, Removed):
            return {"place": "private", "id": news.id, "gone": True}
        return self._drawn(news, seat)

    def _drawn(self, said: Said, seat: str) -> dict[str, Any]:
        name = self._name(said.author)
        private = said.place != CHANNEL
        drawn = render.article(
            render.Entry(
                seq=said.seq,
                id=said.id,
                by=name,
                badge="§" if said.author == BOT else "".join(word[0] for word in name.split()[:2]),
                at=said.at,
                body=said.body,
                mine=said.author == seat,
                bot=said.author == BOT,
                aside=said.only_for is not None and not private,
                removable=private and said.author == seat,
                edits=said.edits,
            ),
            self.words,
        )
        return {
            "place": "private" if private else "channel",
            "id": said.id,
            "seq": said.seq,
            "edits": said.edits,
            "mine": said.author == seat,
            "html": str(drawn),
        }

    def _name(self, author: str) -> str:
        """Whose words these are, for people."""
        if author == BOT:
            return self.words("web-name")
        seat = self.workspace.seats.get(author)
        return seat.name if seat else self.words("web-somebody")

    def _place(self, where: Place) -> str:
        place = self.workspace.place(where)
        if place is None:
            raise NotDelivered("There is no such place in the browser chat.", again=False)
        return place


class _Served(NamedTuple):
    """What the routes work with."""

    bot: Ears
    chat: Web


_SERVED: Final = web.AppKey("served", _Served)
_EVENT: Final = web.RequestKey("event", str)


def application(bot: Ears, chat: Web) -> web.Application:
    """The whole server. It answers only to its own page on this computer."""
    app = web.Application(middlewares=[_keep_out, _no_tracebacks], client_max_size=guard.BODY_LIMIT)
    app[_SERVED] = _Served(bot, chat)
    app.add_routes(
        [
            web.get("/", _page),
            web.get("/static/{name}", _static),
            web.get("/api/workspace", _workspace),
            web.post("/api/events", _events),
            web.post("/api/files", _files),
            web.get("/api/live", _live, allow_head=False),  # it would go on and on after the answer
        ]
    )
    app.on_response_prepare.append(_headers)
    app.on_shutdown.append(_hang_up)
    return app


# ---------------------------------------------------------------- around every request


@web.middleware
async def _keep_out(request: web.Request, handler: Handler) -> web.StreamResponse:
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    why = guard.refusal(request.headers, port)
    if why is None:
        return await handler(request)
    return _problem(403, _words(request)(why, address=f"http://127.0.0.1:{port}/"))


@web.middleware
async def _no_tracebacks(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A failure becomes a sentence for the person, and an id and a class in the log: a traceback may hold words."""
    try:
        return await handler(request)
    except Unreadable as why:
        return _problem(400, _words(request)(why.name, **why.facts))
    except web.HTTPRequestEntityTooLarge:
        return _problem(413, _words(request)("web-too-long"))
    except web.HTTPException as refused:
        return _problem(refused.status, _words(request)("web-nothing-here"))
    except Exception as failed:
        log.error("event %s failed: %s", request.get(_EVENT, "(none)"), type(failed).__name__)
        return _problem(500, _words(request)("web-failed"))


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(guard.HEADERS)
    response.headers["Cache-Control"] = "no-store" if request.path.startswith("/api/") else "no-cache"


async def _hang_up(app: web.Application) -> None:
    app[_SERVED].chat.live.hang_up()


def _words(request: web.Request) -> Words:
    return request.app[_SERVED].chat.words


def _problem(status: int, sentence: str) -> web.Response:
    return web.json_response({"problem": sentence}, status=status)


# ---------------------------------------------------------------- the routes


async def _page(request: web.Request) -> web.StreamResponse:
    return web.Response(text=pages.page(_words(request)), content_type="text/html", charset="utf-8")


async def _static(request: web.Request) -> web.StreamResponse:
    if (file := pages.file(request.match_info["name"])) is None:
        raise web.HTTPNotFound
    body, media = file
    return web.Response(body=body, content_type=media, charset="utf-8")


async def _workspace(request: web.Request) -> web.StreamResponse:
    chat = request.app[_SERVED].chat
    council, seat = _who(request, chat.workspace)
    channel = await chat.posts.of(council, CHANNEL, seat)
    private = await chat.posts.of(council, seat, seat)
    return web.json_response(
        {
            "council": council,
            "seat": seat,
            "councils": [{"id": id, "name": name} for id, name in chat.workspace.councils.items()],
            "seats": [msgspec.to_builtins(one) for one in chat.workspace.seats.values()],
            "channel": [chat.entry(said, seat) for said in channel],
            "private": [chat.entry(said, seat) for said in private],
        }
    )


async def _events(request: web.Request) -> web.StreamResponse:
    """One thing that somebody did. The same POST again adds nothing: every id comes from the page's own."""
    if request.content_type != (media := "application/json"):
        return _problem(415, _words(request)("web-only-the-page", media=media))
    bot, chat = request.app[_SERVED]
    sent = parse.read(await request.read(), chat.workspace, chat.clock())
    request[_EVENT] = sent.id
    if sent.removes:
        gone = await chat.take_back(sent.where.tenant, sent.who.id, sent.removes)
        return web.json_response({"posts": [chat.entry(gone, sent.who.id)], "form": None, "problems": None})
    said = await _show_typed(chat, sent)
    event, whose = sent.event, (sent.where.tenant, sent.who.id)
    if isinstance(event, Submit) and sent.files:
        event = replace(event, files=chat.files.found(whose, sent.files))
    answer = await bot.hear(event) if event else None
    chat.files.heard(whose, sent.files.values())
    return web.json_response(await _reply(chat, sent, said, answer))


async def _files(request: web.Request) -> web.StreamResponse:
    """A file for a form that is about to be sent in. The same again is the same file."""
    if request.content_type != (media := "application/octet-stream"):
        return _problem(415, _words(request)("web-only-the-page", media=media))
    chat = request.app[_SERVED].chat
    whose = _who(request, chat.workspace)
    name = request.query.get("name", "")
    return web.json_response({"file": await chat.files.keep(whose, name, request.content.iter_chunked(64 * 1024))})


async def _show_typed(chat: Web, sent: Delivery) -> list[Said]:
    """Typed words stand in the place: a command for its author alone, anything else for everybody there."""
    if not sent.typed or not sent.typed.strip():
        return []
    seat = sent.who.id
    only_for = seat if sent.aside else None
    return [await chat.say(sent.where, f"said-{sent.id}", sent.typed, author=seat, only_for=only_for)]


async def _reply(chat: Web, sent: Delivery, said: list[Said], answer: Answer | None) -> dict[str, Any]:
    """What the page that asked gets back. A whisper is kept; a form and its problems are not."""
    seat = sent.who.id
    reply: dict[str, Any] = {"form": None, "problems": None}
    match answer:
        case Whisper(post=post):
            said = [*said, await chat.say(sent.where, f"answer-{sent.id}", post, only_for=seat)]
        case Open(form=form):
            reply["form"] = str(render.form(form, chat.words))
        case Reject(problems=problems):
            reply["problems"] = problems
    return {"posts": [chat.entry(one, seat) for one in said], **reply}


async def _live(request: web.Request) -> web.StreamResponse:
    """Everything said from now on, as it is said, until the page or the server goes."""
    chat = request.app[_SERVED].chat
    council, seat = _who(request, chat.workspace)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    with chat.live.listen(council, seat) as listener, suppress(ConnectionError):
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        while True:
            try:
                news = await listener.next(_BEAT)
            except TimeoutError:
                await response.write(b":\n\n")
                continue
            if news is None:
                break
            await response.write(b"data: " + msgspec.json.encode(chat.entry(news, seat)) + b"\n\n")
    return response


def _who(request: web.Request, workspace: Workspace) -> tuple[str, str]:
    """The council and the seat that the page asks for; the first ones where it does not say."""
    council = request.query.get("council") or next(iter(workspace.councils))
    seat = request.query.get("seat") or next(iter(workspace.seats))
    if not workspace.has(council, seat):
        raise Unreadable("web-no-seat")
    return council, seat
