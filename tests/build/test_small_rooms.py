"""The small rooms: addresses, dates, formulas, names of files, the photo."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from texresume.build import file_names, output
from texresume.cli.status import exit_status
from texresume.data import assembly, assets, dates, links
from texresume.data.dates import PartialDate
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.text import formulas, locale

FEW = settings(max_examples=60, deadline=None)


# -- addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("HTTP://EXAMPLE.COM", "HTTP://EXAMPLE.COM"),
        ("example.com/x", "https://example.com/x"),
        ("www.example.com", "https://www.example.com"),
        ("//example.com", "https://example.com"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("localhost/x", "https://localhost/x"),
        (" example.com ", "https://example.com"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("tel:+15550100", "tel:+15550100"),
        ("https://example.com/é ü", "https://example.com/%C3%A9%20%C3%BC"),
        ("https://example.com/%20", "https://example.com/%20"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("javascript:alert(1)", ""),
        ("JavaScript:alert(1)", ""),
        ("javascript:a.b/x", ""),
        ("file:///etc/passwd", ""),
        ("data:text/html,x", ""),
        ("ftp://example.com", ""),
        ("https://", ""),
        ("mailto:", ""),
        ("http://[", ""),
        ("just words", ""),
        ("see example.com please", ""),
        ("https://exam ple.com", ""),
        ("http:example.com", ""),
        ("a..b", ""),
        ("word", ""),
        ("", ""),
        ("/etc/passwd", ""),
        ("../x", ""),
    ],
)
def test_addresses_become_targets_of_known_schemes(address: str, target: str) -> None:
    """What people write as an address becomes one of http, https, mailto, tel, or is refused."""
    assert links.with_scheme(address) == target


@FEW
@given(st.text() | st.from_regex(r"\A[a-z]{1,9}:[ -~]{0,20}\Z"))
def test_a_target_has_an_allowed_scheme_and_is_ascii(address: str) -> None:
    """Whatever the address, its target begins with an allowed scheme and is printable ASCII."""
    target = links.with_scheme(address)
    assert not target or links.is_linkable(target)
    assert target.isascii()
    assert target.isprintable()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.example.com/", "example.com"),
        ("http://example.com/a/", "example.com/a"),
        ("https://example.com/?q=/", "example.com/?q=/"),
        ("HTTPS://Example.com", "Example.com"),
        ("example.com", "example.com"),
        ("https://wwwx.example.com", "wwwx.example.com"),
        ("mailto:a@b.cd", "mailto:a@b.cd"),
    ],
)
def test_addresses_are_printed_short(address: str, shown: str) -> None:
    """Scheme, www. and a last slash are not printed; nothing else goes."""
    assert links.printed(address) == shown


def test_targets_are_compared_by_what_they_mean() -> None:
    """Percent-encoding, case and a last slash make no difference."""
    assert links.core("https://example.com/é/") == links.core("https://EXAMPLE.com/%c3%a9")
    assert links.core("https://example.com/a") != links.core("https://example.com/b")


# -- dates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2020", PartialDate(2020)),
        ("2020-02", PartialDate(2020, 2)),
        ("2020-02-29", PartialDate(2020, 2, 29)),
        (" 2020 ", PartialDate(2020)),
        ("2025-12-24T15:53:00Z", PartialDate(2025, 12, 24)),
        ("2021-02-29", None),
        ("2020-13", None),
        ("2020-00", None),
        ("2020-01-00", None),
        ("0000", None),
        ("20", None),
        ("2020-1", PartialDate(2020, 1)),
        ("20200", None),
        ("present", None),
        ("May 2020", PartialDate(2020, 5)),
        ("２０２０", PartialDate(2020)),
        ("", None),
    ],
)
def test_dates_are_real_days(text: str, date: PartialDate | None) -> None:
    """Year, month or day of the calendar; a time behind a day is dropped; all else is none."""
    assert dates.parse_date(text) == date


@pytest.mark.parametrize(
    ("one", "other", "after"),
    [
        ("2020", "2019", True),
        ("2020", "2020-05", False),
        ("2020-05", "2020", False),
        ("2020-06", "2020-05", True),
        ("2020-05", "2020-06", False),
        ("2020-05-02", "2020-05-01", True),
        ("2020-05-02", "2020-05-02", False),
        ("2019-12-31", "2020-01-01", False),
    ],
)
def test_a_date_is_after_another_for_sure_only(one: str, other: str, after: bool) -> None:
    """What was left out of a date is no reason to call it later."""
    first, second = dates.parse_date(one), dates.parse_date(other)
    assert first is not None
    assert second is not None
    assert first.is_after(second) is after


@pytest.mark.parametrize(
    ("text", "meant"),
    [("2019-13", True), ("2019-5", True), ("2019-02-30", True), ("2018-19", False), ("1999-00", False),
     ("2018-20", True),
     ("2018-19, 2019-20", False), ("Spring 2019", False), ("2019", False)],
)  # fmt: skip
def test_academic_years_are_no_wrong_months(text: str, meant: bool) -> None:
    """`2018-19` is two years, `2019-13` a mistake."""
    assert dates.looks_like_date(text) is meant


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        (PartialDate(2017), "2017"),
        (PartialDate(2017, 8), "Aug 2017"),
        (PartialDate(2017, 8, 3), "Aug 3, 2017"),
    ],
)
def test_dates_are_shown_as_exact_as_written(date: PartialDate, shown: str) -> None:
    """No month that was not written, no day that was not."""
    assert locale.find("en").date(date) == shown


def test_the_words_of_a_locale() -> None:
    """Ranges, countries and papers follow the reader's habits; a language without words is an error."""
    english = locale.find("en")
    assert english.range("2019", "2020") == "2019 – 2020"
    assert english.range("2019", "2019") == english.range("2019", "") == english.range("", "2019") == "2019"
    assert english.country("de") == "Germany"
    assert english.country("Atlantis") == "Atlantis"
    assert english.needs_country("GB", True)
    assert not english.needs_country(" us ", True)
    assert english.needs_country("US", False)
    assert [locale.usual_paper(code) for code in ("US", "ca", "DE", "")] == ["letter", "letter", "a4", "a4"]
    with pytest.raises(LookupError):
        locale.find("tlh")
    assert "en" in locale.available()


