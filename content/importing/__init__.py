"""Makes a pack of a document that was read: ids, strengths, topics, and rules about concerns as proposals.

In: what `content.reading` found. Out: a `Pack`, a report on it, and its YAML. Never: a rule that is in force.
"""
