"""What templates see: the composed document, with labels, dates and rich text in one language.

Takes a validated résumé and a locale; returns a `Document`. May import `text` and the packages below it.
"""
