"""What templates see: the composed document, with labels, dates and rich text of one language.

Takes a validated résumé and a locale, gives a `Document`. May import `text` and what stands below.
"""
