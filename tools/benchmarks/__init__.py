"""Times of texresume beside those of others on the same content, in one run: see docs/benchmarks.md."""
