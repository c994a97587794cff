"""The browser chat: a small workspace on this computer, for trying the bot out.

In: what the page sends. Out: the page, and what is said, as it is said.
Never: anything from the internet; anything to another computer.
"""
