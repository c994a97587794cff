"""The doctor, on real files, databases and processes; Slack, Teams and a mail server are the tests' own."""
