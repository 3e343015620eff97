"""Font fallback: which font sets which character.

Takes text, gives runs of text with their fonts, or the characters that no font has. May import `variants` and
what stands below.
"""
