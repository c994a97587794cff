"""How the tables came to be, step by step.

In: a database of any released version. Out: today's tables. Never: loses a row.
"""
