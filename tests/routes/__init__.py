"""What each council's protocol says of who raises what about whom, written by hand, and what people then see."""
