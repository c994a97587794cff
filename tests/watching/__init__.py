"""Watching a running bot: its log, its figures, whether it is well."""
