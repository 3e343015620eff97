"""One master, many applications: what a variant overrides, selects and hides.

Takes validated data and a variant file; returns the data for one application. May import `document` and the
packages below it.
"""
