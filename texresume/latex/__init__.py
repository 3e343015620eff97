"""From a document to LaTeX: templates, escaping, and the markers that lead back to the data.

Takes a `Document` and a template, gives a source. May import `fonts` and what stands below.
"""
