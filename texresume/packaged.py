"""Data that comes with the package: rules, locales and tables as YAML, measured tables as JSON."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

import yaml

YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where PyYAML was built with it: ten times as fast."""


@cache
def table(name: str) -> Any:
    """A file of the package as data, such as `schema/resume.yaml`.

    Raises `FileNotFoundError` if there is none of that name.
    """
    text = resources.files("texresume").joinpath(name).read_text("utf-8")
    return json.loads(text) if name.endswith(".json") else yaml.load(text, Loader=YamlLoader)  # noqa: S506 - safe
