"""Running TeX: which one, how, in what sandbox, and what its log says.

Takes a LaTeX source, gives a PDF or errors. Imports only the modules at the top.
"""
