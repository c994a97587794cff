"""Concerns: random walks, the canary, and bad moments."""
