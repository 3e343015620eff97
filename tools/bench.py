"""Time texresume beside other programs on the same content: `invoke bench`, or this script with `--help`."""

from benchmarks.main import main

if __name__ == "__main__":
    main()
