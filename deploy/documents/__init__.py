"""Looking things up from the command line, and a council's own document: read, confirmed, adopted."""
