"""Variants: files that say what one application shows of the résumé, and how.

A variant that extends another is merged over it: mappings key by key, overrides entry by entry and key by
key; lists and everything else are replaced. `overrides` and `selection` apply it to the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from texresume.data import assembly, files, overlay, rules, schema, suppressions
from texresume.data.letters import ABOUT, OWN, LetterData, assemble
from texresume.data.loader import Loaded, load
from texresume.data.resume import DataPath, Text
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors, nearest
from texresume.records import dataclass

from . import letters

FOLDER = "variants"
"""The folder beside the data file in which variants are found by name."""
_SUFFIXES = (".yaml", ".yml")
_BEGIN = "a key of variants, such as 'template: onepage' or 'include: [tag]'"
_MAXIMUM_DEPTH = 20
_MAXIMUM_POSTING = 1_000_000
_LISTED = 8
"""Known addresses that a hint lists: one line."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant, merged with all that it extends. What the files do not set is empty or `None`.

    `options` are texts as on the command line; `overrides` maps addresses to new values; `posting` is the
    file of the job posting, `letter` the letter, if there is one, `about` the employer and the position of
    the application, `filename` the pattern of the built files' name, `dates` how dates are printed,
    `publications` how publications are, `engine` that of TeX or nothing, `suppressed` the codes of suppressed
    warnings.
    `loaded` is the merged data, for positions; `ancestors` are its files, from the one that all others extend
    to the variant's own.
    """

    name: str
    file: Path
    loaded: Loaded
    ancestors: tuple[Path, ...]
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
    letter: LetterData | None
    about: Mapping[str, Text]
    filename: str = ""
    dates: Mapping[str, str] = field(default_factory=dict)
    publications: Mapping[str, Any] = field(default_factory=dict)
    engine: str = ""
    suppressed: tuple[str, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def source(self) -> Source:
        """The positions of its values."""
        return self.loaded.source

    def diagnostic(
        self,
        code: str,
        message: str,
        path: DataPath,
        hint: str = "",
        *,
        at_key: bool = False,
        severity: Severity = Severity.ERROR,
    ) -> Diagnostic:
        """A diagnostic about the value at a path of the variant, or about its key."""
        position = self.source.key(path) if at_key else self.source.value(path)
        return self.source.diagnostic(code, message, position, path=path, hint=hint, severity=severity)


def unknown_address(
    variant: Variant, path: DataPath, address: str, known: Iterable[str], *, at_key: bool = False
) -> Diagnostic:
    """The error for an address that nothing in the résumé has; the hint suggests or lists known ones."""
    names = list(known)
    related = [other for other in names if other.startswith(address.rpartition(".")[0])] or names
    listed = f"known are {', '.join(related[:_LISTED])}{' …' if len(related) > _LISTED else ''}"
    message = f"no entry or highlight has the address {address!r}"
    return variant.diagnostic("unknown-id", message, path, nearest(address, names) or listed, at_key=at_key)


def folder_of(data: Path) -> Path:
    """The folder of the variants of a data file."""
    return data.parent / FOLDER


def available(folder: Path) -> dict[str, Path]:
    """All variants of a folder by name, including those such as `_base` that are only extended."""
    files = sorted(file for suffix in _SUFFIXES for file in folder.glob(f"*{suffix}"))
    return {file.stem: file for file in files if file.is_file() and not file.name.startswith(".")}


def rivals(file: Path) -> list[Path]:
    """Files that, if they existed, would be another variant of the same name."""
    return [file.with_suffix(suffix) for suffix in _SUFFIXES if suffix != file.suffix]


def letter_files(variant: Variant, data: Path) -> list[Path]:
    """The files that hold the letter of a variant, or would if they existed."""
    return letters.candidates(letters.folder_of(data), variant.name)


def strangers(folder: Path) -> list[Path]:
    """Files and folders in a folder of variants that are not variants, but may be meant as such."""
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
    """The variants that `--all` builds: those whose names do not start with `_`."""
    return {name: file for name, file in available(folder).items() if not name.startswith("_")}


def find(name: str, data: Path, project: Path, opened: Callable[[Path], None] = lambda _: None) -> Variant:
    """A variant of a data file by name, or by the path of its file. `opened` is called with each file before
    it is read.

    Raises `ResumeError` if there is no such variant, or if it or one that it extends is not valid.
    """
    roots = (data.parent, project)
    if "/" in name or "\\" in name or name.endswith(_SUFFIXES):
        if kind := files.kind_of(Path(name)):
            message = f"cannot read {name}: this is {kind}, not a file"
            raise ResumeError(Diagnostic(Severity.ERROR, "unknown-variant", message))
        if not Path(name).is_file():
            hint = nearest(Path(name).name, (file.name for file in Path(name).parent.glob("*.y*ml")))
            error = Diagnostic(Severity.ERROR, "unknown-variant", f"file not found: {name}", hint=hint)
            raise ResumeError(error)
        return _read(Path(name), data, roots, opened)
    folder = folder_of(data)
    known = available(folder)
    if name not in known:
        hint = nearest(name, known) or _list(known, folder)
        error = Diagnostic(Severity.ERROR, "unknown-variant", f"unknown variant {name!r}", hint=hint)
        raise ResumeError(error)
    return _read(known[name], data, roots, opened)


def _list(known: Mapping[str, Path], folder: Path) -> str:
    return f"the variants are {', '.join(known)}" if known else f"none found in {folder}"


def _read(file: Path, data: Path, roots: tuple[Path, ...], opened: Callable[[Path], None]) -> Variant:
    loaded, ancestors = _load(file, (), (*roots, file.parent), opened)
    loaded = letters.merged(loaded, letters.folder_of(data), file.stem, roots, opened)
    empty = _drop_empty(loaded)
    diagnostics = [*loaded.warnings, *empty, *schema.check(loaded.data, loaded.source, rules.variant_rules())]
    if has_errors(diagnostics):
        raise ResumeError(diagnostics)
    suppressed = loaded.data.get("checks", {}).get("off", ())
    diagnostics += suppressions.unknown(suppressed, loaded.source, suppressions.VARIANT)
    variant = _make(file, loaded, ancestors, tuple(diagnostics))
    if variant.posting is not None:
        opened(variant.posting)
    if errors := _check_posting(variant, roots):
        raise ResumeError([*diagnostics, *errors])
    return variant


def _load(
    file: Path, descendants: tuple[Path, ...], roots: tuple[Path, ...], opened: Callable[[Path], None]
) -> tuple[Loaded, tuple[Path, ...]]:
    """The data of a file merged over that of the file it extends, and all these files."""
    if not any(file.resolve().is_relative_to(root.resolve()) for root in roots):
        message = f"the variant {file.name} links to a file outside the project"
        outside = Diagnostic(Severity.ERROR, "variant-outside", message, file, hint="copy the file here")
        raise ResumeError(outside)
    opened(file)
    loaded = load(file, _BEGIN)
    name = loaded.data.get("extends")
    if not isinstance(name, str) or not name.strip():
        return loaded, (file,)
    known = available(file.parent)
    base = file.parent / name if name.endswith(_SUFFIXES) else known.get(name)

    def error(code: str, message: str, hint: str) -> ResumeError:
        path = ("extends",)
        return ResumeError(
            loaded.source.diagnostic(code, message, loaded.source.value(path), path=path, hint=hint)
        )

    if base is None or not base.is_file():
        hint = nearest(name, known) or _list(known, file.parent)
        raise error("unknown-variant", f"cannot extend unknown variant {name!r}", hint)
    chain = (*descendants, file.resolve())
    if base.resolve() in chain:
        cycle = [one.stem for one in chain[chain.index(base.resolve()) :]]
        message = f"variants extend each other in a cycle: {' extends '.join([*cycle, cycle[0]])}"
        raise error("variant-cycle", message, "delete one 'extends'")
    if len(chain) > _MAXIMUM_DEPTH:
        message = f"more than {_MAXIMUM_DEPTH} variants extend each other"
        raise error("variant-depth", message, "extend fewer")
    below, ancestors = _load(base, chain, roots, opened)
    return overlay.merge(below, loaded, _merges), (*ancestors, file)


def _merges(path: DataPath) -> bool:
    return len(path) == 1 or (len(path) == 2 and path[0] == "override")  # noqa: PLR2004 - ("override", address)


def _drop_empty(loaded: Loaded) -> list[Diagnostic]:
    """Drop keys without a value, except those of overrides: they remove a value of the data."""
    overrides = loaded.data.pop("override", None)
    errors = schema.drop_empty(loaded.data, (), loaded.source, lenient=False)
    if overrides is not None:
        loaded.data["override"] = overrides
    return errors


def _make(
    file: Path, loaded: Loaded, ancestors: tuple[Path, ...], warnings: tuple[Diagnostic, ...]
) -> Variant:
    data = loaded.data
    posting, letter = data.get("posting"), data.get("letter", {})
    folder = loaded.source.origin(("posting",)).file.parent
    about = _texts({key: data[key] for key in ABOUT if key in data}, ())
    return Variant(
        name=file.stem,
        file=file,
        loaded=loaded,
        ancestors=ancestors,
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
        posting=folder / posting if posting else None,
        letter=assemble(letter, about) if any(key in letter for key in OWN) else None,
        about=about,
        filename=data.get("filename", ""),
        dates=assembly.date_style(data.get("dates", {})),
        publications=data.get("publications", {}),
        engine=data.get("engine", ""),
        suppressed=tuple(data.get("checks", {}).get("off", ())),
        warnings=warnings,
    )


def _text(value: Any, path: DataPath) -> Text:
    return Text(path, assembly.languages(value))


def _texts(values: Mapping[str, Any], path: DataPath) -> dict[str, Text]:
    return {key: _text(value, (*path, key)) for key, value in values.items()}


def _check_posting(variant: Variant, roots: tuple[Path, ...]) -> list[Diagnostic]:
    """The posting must be a text file in the project."""
    if variant.posting is None:
        return []

    def error(code: str, message: str, hint: str = "") -> list[Diagnostic]:
        return [variant.diagnostic(code, message, ("posting",), hint)]

    try:
        file = variant.posting.resolve()
        if not any(file.is_relative_to(root.resolve()) for root in (*roots, variant.file.parent)):
            return error("posting-outside", "the posting is outside the project", "copy it beside the data")
        if kind := files.kind_of(file):
            return error("wrong-posting", f"the posting is {kind}, not a file", "save it as plain text")
        if not file.is_file():
            message = f"file not found: {variant.loaded.data['posting']!r}"
            return error("no-such-posting", message, "the path is relative to the folder of the variant")
        files.read(file, _MAXIMUM_POSTING).decode("utf-8")
    except files.TooLarge:
        return error("wrong-posting", "the posting is larger than 1 MB", "keep only its text")
    except UnicodeDecodeError:
        return error("wrong-posting", "the posting is not UTF-8 text", "save it as plain text")
    except (OSError, ValueError) as cause:
        return error("wrong-posting", f"cannot read the posting: {cause}")
    return []
