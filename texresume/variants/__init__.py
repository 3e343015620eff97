"""One master, many applications: what a variant selects, overrides and hides.

Takes validated data and a variant file, gives the tailored data. May import `document` and what stands
below.
"""
