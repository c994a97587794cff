"""Councils' settings, the environment, and the command that asks for them."""
