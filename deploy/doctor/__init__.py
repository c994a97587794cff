"""What `protocol-bot doctor` tries, an area to a module: each check gives findings, with what is wrong and the mend.

In: the environment, councils' settings, a folder. Out: findings. Never: anything changed, sent or made; a secret, or
the account of a person, who is called by their office.
"""
