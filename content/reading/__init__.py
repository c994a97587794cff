"""Reads a council's own document, in whatever form it has it, into the clauses that a careful reader finds in it.

In: a file. Out: `content.reading.lines.Paper`, and from it the `Outline` of `content.reading.structure`.
Never: drops words in silence; opens anything but the file it was given.
"""
