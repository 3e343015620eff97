"""Variants: files that say what one application sees of the résumé, and how.

A variant that extends another is laid over it: mappings key by key, overrides entry by entry and key by key,
lists and all else replaced whole. What its tags and ids pick is for `tailoring`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from texresume.data import overlay, rules, schema, suppressions
from texresume.data.loader import Loaded, load
from texresume.data.resume import DataPath, Text
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors, nearest

FOLDER = "variants"
"""Beside the data file: where a variant's name leads to."""
_SUFFIXES = (".yaml", ".yml")
_BEGIN = "what this application is to see, such as 'template: onepage' or 'include: [tag]'"
_MAXIMUM_DEPTH = 20
_MAXIMUM_POSTING = 1_000_000


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant, with all that it extends. What the file does not say is empty, `None` or no key.

    `options` are texts as on the command line; `overrides` leads from an address to what is put in there;
    `posting` is the file of the job's posting, `letter` the fields of the letter, `off` codes of warnings not
    to be said. `loaded` is what all that was read from, for positions; `lineage` its files, the one that all
    others extend first.
    """

    name: str
    file: Path
    loaded: Loaded
    lineage: tuple[Path, ...]
    template: str
    locale: str
    options: Mapping[str, str]
    pages: int | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    sections: tuple[str, ...] | None
    titles: Mapping[str, Text]
    show: tuple[str, ...]
    hide: tuple[str, ...]
    order: Mapping[str, tuple[str, ...]]
    limit: Mapping[str, int]
    overrides: Mapping[str, Any]
    posting: Path | None
    letter: Mapping[str, Text | tuple[Text, ...]]
    off: tuple[str, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def source(self) -> Source:
        """Where everything stands."""
        return self.loaded.source

    def fault(
        self,
        code: str,
        message: str,
        path: DataPath,
        hint: str = "",
        *,
        at_key: bool = False,
        severity: Severity = Severity.ERROR,
    ) -> Diagnostic:
        """A diagnostic about what stands at a path of the variant, or about its key."""
        position = self.source.key(path) if at_key else self.source.value(path)
        return self.source.diagnostic(code, message, position, path=path, hint=hint, severity=severity)


def folder_of(data: Path) -> Path:
    """Where the variants of a data file lie."""
    return data.parent / FOLDER


def available(folder: Path) -> dict[str, Path]:
    """Every variant of a folder by name; `_base.yaml` is one to be extended, and in the list as well."""
    files = sorted(file for suffix in _SUFFIXES for file in folder.glob(f"*{suffix}"))
    return {file.stem: file for file in files if file.is_file() and not file.name.startswith(".")}


def rivals(file: Path) -> list[Path]:
    """Files that would be taken in the place of a variant's, or beside it, if they were there."""
    return [file.with_suffix(suffix) for suffix in _SUFFIXES if suffix != file.suffix]


def strangers(folder: Path) -> list[Path]:
    """What lies in a folder of variants and is none by its name or kind, though it may be meant for one."""
    known = set(available(folder).values())
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        entry
        for entry in entries
        if entry not in known
        and not entry.name.startswith(".")
        and (entry.suffix.lower() in (*_SUFFIXES, ".json") or entry.is_dir())
    ]


def applications(folder: Path) -> dict[str, Path]:
    """The variants that are built by `--all`: those whose names do not begin with `_`."""
    return {name: file for name, file in available(folder).items() if not name.startswith("_")}


def find(name: str, data: Path, project: Path, opened: Callable[[Path], None] = lambda _: None) -> Variant:
    """A variant of a data file by name, or by the path of its file. `opened` is told each file before it is
    read.

    Raises `ResumeError` if there is none, or the file or one that it extends is at fault.
    """
    roots = (data.parent, project)
    if "/" in name or "\\" in name or name.endswith(_SUFFIXES):
        if not Path(name).is_file():
            hint = nearest(Path(name).name, (file.name for file in Path(name).parent.glob("*.y*ml")))
            fault = Diagnostic(Severity.ERROR, "unknown-variant", f"there is no file {name}", hint=hint)
            raise ResumeError(fault)
        return _read(Path(name), roots, opened)
    folder = folder_of(data)
    known = available(folder)
    if name not in known:
        hint = nearest(name, known) or _there_are(known, folder)
        fault = Diagnostic(Severity.ERROR, "unknown-variant", f"no variant {name!r}", hint=hint)
        raise ResumeError(fault)
    return _read(known[name], roots, opened)


def _there_are(known: Mapping[str, Path], folder: Path) -> str:
    return f"there are {', '.join(known)}" if known else f"none lie in {folder}"


def _read(file: Path, roots: tuple[Path, ...], opened: Callable[[Path], None]) -> Variant:
    loaded, lineage = _extended(file, (), (*roots, file.parent), opened)
    empty = _drop_empty(loaded)
    found = [*loaded.warnings, *empty, *schema.faults(loaded.data, loaded.source, rules.variant_rules())]
    if has_errors(found):
        raise ResumeError(found)
    off = loaded.data.get("checks", {}).get("off", ())
    found += suppressions.unknown(off, loaded.source, suppressions.VARIANT)
    made = _made(file, loaded, lineage, tuple(found))
    if made.posting is not None:
        opened(made.posting)
    if faults := _wrong_posting(made, roots):
        raise ResumeError([*found, *faults])
    return made


