"""Data files of the package: rules, locales and tables as YAML, measured tables as JSON."""

from __future__ import annotations

import importlib.resources
import json
import marshal
import sys
from functools import cache as once
from pathlib import Path
from typing import Any

import yaml

from . import cache

YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser if PyYAML was built with it: ten times as fast."""


@once
def manual(name: str) -> str:
    """Where a page of the manual is: `docs/data.md` in a clone, else a file of the package."""
    package = Path(__file__).parent
    installed = package / "docs" / name
    return str(installed) if installed.is_file() else f"docs/{name}"


@once
def table(name: str) -> Any:
    """A file of the package as data, such as `data/schema/resume.yaml`. Nobody may change what is returned.

    Raises `FileNotFoundError` if there is no such file.
    """
    file = importlib.resources.files("texresume").joinpath(name)
    if name.endswith(".json"):
        return json.loads(file.read_text("utf-8"))
    stamp = f"{sys.implementation.cache_tag} {cache.status(file)}" if isinstance(file, Path) else ""
    stored = cache.recall(f"tables/{name}", stamp) if stamp else None
    if stored is not None:
        return marshal.loads(stored)  # noqa: S302 - sealed: see `cache.recall`
    data = yaml.load(file.read_text("utf-8"), Loader=YamlLoader)  # noqa: S506 - safe
    if stamp:
        cache.remember(f"tables/{name}", stamp, marshal.dumps(data))
    return data
