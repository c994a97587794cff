"""The page of every setting and every variable of the environment.

In: what they mean, with the defaults of the code. Out: the page, in Markdown. Never: a line that is written by hand
there: deploy/guide/settings.md is made by `protocol-bot settings`.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from content import meanings
from content.meanings import Setting
from deploy.settings.environment import SECRETS

_INTRO: Final = """\
# Every setting

This page is made by `protocol-bot settings`, from what the bot itself reads. Two things set it up:

- **`protocol-bot.yaml`**, which the council writes: who is who, whom it turns to, how long things are kept. There is no
  secret in it. `protocol-bot init` asks a few questions and writes it; `deploy/try.yaml` is an example of all of it.
- **The environment**, which whoever runs the bot sets: tokens, passwords, addresses.

After each change:

```sh
protocol-bot check --settings protocol-bot.yaml
```

It says for each mistake on which line it is and how to mend it, the nearest right name where one is misspelt, and it
lists what is still missing. A bot that is running takes a change over when it is started anew. For an editor that
understands JSON Schema, `protocol-bot settings --schema` prints one.
"""
_MANY: Final = """\
## One council, or many

A file holds the settings of one council, as below, or of many, each under its own dash. The same person may be clerk of
several: with an account in each council's workspace, and the same e-mail address if they like. A workspace belongs to
one council.

```yaml
councils:
  - council: barrow
    workspaces: {slack: T0BARROW}
    people:
      - {id: ruth-ellison, name: Ruth Ellison, offices: [clerk], accounts: ["slack:U0RUTHB"]}
  - council: southwell
    workspaces: {slack: T0SOUTHWELL}
    people:
      - {id: ruth-ellison, name: Ruth Ellison, offices: [clerk], accounts: ["slack:U0RUTHS"]}
```

Commands that are about one council take `--council ID` where the file is of many.

## `protocol-bot.yaml`

Only `council` is needed; everything else has a default, and what is not set is listed as missing by `check`.
"""
_ENVIRONMENT: Final = """\
## The environment

What is marked *or a file* may stand in a file instead: set the name with `_FILE` behind it to the file's path, such as
`SLACK_BOT_TOKEN_FILE=/run/secrets/slack-bot-token`. Hosts hand secrets over so. Set one of the two, never both; a file
with nothing in it is refused.

| variable | what it means | when it is not set | example |
|---|---|---|---|
"""
_HEAD: Final = "| setting | what it means | what belongs there | default | example |\n|---|---|---|---|---|\n"


def page() -> str:
    """All of it. Raises `UnsoundContent` where something is not explained."""
    return "\n".join((_INTRO, _MANY, *_tables(meanings.settings()), _ENVIRONMENT + "".join(_variables())))


def _tables(settings: Iterable[Setting]) -> Iterator[str]:
    """The council's own fields first, then each record's."""
    by_record = sorted(settings, key=lambda one: one.path.count("."))
    for above, fields in groupby(by_record, key=lambda one: one.path.rpartition(".")[0]):
        title = f"### `{above}`\n\n" if above else ""
        yield title + _HEAD + "".join(map(_row, fields))


def _row(one: Setting) -> str:
    default = "**needed**" if one.default is None else f"`{one.default}`" if one.default else "not set"
    default = "as below" if one.default == "as below" else default
    name = one.path.rpartition(".")[2]
    return _line(f"`{name}`", _plain(one.means), one.belongs, default, f"`{_plain(one.example)}`")


def _variables() -> Iterator[str]:
    for name, told in meanings.environment().items():
        shown = f"`{name}`" + (" *or a file*" if name in SECRETS else "")
        yield _line(shown, _plain(told.means), _plain(told.without), f"`{_plain(told.example)}`")


def _line(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _plain(text: str) -> str:
    return " ".join(text.split())
