"""Each platform as the environment sets it up."""
