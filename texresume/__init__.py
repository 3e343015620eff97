"""A résumé kept as data: YAML in, a LaTeX-typeset PDF out that people enjoy and machines can read."""

__version__ = "0.1.0"
