"""Backups: the whole database in one sealed file, and back again.

In: a database, a key file, a folder. Out: files that nobody opens without the key file; a database made of one.
Never: the key file in a backup; anything that was erased brought back unseen.
"""
