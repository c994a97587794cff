"""The steps, oldest first.

In: a database of any released version. Out: today's tables. Never: loses a row.
"""
