"""Fixtures of the tests of formats."""

from .browsing import browser

__all__ = ["browser"]
