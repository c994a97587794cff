"""Posts and forms as HTML.

In: the core's `Post` and `Form`, what people typed, our own words around it. Out: `Markup` that the page puts in as
it stands.
Never: I/O; a word that anybody wrote taken for markup, or its right-to-left marks let out of their own words.
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime

from markupsafe import Markup
from msgspec import Struct

from bot.conversation import (
    Block,
    Button,
    Buttons,
    Cited,
    Facts,
    Field,
    File,
    Form,
    Line,
    Option,
    Outline,
    Paragraph,
    Post,
    Quote,
)
from bot.words import Words

_STRENGTHS = ("must", "should", "may")
#: From so many choices on, a list that opens is easier than buttons to choose from; unless their words are long,
#: for such a list cuts them off on a phone.
_MANY = 6
_LONG = 34
_NONE = Markup("")


class Entry(Struct, frozen=True, kw_only=True):
    """One thing said, as one person sees it. `badge` is the letters in front of a name."""

    seq: int
    id: str
    by: str
    badge: str
    at: datetime
    body: Post | str
    mine: bool = False
    bot: bool = False
    aside: bool = False
    removable: bool = False
    edits: int = 0


# ---------------------------------------------------------------- what is said


def article(entry: Entry, words: Words) -> Markup:
    """One thing said with its author and time."""
    kind = "bot" if entry.bot else "mine" if entry.mine else "theirs"
    body = typed(entry.body) if isinstance(entry.body, str) else post(entry.body, words)
    return Markup(
        '<article class="post {kind}{aside}" data-id="{id}" data-seq="{seq}" tabindex="-1" aria-labelledby="by-{seq}">'
        '<span class="badge" aria-hidden="true">{badge}</span><div class="what">'
        '<header id="by-{seq}"><bdi class="by">{by}</bdi> <time datetime="{iso}">{time}</time>{edited}{only}</header>'
        "{body}{remove}</div></article>"
    ).format(
        kind=kind,
        aside=" aside" if entry.aside else "",
        id=entry.id,
        seq=entry.seq,
        badge=entry.badge,
        by=entry.by,
        iso=entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        time=_time(entry.at, words),
        edited=Markup(' <span class="note">{}</span>').format(words("web-edited")) if entry.edits else _NONE,
        only=Markup(' <span class="note only">{}</span>').format(words("web-only-you")) if entry.aside else _NONE,
        body=body,
        remove=_remove(entry, words) if entry.removable else _NONE,
    )


def _remove(entry: Entry, words: Words) -> Markup:
    """The way to take one's own words back."""
    return Markup(
        '<button type="button" class="remove" data-remove aria-describedby="by-{}">'
        '{}<span class="unseen"> {}</span></button>'
    ).format(entry.seq, words("web-remove"), words("web-remove-what"))


def typed(text: str) -> Markup:
    """What somebody typed, to the letter."""
    return Markup('<div class="typed" dir="auto">{}</div>').format(text)


def post(post: Post, words: Words) -> Markup:
    """One thing the bot says."""
    title = Markup('<h2 class="title" dir="auto">{}</h2>').format(post.title) if post.title else _NONE
    return Markup('<div class="body">{}{}</div>').format(title, _blocks(post.blocks, words))


def _time(at: datetime, words: Words) -> str:
    """A time that reads well where the page's script can't put it into local time."""
    utc = at.astimezone(UTC)
    return words("web-time", day=words.day(utc.date()), time=f"{utc:%H:%M}")


def _blocks(blocks: tuple[Block, ...], words: Words) -> Markup:
    return _NONE.join(_block(block, words) for block in blocks)


def _block(block: Block, words: Words) -> Markup:
    match block:
        case Paragraph():
            kind = Markup(' class="small"') if block.small else _NONE
            return Markup('<p{} dir="auto">{}</p>').format(kind, block.text)
        case Quote():
            by = Markup('<figcaption dir="auto">{}</figcaption>').format(block.by) if block.by else _NONE
            return Markup('<figure class="quote"><blockquote dir="auto">{}</blockquote>{}</figure>').format(
                block.text, by
            )
        case Cited():
            return _cited(block, words)
        case Facts():
            rows = (
                Markup('<div><dt dir="auto">{}</dt><dd dir="auto">{}</dd></div>').format(*row) for row in block.rows
            )
            return Markup('<dl class="facts">{}</dl>').format(_NONE.join(rows))
        case Outline():
            return _outline(block.lines)
        case File():
            return _file(block)
        case Buttons():
            return Markup('<div class="buttons">{}</div>').format(_NONE.join(map(_button, block.buttons)))


