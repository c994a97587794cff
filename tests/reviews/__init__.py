"""Reviews: what is said to whom, what can be recorded, and three years of it."""
