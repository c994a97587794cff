"""The command line, `protocol-bot`: each command with an example in its help, in a module of its own kind.

In: arguments. Out: lines on the terminal, and an exit status: 0 done, 1 done and something is wrong or was declined,
2 can’t be done (the reason is on stderr), 130 stopped at the terminal.
Never: a stack trace for something a person can mend.
"""

import argparse
import sys
from collections.abc import Sequence

from bot.errors import ProtocolBotError
from deploy import (
    on_backups,
    on_doctor,
    on_documents,
    on_platforms,
    on_reviews,
    on_running,
    on_settings,
    on_the_database,
    on_the_outbox,
    on_the_protocol,
    on_what_is_kept,
    on_words,
)

#: In the order in which help lists them.
_KINDS = (
    on_the_protocol,
    on_settings,
    on_documents,
    on_what_is_kept,
    on_words,
    on_backups,
    on_the_database,
    on_the_outbox,
    on_reviews,
    on_platforms,
    on_doctor,
    on_running,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except ProtocolBotError as wrong:
        print(f"protocol-bot: {wrong}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, `head` perhaps, has had enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Every command there is."""
    made = argparse.ArgumentParser(
        prog="protocol-bot",
        description="Your council's councillor/officer protocol, answered clause by clause.",
        epilog="Example: protocol-bot try. Each COMMAND has one of its own: protocol-bot COMMAND --help",
    )
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for kind in _KINDS:
        kind.add_to(commands)
    return made


if __name__ == "__main__":
    sys.exit(main())
