"""Templates: folders with a manifest, found by name or by path, and the values of their options.

A template may extend another one, which is its base. docs/templates.md says how to write one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from texresume import resources
from texresume.data import files
from texresume.diagnostics import Diagnostic, ResumeError, Severity, nearest
from texresume.records import dataclass

from . import manifest
from .manifest import LETTER, MAIN, MANIFEST, Manifest, Option, Value

SOURCES = {".j2", ".yaml", ".yml", ".md", ".py"}
"""Suffixes of files in a template's folder that TeX does not need."""
MAXIMUM_FILE = 5_000_000
THUMBNAIL = "thumbnail.png"


@dataclass(frozen=True, slots=True)
class Template:
    """A template. `pages` is its page limit (None: no limit); only our own are `trusted`.

    `bases` are the folders of the templates that it extends, the nearest first.
    """

    name: str
    folder: Path
    title: str
    description: str
    license: str
    engine: str
    pages: int | None
    options: tuple[Option, ...]
    trusted: bool
    fonts: tuple[str, ...] = ()
    bases: tuple[Path, ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Its folder, and those of its bases."""
        return (self.folder, *self.bases)

    @property
    def main(self) -> Path:
        """The source: its own, or that of the nearest base that has one."""
        return next(
            (folder / MAIN for folder in self.folders if (folder / MAIN).is_file()), self.folder / MAIN
        )

    @property
    def letter(self) -> Path | None:
        """The source of a letter: its own, or that of the nearest base that has one; `None` if none has."""
        return next((folder / LETTER for folder in self.folders if (folder / LETTER).is_file()), None)

    def files(self) -> list[Path]:
        """The files that TeX needs beside the source: styles and images. One takes the place of that of the
        same name in a base.
        """
        found = {file.name: file for folder in reversed(self.folders) for file in _files(folder)}
        return [found[name] for name in sorted(found)]

    def styles(self) -> list[str]:
        """The names of the styles to read after those of the base, the farthest base's first."""
        below = list(reversed(self.folders[:-1]))
        names = [file.stem for folder in below for file in _files(folder) if file.suffix == ".sty"]
        return list(dict.fromkeys(names))

    def option_error(self, name: str, text: str) -> tuple[str, str, str] | None:
        """Check the value given for an option: the code, message and hint of the error, if there is one."""
        known = {option.name: option for option in self.options}
        if name not in known:
            hint = nearest(name, known) or f"available: {', '.join(known) or 'none'}"
            return "unknown-option", f"template {self.name!r} has no option {name!r}", hint
        try:
            known[name].value(text)
        except ValueError as error:
            return "wrong-option", f"{text!r} is not a valid value for option {name!r}", str(error)
        return None

    def values(self, given: Mapping[str, str]) -> dict[str, Value]:
        """The value of every option: the one given, else the default.

        Raises `ResumeError` for an unknown name or an invalid value.
        """
        errors = [error for name, text in given.items() if (error := self.option_error(name, text))]
        if errors:
            diagnostics = [Diagnostic(Severity.ERROR, code, text, hint=hint) for code, text, hint in errors]
            raise ResumeError(diagnostics)
        return {option.name: option.value(given.get(option.name, option.default)) for option in self.options}


def builtin_folder() -> Path:
    """The folder of the built-in templates: in the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    packaged = package / "templates"
    return packaged if packaged.is_dir() else package.parent / "templates"


def shared_folder() -> Path:
    """The folder of Jinja files that all templates may import."""
    return builtin_folder() / "shared"


def folders(project: Path) -> dict[str, Path]:
    """All templates by name: the project's own take precedence over the built-in ones."""
    found: dict[str, Path] = {}
    for root in (builtin_folder(), project / "templates"):
        if root.is_dir():
            found.update({file.parent.name: file.parent for file in sorted(root.glob(f"*/{MANIFEST}"))})
    return found


def find(name: str, project: Path, *, chosen: bool = True) -> Template:
    """Find a template by name, or by the path of its folder. Unless it was `chosen` by the user, who may name
    any path, it must be in the project or one of ours.

    Raises `ResumeError` if it does not exist, if its manifest is invalid, or that of a template it extends.
    """
    known = folders(project)
    folder = known.get(name)
    if folder is None and _is_path(name):
        folder = Path(name) if Path(name).is_absolute() else project / name
        if not (folder / MANIFEST).is_file():
            message = f"no {MANIFEST} in {name}"
            hint = f"see {resources.manual('templates.md')}"
            raise ResumeError(Diagnostic(Severity.ERROR, "unknown-template", message, hint=hint))
    if folder is None and not builtin_folder().is_dir():
        message = "this installation of texresume has no templates of its own"
        hint = "unpack it, or install it with pip: a zip file cannot be run as it is"
        raise ResumeError(Diagnostic(Severity.ERROR, "no-templates", message, hint=hint))
    if folder is None:
        hint = nearest(name, known) or f"available: {', '.join(sorted(known))}"
        error = Diagnostic(Severity.ERROR, "unknown-template", f"unknown template {name!r}", hint=hint)
        raise ResumeError(error)
    by_path = chosen and name not in known
    if not by_path and files.leads_out(folder, (project, builtin_folder())):
        message = f"the template {name!r} is outside the project"
        hint = "if it is yours, name its folder: --template PATH"
        raise ResumeError(Diagnostic(Severity.ERROR, "template-outside", message, hint=hint))
    return _template(list(_chain(folder, project)))


def looked_for(name: str, project: Path) -> list[Path]:
    """The folders in which `find` looks for a template and for those that it extends, as far as it gets."""
    found = [project / "templates" / name]
    if _is_path(name):
        found.append(project / name)
    folder = next((one for one in found if (one / MANIFEST).is_file()), None)
    try:
        for one in _chain(folder, project) if folder else ():
            found.append(one.folder)
            base = one.data.get("extends", "")
            if _is_path(base):
                found.append(one.folder / base)
            elif base:
                found.append(project / "templates" / base)
    except ResumeError:
        pass  # `find` reports it
    return found


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or name in {".", ".."}


def _files(folder: Path) -> list[Path]:
    """The files of a folder that TeX needs."""
    ours = _is_ours(folder)
    return [
        file
        for file in sorted(folder.iterdir())
        if file.is_file()
        and (ours or not file.is_symlink())  # installers may use links
        and file.suffix not in SOURCES
        and not file.name.startswith(".")
        and file.name != THUMBNAIL
        and file.stat().st_size <= MAXIMUM_FILE
    ]


def _refuse_links(folder: Path) -> None:
    """A manifest is quoted in messages, so it must be the template's own; installers may use links."""
    file = folder / MANIFEST
    if not _is_ours(folder) and files.leads_out(file, (folder,)):
        message = f"{MANIFEST} is a link that leads out of the template"
        hint = "copy the file here"
        raise ResumeError(Diagnostic(Severity.ERROR, "template-outside", message, file, hint=hint))


def _is_ours(folder: Path) -> bool:
    return folder.resolve().parent == builtin_folder().resolve()


def _chain(folder: Path, project: Path) -> Iterator[Manifest]:
    """The manifest in a folder, that of the template it extends, and so on."""
    seen = [folder.resolve()]
    while True:
        _refuse_links(folder)
        one = manifest.read(folder)
        yield one
        if "extends" not in one.data:
            return
        folder = _base(one, project)
        if folder.resolve() in seen:
            names = [path.name for path in seen[seen.index(folder.resolve()) :]]
            message = f"templates extend each other in a cycle: {' extends '.join([*names, names[0]])}"
            raise ResumeError(_at_extends(one, "template-cycle", message, "delete one 'extends'"))
        seen.append(folder.resolve())


def _base(one: Manifest, project: Path) -> Path:
    """The folder of the template that a manifest extends. One that extends its own name means the built-in
    one.
    """
    name = str(one.data["extends"])
    if _is_path(name):
        folder = one.folder / name
        if files.leads_out(folder, (project, builtin_folder(), one.folder.parent)):
            message = f"the template {name!r} is outside the project"
            raise ResumeError(_at_extends(one, "template-outside", message, "copy it into the project"))
        if (folder / MANIFEST).is_file():
            return folder
        message = f"no {MANIFEST} in {name}"
        raise ResumeError(_at_extends(one, "unknown-base", message, "the path is relative to this manifest"))
    ours = folders(builtin_folder() / "none")
    known = ours if _is_ours(one.folder) else {**folders(project)}
    if (
        name in ours
        and name in known
        and known[name].resolve() == one.folder.resolve() != ours[name].resolve()
    ):
        known[name] = ours[name]
    if name not in known:
        hint = nearest(name, known) or f"available: {', '.join(sorted(known))}"
        raise ResumeError(_at_extends(one, "unknown-base", f"cannot extend unknown template {name!r}", hint))
    return known[name]


def _at_extends(one: Manifest, code: str, message: str, hint: str) -> Diagnostic:
    path = ("extends",)
    return one.source.diagnostic(code, message, one.source.value(path), path=path, hint=hint)


def _template(chain: Sequence[Manifest]) -> Template:
    own = chain[0]
    pages = manifest.first_value(chain, "pages", None)
    return Template(
        name=own.folder.resolve().name,
        folder=own.folder,
        title=own.data["title"],
        description=manifest.first_value(chain, "description", ""),
        license=manifest.first_value(chain, "license", ""),
        engine=manifest.first_value(chain, "engine", "pdftex"),
        pages=None if pages is None else int(pages),
        options=manifest.options_of(chain),
        trusted=all(_is_ours(one.folder) for one in chain),
        fonts=tuple(manifest.first_value(chain, "fonts", ())),
        bases=tuple(one.folder for one in chain[1:]),
    )
