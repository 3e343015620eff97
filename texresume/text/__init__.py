"""Text and language: markup, formulas, right-to-left text, locales.

Takes strings; returns rich text, and the words and forms of a language. May import `data` and the packages
below it.
"""
