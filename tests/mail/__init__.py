"""E-mail, on the wire."""
