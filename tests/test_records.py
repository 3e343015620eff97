"""Our dataclasses behave as those of the standard library."""

from __future__ import annotations

import ast
import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import field, replace
from typing import Any

import pytest

from texresume import records
from texresume.diagnostics import Diagnostic, Position, Severity

from .test_architecture import RUNNING

Decorator = Callable[..., Any]
Made = tuple[type[Any], type[Any], type[Any]]


def made_by(dataclass: Decorator) -> Made:
    """The same three classes, with one decorator or the other."""

    @dataclass(frozen=True, slots=True)
    class Frozen:
        """Never changes."""

        name: str
        size: int = 3
        parts: tuple[str, ...] = ()
        more: list[int] = field(default_factory=list, compare=True)

    @dataclass(slots=True)
    class Changing:
        """May change."""

        one: str
        two: list[str] = field(default_factory=list)

    @dataclass(frozen=True)
    class Open:
        """Has a dictionary, so that it may remember more."""

        first: str = "a"

    return Frozen, Changing, Open


@pytest.fixture(params=["ours", "the standard library's"])
def classes(request: pytest.FixtureRequest) -> Made:
    """What holds for the standard library's must hold for ours."""
    ours: Any = records.dataclass
    return made_by(ours if request.param == "ours" else dataclasses.dataclass)


def test_fields_defaults_and_representations(classes: Made) -> None:
    """By place or by name; each object has a list of its own."""
    frozen, changing, open_ = classes
    one, two = frozen("a", more=[1]), frozen(name="a", size=3, parts=(), more=[1])
    assert one == two
    assert repr(one).endswith(".Frozen(name='a', size=3, parts=(), more=[1])")
    assert changing("x").two is not changing("x").two
    assert [one.name for one in dataclasses.fields(open_)] == ["first"]
    assert dataclasses.asdict(two) == {"name": "a", "size": 3, "parts": (), "more": [1]}
    assert replace(one, size=4) == frozen("a", 4, (), [1])
    assert frozen.__match_args__ == ("name", "size", "parts", "more")
    assert list(inspect.signature(frozen.__init__).parameters) == ["self", *frozen.__match_args__]


@pytest.mark.parametrize(
    "given", [((), {}), (("a", 1, (), [], 5), {}), (("a",), {"name": "b"}), (("a",), {"nmae": 1})]
)
def test_wrong_arguments_are_told(classes: Made, given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    """As for any function, with the name of the class, before and after its first object."""
    for _ in range(2):
        with pytest.raises(TypeError, match=r"Frozen\.__init__\(\)"):
            classes[0](*given[0], **given[1])
        classes[0]("a")


def test_comparison(classes: Made) -> None:
    """By class and fields; only what never changes can be a key."""
    frozen, changing, open_ = classes
    assert frozen("a") != frozen("b")
    assert frozen("a") != open_("a")
    assert frozen("a") != "a"
    assert changing("a") == changing("a")
    assert {open_("a"): 1}[open_("a")] == 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(changing("a"))


def test_what_is_frozen_refuses_to_change(classes: Made) -> None:
    """Neither a field nor a new attribute; the other kind changes."""
    frozen, changing, open_ = classes
    for one, name in ((frozen("a"), "name"), (open_(), "first")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(one, name, "b")
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(one, name)
    with pytest.raises(AttributeError):
        changing("a").three = 3
    some = changing("a")
    some.one = "b"
    assert some == changing("b")


def test_copies(classes: Made) -> None:
    """Deep ones share nothing that changes."""
    for one in (classes[0]("a", more=[1]), classes[1]("a", ["b"]), classes[2]("b")):
        assert copy.copy(one) == one
        assert copy.deepcopy(one) == one
    one = classes[0]("a", more=[1])
    assert copy.deepcopy(one).more is not one.more


def test_a_class_keeps_what_it_defines() -> None:
    """Its own methods, and in a subclass the fields that it inherits."""

    @records.dataclass(frozen=True)
    class Base:
        """Compares otherwise."""

        name: str

        def __repr__(self) -> str:
            return "mine"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    @records.dataclass(frozen=True)
    class Derived(Base):
        """Has a field more."""

        size: int = 2

    assert repr(Base("a")) == "mine"
    assert Base("a") == Base("b")
    assert hash(Base("a")) == 7
    assert Derived("a").size == 2
    assert Derived("a") != Derived("b")
    assert repr(Derived("a")).endswith("Derived(name='a', size=2)")


def test_they_go_from_process_to_process() -> None:
    """As the outcomes of a pool do."""
    one = Diagnostic(Severity.NOTE, "code", "message", position=Position(1, 2), path=("work", 0))
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - just made


def test_no_module_takes_the_slower_ones() -> None:
    """`dataclass` is imported from `records` everywhere."""
    users = {
        name
        for name, tree in RUNNING.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        if any(one.name == "dataclass" for one in node.names)
    }
    assert users == set()
