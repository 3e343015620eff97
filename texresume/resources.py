"""Data that comes with the package: rules, locales and tables as YAML, measured tables as JSON."""

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
"""libyaml's parser where PyYAML was built with it: ten times as fast."""


@once
def table(name: str) -> Any:
    """A file of the package as data, such as `schema/resume.yaml`.

    Raises `FileNotFoundError` if there is none of that name.
    """
    file = importlib.resources.files("texresume").joinpath(name)
    if name.endswith(".json"):
        return json.loads(file.read_text("utf-8"))
    stamp = f"{sys.implementation.cache_tag} {cache.status(file)}" if isinstance(file, Path) else ""
    kept = cache.recall(f"tables/{name}", stamp) if stamp else None
    if kept is not None:
        return marshal.loads(kept)  # noqa: S302 - sealed: see `cache.recall`
    data = yaml.load(file.read_text("utf-8"), Loader=YamlLoader)  # noqa: S506 - safe
    if stamp:
        cache.remember(f"tables/{name}", stamp, marshal.dumps(data))
    return data
