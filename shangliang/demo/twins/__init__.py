"""What an action leaves, without a statement: for each action that the past takes, its twin with the same parameters.

`tests/test_twins.py` tells matters of a town twice, by the actions and by their twins, and compares every row.
"""
