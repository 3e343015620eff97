"""The page beside the text, in a browser on this machine: takes a request, builds on every save as `watch`
does, and serves pictures, places and files on 127.0.0.1. May import `check` and all below; only `cli` imports
it.
"""
