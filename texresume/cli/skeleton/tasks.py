"""The verbs of texresume for `invoke` in this project: `invoke --list`."""

from invoke.collection import Collection

from texresume import tasks

namespace = Collection.from_module(tasks)