def _outline(lines: Sequence[Line]) -> Markup:
    """Headings as a list, the lower ones in lists within."""
    parts: list[tuple[Line, list[Line]]] = []
    for line in lines:
        if parts and line.depth > parts[0][0].depth:
            parts[-1][1].append(line)
        else:
            parts.append((line, []))
    return Markup('<ul class="outline">{}</ul>').format(_NONE.join(_line(line, under) for line, under in parts))


def _line(line: Line, under: Sequence[Line]) -> Markup:
    refs = Markup(' <bdi class="refs">{}</bdi>').format(line.refs) if line.refs else _NONE
    return Markup("<li><bdi>{}</bdi>{}{}</li>").format(line.name, refs, _outline(under) if under else _NONE)


def _cited(cited: Cited, words: Words) -> Markup:
    """A clause as a card. Its strength is a word; the colour only repeats it."""
    known = cited.weight if cited.weight in _STRENGTHS else "other"
    tag = Markup("blockquote") if cited.adopted else Markup("div")
    return Markup(
        '<figure class="clause {known}"><figcaption><span class="cite"><bdi class="label">{label}</bdi> '
        '<bdi class="council">{council}</bdi></span>{marks}</figcaption>{path}'
        '<{tag} class="wording" dir="auto"><p>{text}</p>{items}</{tag}></figure>'
    ).format(
        known=known,
        label=cited.label,
        council=cited.council,
        marks=_marks(cited),
        path=_path(cited.path, words),
        tag=tag,
        text=cited.text,
        items=_items(cited.items),
    )


def _marks(cited: Cited) -> Markup:
    """How strong and how sure, side by side."""
    marks = []
    if cited.strength:
        strength = Markup(
            '<span class="strength"><span class="unseen">{}</span><span aria-hidden="true">{}</span></span>'
        )
        marks.append(strength.format(cited.told or cited.strength, cited.strength))
    if cited.sure:
        marks.append(Markup('<span class="sure">{}</span>').format(cited.sure))
    return Markup('<span class="marks">{}</span>').format(Markup(" ").join(marks)) if marks else _NONE


def _path(path: tuple[str, ...], words: Words) -> Markup:
    """Where it stands, outermost heading first."""
    if not path:
        return _NONE
    steps = Markup('<span class="step" aria-hidden="true"> › </span>').join(
        Markup("<bdi>{}</bdi>").format(step) for step in path
    )
    return Markup('<p class="path"><span class="unseen">{} </span>{}</p>').format(words("web-under"), steps)


def _items(items: tuple[str, ...]) -> Markup:
    if not items:
        return _NONE
    lines = _NONE.join(Markup('<li dir="auto">{}</li>').format(item) for item in items)
    return Markup("<ul>{}</ul>").format(lines)


def _button(button: Button) -> Markup:
    kind = Markup(' class="primary"') if button.primary else _NONE
    return Markup('<button type="button"{} data-token="{}"><bdi>{}</bdi></button>').format(
        kind, button.token, button.label
    )


def _file(file: File) -> Markup:
    """A link that saves a file. The file is in the link itself: nothing is fetched, and nothing opened here."""
    inside = b64encode(file.text.encode()).decode()
    return Markup(
        '<p class="file"><a href="data:{media};charset=utf-8;base64,{inside}" download="{name}">'
        '<bdi>{label}</bdi></a> <bdi class="refs">{name}</bdi></p>'
    ).format(media=file.media, inside=inside, name=file.name, label=file.label)


# ---------------------------------------------------------------- forms


def form(form: Form, words: Words) -> Markup:
    """What stands in the dialog: the title and the buttons stay in sight, what is between them scrolls.

    Problems and what was typed before are put into the empty places.
    """
    return Markup(
        '<form method="dialog" data-form="{id}" autocomplete="off" novalidate>'
        '<h2 id="form-title" dir="auto" tabindex="-1" autofocus>{title}</h2>'
        '<div class="sheet" role="group" aria-label="{sheet}" tabindex="0">{places}'
        '<div class="body intro">{intro}</div>{fields}</div>'
        '<div class="foot"><p class="problem" id="form-problem" role="alert" hidden></p>'
        '<div class="buttons"><button type="submit" class="primary"><bdi>{submit}</bdi></button>'
        '<button type="button" data-close>{close}</button></div></div></form>'
    ).format(
        id=form.id,
        title=form.title,
        places=_places(words),
        sheet=words("web-sheet"),
        close=words("web-close"),
        intro=_blocks(form.intro, words),
        fields=_NONE.join(_field(field, f"field-{number}", words) for number, field in enumerate(form.fields)),
        submit=form.submit,
    )


