"""The bot itself, for as long as it runs: what it begins with, serves, counts and logs."""
