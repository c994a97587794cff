"""The pages that the app's description in Teams leads to: what it is, what it does with what people write, the terms.

In: the bot's own sentences. Out: three pages that stand by themselves. Never: anything about anybody; a script; an
address of somebody else's.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from aiohttp import web

from adapters.teams.manifest import ABOUT, PRIVACY, TERMS
from bot.words import Words

#: What every page of ours is served with.
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_STYLE: Final = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem}"


def routes(words: Words) -> Sequence[web.RouteDef]:
    """Each page at its own address."""
    told = {ABOUT: words("page-about"), PRIVACY: words("page-privacy"), TERMS: words("page-terms")}
    title, language = words("teams-name"), words("language-tag")
    return [_route(path, page(title, text, language=language)) for path, text in told.items()]


def _route(path: str, html: str) -> web.RouteDef:
    async def shown(_request: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html", charset="utf-8", headers=HEADERS)

    return web.get(path, shown)


def page(title: str, text: str, below: str = "", language: str = "en-GB") -> str:
    """Paragraphs, with an empty line between them, as a page. `below` is HTML already, `language` as BCP 47 has it."""
    paragraphs = "".join(f"<p>{escape(part.strip())}</p>\n" for part in text.split("\n\n"))
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><main>\n<h1>{escape(title)}</h1>\n{paragraphs}{below}</main></body>\n</html>\n"
    )
