"""Delivery: what is taken in hand, sent, put off, set aside; and what the bot does by itself."""
