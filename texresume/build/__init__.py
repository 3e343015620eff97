"""One build as named stages, many builds side by side, and builds on every save.

Takes a `Request`, gives a `Build` or the diagnostics that say why there is none. May import `pdf` and what
stands below; what `check` adds comes in by the arguments `typeset=` and `inspect=` of `pipeline.build`.
"""
