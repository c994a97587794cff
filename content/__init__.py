"""What a council may change, as files, and the one way of reading them.

In: YAML files. Out: values of `bot`. Never: a rule that no file holds.
"""