# -- formulas ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "checked"),
    [
        ("x", "x"),
        ("x^2", "x^{2}"),
        ("x^{2}", "x^{2}"),
        ("x ^ 2 _ i", "x ^ {2} _ {i}"),
        (r"\frac12", r"\frac{1}{2}"),
        (r"\frac{a}{b}", r"\frac{a}{b}"),
        (r"x^\log", r"x^{\log}"),
        (r"\hat\dots", r"\hat{\dots}"),
        (r"\sqrt'", r"\sqrt{'}"),
        (r"\sqrt[3]{x}", r"\sqrt[{3}]{x}"),
        (r"\sqrt [3] x", r"\sqrt [{3}] {x}"),
        ("x' ' '", "x'''"),
        ("x'_2", "x'_{2}"),
        (r"\{a\}", r"\{a\}"),
        ("a\n  b", "a b"),
        (r"\mathrm{d}x", r"\mathrm{d}x"),
    ],
)
def test_formulas_are_given_braces(source: str, checked: str) -> None:
    """A formula passes with every argument in braces, since TeX takes no macro for a bare one."""
    assert formulas.check(source) == checked


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("x" * 501, "501 characters"),
        (r"\input{x}", r"\input is not"),
        (r"\def\x{}", r"\def is not"),
        (r"\write18{x}", r"\write is not"),
        (r"\begin{x}", r"\begin is not"),
        (r"\left(", r"\left is not"),
        (r"\over", r"\over is not"),
        (r"\\", "is not a supported command"),
        (r"\)", "is not a supported command"),
        ("\\", "is not allowed in a formula"),
        ("{x", "'{' is never closed"),
        ("x}", "'}' without an opening"),
        (r"\sqrt[3", "'[' is never closed"),
        (r"\sqrt[{]}", "'[' is never closed"),
        ("x^", "nothing follows"),
        ("x^^2", "nothing follows"),
        ("x^1^2", "double '^'"),
        ("x_1^2_3", "double '_'"),
        ("x'^2", "after a prime"),
        ("x' ^2", "after a prime"),
        ("x'_1^2", "after a prime"),
        ("x^2'", "prime after"),
        (r"\frac{a}", "needs two arguments"),
        (r"\hat", "needs an argument"),
        (r"x^\frac12", "put it in braces"),
        ("a&b", "is not allowed in a formula"),
        ("a#b", "is not allowed in a formula"),
        ("50%", "is not allowed in a formula"),
        ("$", "is not allowed in a formula"),
        ("~", "is not allowed in a formula"),
        ("α", "as a command"),
        ("^^41", "nothing follows"),
        ("{" * 20 + "}" * 20, "too deep"),
        (r"\sqrt[" * 20 + "]" * 20, "too deep"),
    ],
)
def test_other_formulas_are_refused(source: str, says: str) -> None:
    """What is not on the list, not closed or doubled is refused with a message that names it."""
    with pytest.raises(formulas.FormulaError, match=re.escape(says)):
        formulas.check(source)


@FEW
@given(
    st.lists(
        st.sampled_from(["\\sqrt", "\\alpha", "\\hat", "\\frac", *"ab12^_{}[]' \\$%é"]), max_size=14
    ).map("".join)
)
def test_checked_formulas_are_closed(source: str) -> None:
    """Whatever passes has its braces in pairs, no active sign, and passes again unchanged in meaning."""
    try:
        checked = formulas.check(source)
    except formulas.FormulaError:
        return
    depth = 0
    for unit in re.findall(r"\\.|[{}]", checked):
        depth += {"{": 1, "}": -1}.get(unit, 0)
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"(?<!\\)[$%&#~]|[^ -~]", checked)
    assert formulas.check(checked) == checked or "sqrt" in checked


def test_formulas_read_as_a_line() -> None:
    """For titles and plain text a formula becomes signs in a line."""
    assert formulas.linear(r"\alpha \leq x^{2}") == "α≤x^2"


