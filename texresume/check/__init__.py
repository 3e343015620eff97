"""What `check` and `validate` look at beyond every build: extractors, layout, wording, reports.

Takes a finished build or validated data, gives diagnostics and reports. May import `build` and what is
below it.
"""
