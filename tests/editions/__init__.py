"""Editions: wordings that a council adopted, what goes by which, and what is said of it."""
