"""`invoke population`: see tools/population/run.py."""

from population.run import main

if __name__ == "__main__":
    raise SystemExit(main())
