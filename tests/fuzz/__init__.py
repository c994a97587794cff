"""Every door that something from outside comes in by, tried with whatever Hypothesis can think of."""
