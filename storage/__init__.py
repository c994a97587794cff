"""What is remembered, in tables.

In: records, turns and notices of the core. Out: the same, later. Never: decides anything.
"""
