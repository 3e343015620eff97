"""Which font sets which character.

Takes text, gives runs of text with a font, or the characters that no font has. May import `variants` and
what stands below.
"""