def _places(words: Words) -> Markup:
    return Markup(
        '<div class="faults" tabindex="-1" role="group" aria-labelledby="faults-title" hidden>'
        '<p id="faults-title">{}</p><ul></ul></div>'
        '<div class="back" hidden><p>{}</p><button type="button" data-clear>{}</button></div>'
    ).format(words("web-faults"), words("web-back"), words("web-clear"))


def _field(field: Field, id: str, words: Words) -> Markup:
    """One field. It says so where it is required, in words."""
    chooses = field.kind in ("choice", "person")
    draw = (_select if _opens(field) else _radios) if chooses else _write
    hint = Markup('<p class="hint" id="{}-hint" dir="auto">{}</p>').format(id, field.hint) if field.hint else _NONE
    problem = Markup('<p class="problem" id="{}-problem" hidden></p>').format(id)
    marks = Markup(' data-name="{}" data-limit="{}"{}').format(
        field.name, field.limit, Markup(" data-required") if field.required else _NONE
    )
    return Markup('<div class="field"{}>{}</div>').format(marks, draw(field, id, hint + problem, words))


def _opens(field: Field) -> bool:
    """Whether the choices are a list that opens."""
    short = all(len(option.label) <= _LONG for option in field.options)
    return len(field.options) >= _MANY and (short or field.kind == "person")


def _label(field: Field, words: Words) -> Markup:
    mark = words("web-required") if field.required else words("web-optional")
    return Markup('<bdi>{}</bdi> <span class="mark">({})</span>').format(field.label, mark)


def _common(field: Field, id: str) -> Markup:
    """What every control carries."""
    told = f"{id}-hint {id}-problem" if field.hint else f"{id}-problem"
    required = Markup(' aria-required="true"') if field.required else _NONE
    return Markup(' aria-describedby="{}"{}').format(told, required)


def _write(field: Field, id: str, told: Markup, words: Words) -> Markup:
    """A line, a text, a date or a file. No `maxlength`: it would cut pasted words in silence.

    Names are ours, not the field's: a form's fields hide the form's own properties of the same name.
    """
    common = Markup(' id="{0}" name="{0}"').format(id) + _common(field, id)
    if field.kind == "text":
        control = Markup('<textarea dir="auto" rows="6"{}>\n{}</textarea>').format(common, field.value)
    elif field.kind == "file":
        control = Markup('<input type="file"{}>').format(common)
    else:
        kind = Markup('type="date"') if field.kind == "date" else Markup('type="text" dir="auto" autocomplete="off"')
        control = Markup('<input {}{} value="{}">').format(kind, common, field.value)
    return Markup('<label for="{}">{}</label>{}{}').format(id, _label(field, words), told, control)


def _select(field: Field, id: str, told: Markup, words: Words) -> Markup:
    blank = () if any(not option.value for option in field.options) else (Option("", words("web-choose")),)
    options = (*blank, *field.options)
    return Markup('<label for="{}">{}</label>{}<select id="{}" name="{}"{}>{}</select>').format(
        id, _label(field, words), told, id, id, _common(field, id), _NONE.join(_option(o, field) for o in options)
    )


def _option(option: Option, field: Field) -> Markup:
    chosen = Markup(" selected") if option.value == field.value else _NONE
    return Markup('<option value="{}"{}>{}</option>').format(option.value, chosen, option.label)


def _radios(field: Field, id: str, told: Markup, words: Words) -> Markup:
    """A few choices, all in sight. The group is what is required and what a problem belongs to."""
    options = _NONE.join(_radio(option, field, id, number) for number, option in enumerate(field.options))
    return Markup('<fieldset role="radiogroup" id="{}"{}><legend>{}</legend>{}{}</fieldset>').format(
        id, _common(field, id), _label(field, words), told, options
    )


def _radio(option: Option, field: Field, id: str, number: int) -> Markup:
    chosen = Markup(" checked") if option.value == field.value else _NONE
    return Markup(
        '<div class="option"><input type="radio" id="{id}-{number}" name="{id}" value="{value}"{chosen}>'
        '<label for="{id}-{number}"><bdi>{label}</bdi></label></div>'
    ).format(id=id, number=number, value=option.value, chosen=chosen, label=option.label)
