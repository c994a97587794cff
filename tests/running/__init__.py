"""`protocol-bot run`: the bot as a process, against a Slack of the tests' own."""
