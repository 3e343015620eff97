"""`workflow FILE`: the `run:` steps of the first job of a workflow, in order, as GitHub runs them here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.test_workflows import commands

BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]


def main(file: Path) -> int:
    """Ends with the first step that fails."""
    for command in commands(file, Path()):
        sys.stdout.write(f"run: {command}\n")
        sys.stdout.flush()
        if status := subprocess.run([*BASH, command], check=False).returncode:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