def _extended(
    file: Path, below: tuple[Path, ...], roots: tuple[Path, ...], opened: Callable[[Path], None]
) -> tuple[Loaded, tuple[Path, ...]]:
    """The data of a file over that of the file that it extends, and all these files; `below` led here."""
    if not any(file.resolve().is_relative_to(root.resolve()) for root in roots):
        message = f"the variant {file.name} is a link that leads out of the project"
        fault_of_link = Diagnostic(Severity.ERROR, "variant-outside", message, file, hint="copy it here")
        raise ResumeError(fault_of_link)
    opened(file)
    loaded = load(file, _BEGIN)
    name = loaded.data.get("extends")
    if not isinstance(name, str) or not name.strip():
        return loaded, (file,)
    known = available(file.parent)
    base = file.parent / name if name.endswith(_SUFFIXES) else known.get(name)

    def fault(code: str, message: str, hint: str) -> ResumeError:
        place = ("extends",)
        return ResumeError(
            loaded.source.diagnostic(code, message, loaded.source.value(place), path=place, hint=hint)
        )

    if base is None or not base.is_file():
        hint = nearest(name, known) or _there_are(known, file.parent)
        raise fault("unknown-variant", f"there is no variant {name!r} to extend", hint)
    chain = (*below, file.resolve())
    if base.resolve() in chain:
        circle = [one.stem for one in chain[chain.index(base.resolve()) :]]
        way = " extends ".join([*circle, circle[0]])
        raise fault("variant-cycle", f"variants extend each other in a circle: {way}", "take one of them out")
    if len(chain) > _MAXIMUM_DEPTH:
        raise fault("variant-depth", f"more than {_MAXIMUM_DEPTH} variants extend each other", "extend fewer")
    beneath, lineage = _extended(base, chain, roots, opened)
    return overlay.laid_over(beneath, loaded, _merges), (*lineage, file)


def _merges(path: DataPath) -> bool:
    return len(path) == 1 or (len(path) == 2 and path[0] == "override")  # noqa: PLR2004 - ("override", address)


def _drop_empty(loaded: Loaded) -> list[Diagnostic]:
    """Keys without a value are not there, but for those of an override: they take away what stands there."""
    overrides = loaded.data.pop("override", None)
    found = schema.drop_empty(loaded.data, (), loaded.source, lenient=False)
    if overrides is not None:
        loaded.data["override"] = overrides
    return found


def _made(file: Path, loaded: Loaded, lineage: tuple[Path, ...], warnings: tuple[Diagnostic, ...]) -> Variant:
    data = loaded.data
    posting = data.get("posting")
    home = loaded.source.origin(("posting",)).file.parent
    return Variant(
        name=file.stem,
        file=file,
        loaded=loaded,
        lineage=lineage,
        template=data.get("template", ""),
        locale=data.get("locale", ""),
        options=data.get("options", {}),
        pages=int(data["pages"]) if "pages" in data else None,
        include=tuple(data.get("include", ())),
        exclude=tuple(data.get("exclude", ())),
        sections=tuple(data["sections"]) if "sections" in data else None,
        titles=_texts(data.get("titles", {}), ("titles",)),
        show=tuple(data.get("show", ())),
        hide=tuple(data.get("hide", ())),
        order={key: tuple(ids) for key, ids in data.get("order", {}).items()},
        limit={key: int(number) for key, number in data.get("limit", {}).items()},
        overrides=data.get("override", {}),
        posting=home / posting if posting else None,
        letter={
            key: tuple(_text(item, ("letter", key, number)) for number, item in enumerate(value))
            if isinstance(value, list)
            else _text(value, ("letter", key))
            for key, value in data.get("letter", {}).items()
        },
        off=tuple(data.get("checks", {}).get("off", ())),
        warnings=warnings,
    )


def _text(value: Any, path: DataPath) -> Text:
    return Text(path, schema.languages(value))


def _texts(values: Mapping[str, Any], path: DataPath) -> dict[str, Text]:
    return {key: _text(value, (*path, key)) for key, value in values.items()}


def _wrong_posting(variant: Variant, roots: tuple[Path, ...]) -> list[Diagnostic]:
    """The posting must be a file of text, of the project: what it asks is read by others."""
    if variant.posting is None:
        return []

    def fault(code: str, message: str, hint: str = "") -> list[Diagnostic]:
        return [variant.fault(code, message, ("posting",), hint)]

    try:
        file = variant.posting.resolve()
        if not any(file.is_relative_to(root.resolve()) for root in (*roots, variant.file.parent)):
            return fault("posting-outside", "the posting lies outside the project", "copy it beside the data")
        if not file.is_file():
            message = f"there is no file {variant.loaded.data['posting']!r}"
            return fault("no-such-posting", message, "the path starts at the variant's folder")
        if file.stat().st_size > _MAXIMUM_POSTING:
            return fault("wrong-posting", "the posting is larger than 1 MB", "keep its text only")
        file.read_text("utf-8")
    except UnicodeDecodeError:
        return fault("wrong-posting", "the posting is no text in UTF-8", "save it as plain text")
    except (OSError, ValueError) as error:
        return fault("wrong-posting", f"the posting cannot be read: {error}")
    return []
