"""`protocol-bot run`: the bot as a process, against a Slack and a Teams of the tests' own."""
