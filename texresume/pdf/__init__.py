"""Reading a PDF back: its text, links, fonts and geometry, compared with what was to be printed.

Takes the bytes of a PDF and the fields that were rendered; gives reports. May import `latex` and what is
below it.
"""
