"""The only wiring: command line, settings, and how it is run.

In: what somebody typed or set. Out: a running bot, or lines on a terminal. Never: a rule of the bot's own.
"""