# -- names of files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Jane Doe", "jane-doe"),
        ("Łukasz Żółć-Ørsted", "lukasz-zolc-orsted"),
        ("Straße & Æther", "strasse-aether"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", ""),
        ("王", ""),
        ("", ""),
        ("a\0b\nc", "a-b-c"),
        ("C:\\Windows", "c-windows"),
        ("x" * 500, "x" * 60),
        ("-rf *", "rf"),
        ("ﬁne", "fine"),
    ],
)
def test_slugs_are_plain(text: str, made: str) -> None:
    """Whatever the name, its slug is ASCII in lower case, short, and no path."""
    assert assembly.slug(text) == made


def stem_of(name: str, template: str) -> str:
    """What the files of a build without a variant are called."""
    return file_names.filled(
        file_names.USUAL,
        name=file_names.in_latin_letters(name, "en"),
        variant="",
        template=assembly.slug(template) or "template",
    )


@FEW
@given(st.text(), st.text())
def test_files_are_named_safely(name: str, template: str) -> None:
    """A build's name is never empty, hidden, long, or more than one step of a path."""
    stem = stem_of(name, template)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem)
    assert len(stem) <= 121


def test_a_nameless_name_still_gives_a_file() -> None:
    """Names without a letter that can be written in Latin ones get a word of ours."""
    assert stem_of("…", "../..") == "resume-template"
    assert stem_of("../../x", "one page") == "x-one-page"


def test_writing_replaces_a_file_as_a_whole(tmp_path: Path) -> None:
    """The new content is there, nothing else is left in the folder, and the umask is kept to."""
    file = tmp_path / "a" / "b.pdf"
    output.write(file, b"one")
    output.write(file, b"two")
    assert file.read_bytes() == b"two"
    assert list(file.parent.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o666 & ~output._umask()


def test_what_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    """A folder that is a file, or a file that is a folder, end in a diagnostic with exit status 2."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder" / "x").mkdir(parents=True)
    for place in (tmp_path / "file" / "x.pdf", tmp_path / "folder"):
        with pytest.raises(ResumeError) as caught:
            output.write(place, b"x")
        assert caught.value.diagnostics[0].code == "not-writable"
        assert exit_status(caught.value.diagnostics) == 2
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


# -- the photo --------------------------------------------------------------------------------------------


def picture(kind: str) -> bytes:
    """A small picture as a file."""
    stream = BytesIO()
    Image.new("RGB", (64, 80)).save(stream, format=kind)
    return stream.getvalue()


JPEG, PNG = picture("JPEG"), picture("PNG")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with photos, good and bad, and a secret beside it."""
    home = tmp_path / "project" / "data"
    home.mkdir(parents=True)
    (home / "me.jpg").write_bytes(JPEG)
    (home.parent / "me.png").write_bytes(PNG)
    (home / "text.png").write_text("no picture")
    (home / "empty.png").write_bytes(b"")
    (home / "large.jpg").write_bytes(JPEG + b"\0" * assets.MAXIMUM_BYTES)
    (tmp_path / "secret.png").write_bytes(PNG)
    (home / "link.png").symlink_to(tmp_path / "secret.png")
    (home / "inner.jpg").symlink_to(home / "me.jpg")
    (home / "way-out").symlink_to(tmp_path)
    return home.parent


def photo(name: str, project: Path) -> tuple[Path | None, str, list[Diagnostic]]:
    return assets.photo(name, Source.of(project / "data" / "resume.yaml", "basics:\n"), project)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("me.jpg", "photo.jpg"),
        ("../me.png", "photo.png"),
        ("./x/../me.jpg", "photo.jpg"),
        ("inner.jpg", "photo.jpg"),
    ],
)
def test_photos_of_the_project_are_taken(name: str, kind: str, project: Path) -> None:
    """A JPEG or PNG beside the data, or elsewhere in the project, gets a plain name."""
    file, given, found = photo(name, project)
    assert file is not None
    assert file.is_file()
    assert (given, found) == (kind, [])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../secret.png", "photo-outside"),
        ("/etc/passwd", "photo-outside"),
        ("link.png", "photo-outside"),
        ("way-out/secret.png", "photo-outside"),
        ("absent.jpg", "no-such-photo"),
        (".", "no-such-photo"),
        ("text.png", "wrong-photo"),
        ("empty.png", "wrong-photo"),
        ("large.jpg", "photo-too-large"),
        ("nul\0.png", "photo-not-readable"),
        ("x" * 300, "photo-not-readable"),
        ("https://example.com/me.jpg", "photo-not-fetched"),
        ("data:image/png;base64,AAAA", "wrong-photo"),
    ],
)
def test_other_photos_are_not(name: str, code: str, project: Path) -> None:
    """Nothing outside the project, no link that leads there, no other file, nothing from the web."""
    file, given, (fault,) = photo(name, project)
    assert (file, given, fault.code) == (None, "", code)
    assert fault.severity is (Severity.WARNING if code == "photo-not-fetched" else Severity.ERROR)
    assert fault.place == "basics.image"
