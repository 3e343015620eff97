"""Readers of other programs' formats: one module a format, each a function from a source to a résumé.

Takes data with positions (`data.loader`, `trees`, `archives`); gives what `draft` collects: the data of a
résumé in our schema, with the place that each text comes from. `registry` lists them.
"""
