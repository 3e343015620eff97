"""From a file to a validated résumé, with the line and column of every value.

Takes YAML or JSON; returns a `Resume` and diagnostics. Imports only the modules at the top.
"""
