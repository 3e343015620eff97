"""What a person types and sees: the verbs, their options, and what is printed.

May import every other package.
"""
