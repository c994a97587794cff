"""The core: events in, one turn, one transaction, notices out.

In: records of `bot.conversation`. Out: an answer and notices, by the ports of `bot.ports`.
Never: a platform's SDK, SQL, YAML, a web framework.
"""
