"""Text and language: inline markup, formulas, bidirectional text, locales.

Takes strings, gives values of rich text. May import `data` and what stands below.
"""
