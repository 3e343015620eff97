"""The commands of texresume as invoke tasks: run `invoke --list`."""

from invoke.collection import Collection

from texresume import tasks

namespace = Collection.from_module(tasks)
