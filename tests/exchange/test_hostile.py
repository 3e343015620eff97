"""Files that want to do harm: each is refused with a diagnostic, at once; nothing is run, or read beside."""

from __future__ import annotations

import io
import json
import re
import stat
import struct
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from texresume.data import loader
from texresume.diagnostics import Diagnostic, ResumeError
from texresume.exchange import archives, containers, importing, yaml_text

POSITIONS = b"Company Name,Title,Description,Location,Started On,Finished On\nA,B,,,2010,\n"
PROFILE = b"First Name,Last Name\nAda,Quill\n"


def refused(raw: bytes, name: str = "file") -> Diagnostic:
    """The error for these bytes, which must come within a second of work."""
    started = time.process_time()
    with pytest.raises(ResumeError) as caught:
        importing.settled(importing.of(containers.loads(raw, Path(name))))
    assert time.process_time() - started < 5  # a second, on a machine that is busy
    return caught.value.diagnostics[-1]


def zipped(members: Mapping[Any, bytes], **more: Any) -> bytes:
    """An archive of these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


# -- archives ----------------------------------------------------------------------------------------------


def test_a_zip_bomb_is_not_unpacked() -> None:
    """Neither one large member, nor many that are large together, nor very many."""
    large = bytes(200_000_000)
    assert refused(zipped({"Profile.csv": large})).code == "too-large"
    half = (b"x" * 100 + b"\n") * (archives.MAXIMUM_MEMBER // 101)
    several = {f"{name}.csv": half for name in ("Profile", "Positions", "Skills", "Education", "Projects")}
    assert refused(zipped(several)).code == "too-large"
    many = {f"{number}.csv": b"" for number in range(archives.MAXIMUM_MEMBERS + 1)}
    assert refused(zipped(many)).code == "too-large"


def test_a_size_that_lies_is_not_believed() -> None:
    """The directory of an archive may say that a member is small."""
    raw = bytearray(zipped({"Profile.csv": bytes(50_000_000), "Positions.csv": POSITIONS}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = raw.index(signature)
        raw[place + offset : place + offset + 4] = struct.pack("<I", 10)
    assert refused(bytes(raw)).code in ("too-large", "damaged-archive")


def test_paths_in_an_archive_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the last part of a name counts, and nothing is written; links are not followed."""
    monkeypatch.chdir(tmp_path)
    link = zipfile.ZipInfo("Skills.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    link.create_system = 3
    raw = zipped(
        {
            "../../etc/Profile.csv": PROFILE,
            "C:\\Windows\\Positions.csv": POSITIONS,
            link: b"/etc/passwd",
            "../../../evil.csv": b"x",
            "__MACOSX/._Profile.csv": b"\0\1",
        }
    )
    imported = importing.of(containers.loads(raw, Path("x.zip")))
    assert imported.loaded.data["basics"] == {"name": "Ada Quill"}
    assert "skills" not in imported.loaded.data
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04" + bytes(100), "damaged-archive"),
        (zipped({"Profile.csv": PROFILE})[:-30], "damaged-archive"),
        (zipped({"Profile.csv": b"\xff\xfeF\0i"}), "wrong-encoding"),
        (zipped({"Profile.csv": "First Name\nJörg\n".encode("latin-1")}), "wrong-encoding"),
        (zipped({"word/document.xml": b"<x/>"}), "not-a-resume"),
        (zipped({"content.xml": b"<x/>", "mimetype": b"x"}), "not-a-resume"),
        (zipped({"readme.txt": b"x"}), "not-a-resume"),
        (zipped({}), "not-a-resume"),
        (zipped({"Profile.csv": b'First Name\n"' + b"a" * 200_000 + b"\n"}), "damaged-archive"),
    ],
)
def test_archives_that_are_none_of_ours(raw: bytes, code: str) -> None:
    """Damaged ones, ones in other encodings, documents that are archives."""
    assert refused(raw).code == code


def test_an_encrypted_archive_is_told() -> None:
    """By the flag of its member."""
    raw = bytearray(zipped({"Profile.csv": PROFILE}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.index(signature)
        raw[place + offset] |= 1
    error = refused(bytes(raw))
    assert (error.code, error.message) == ("damaged-archive", "the archive is encrypted")


# -- XML ---------------------------------------------------------------------------------------------------

ENTITIES = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(25))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">{ENTITIES}]><Candidate>&z;</Candidate>'
READING = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{}">]>
<SkillsPassport><LearnerInfo><Identification><PersonName><FirstName>&e;</FirstName></PersonName></Identification>
</LearnerInfo></SkillsPassport>"""


def test_entities_are_refused(tmp_path: Path) -> None:
    """Those that expand to more than a machine holds, those that read files, and a DTD from the web."""
    secret = tmp_path / "secret"
    secret.write_text("hunter2", "utf-8")
    texts = [
        LAUGHS,
        READING.format(secret),
        '<!DOCTYPE Candidate SYSTEM "http://127.0.0.1:9/x.dtd"><Candidate/>',
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><Candidate/>',
    ]
    for text in texts:
        error = refused(text.encode())
        assert error.code == "unsafe-xml"
        assert "hunter2" not in str(error)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<Candidate>" * 5_000, "too-large"),
        ("<Candidate>" + "<a/>" * 60_000 + "</Candidate>", "too-large"),
        ('<Candidate a="' + "x" * 3_000_000 + '"', "xml-syntax"),
        ("<Candidate><b></Candidate>", "xml-syntax"),
        ("<Candidate>&nbsp;</Candidate>", "xml-syntax"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-resume"),
        ("<!DOCTYPE html><html><body>x</body></html>", "not-a-resume"),
        ('<?xml version="1.0" encoding="no-such"?><Candidate/>', "wrong-encoding"),
    ],
)
def test_xml_that_is_none_of_ours(text: str, code: str) -> None:
    """Too deep, too much, not well formed, or something else."""
    assert refused(text.encode()).code == code


ALIASES = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(f'*{chr(97 + n)}' for _ in range(9))}]\n" for n in range(9)
)

# -- texts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"[" * 100_000, "too-deep"),
        (b'{"a":' * 100_000, "too-deep"),
        (b"{" + b'"k": 1,' * 2_000 + b'"basics": ' + b"[" * 39 + b"]" * 39 + b"}", "missing-key"),
        (ALIASES.encode(), "alias-expansion"),
        (b"cv: {name: x, sections: " + b"x" * 5_000_000 + b"}", "too-large"),
        (b"\0" * 1_000, "not-a-resume"),
        (b"\x89PNG\r\n\x1a\n", "not-a-resume"),
        (b"\xff\xd8\xff\xe0", "not-a-resume"),
        (b"{\\rtf1 hello}", "not-a-resume"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not-a-resume"),
        (b"%PDF-1.7\n1 0 obj", "no-data-attached"),
        (b"Dear Sir or Madam,\nI would like to apply.\n", "not-a-resume"),
        (b"- a\n- b\n", "not-a-resume"),
        (b"42", "not-a-resume"),
        (b"", "empty-file"),
        ("name: Jörg".encode("latin-1"), "wrong-encoding"),
        (b"\xff\xfea", "wrong-encoding"),
        (b"\xfe\xff\xd8\x00", "wrong-encoding"),
        (b'{"name": "a-package", "version": "1.0.0"}', "not-a-resume"),
        (b"First Name,Last Name\nAda,Quill\n", "not-a-resume"),
    ],
)  # fmt: skip
def test_texts_that_are_none_of_ours(raw: bytes, code: str) -> None:
    """Nested too deep, aliases without end, other encodings, other kinds of files."""
    assert refused(raw).code == code


def test_fifty_megabytes_are_refused(tmp_path: Path) -> None:
    """Without reading what is in them."""
    file = tmp_path / "cv.yaml"
    with file.open("wb") as stream:
        stream.write(b"cv: {name: x}\n#")
        stream.truncate(60_000_000)
    with pytest.raises(ResumeError) as caught:
        importing.read(file)
    assert caught.value.diagnostics[0].code == "too-large"
    with file.open("r+b") as stream:
        stream.truncate(40_000_000)
    with pytest.raises(ResumeError) as caught:
        importing.read(file)
    assert caught.value.diagnostics[0].code == "too-large"


NASTY = """<script>alert(1)</script>
javascript:alert(1)
]]>
{{7*7}}
=cmd|' /C calc'!A0
${x}
\\input{/etc/passwd}
file:///etc/passwd
data:text/html,<b>x
`rm -rf`
$(rm -rf)
!!python/object:os.system
&a *a
- x
# x
a: b
'
"
%s%n
\u202eabc
@import
| pipe
> fold
~
null
NO
0x1F
1:30
{}
[]""".splitlines()
X = "@"
SHAPES: dict[str, dict[str, Any]] = {
    "RenderCV": {
        "cv": {
            "name": X,
            "label": X,
            "sections": {
                "x": [{"bullet": X}],
                "experience": [{"company": X, "summary": X, "highlights": [X]}],
            },
        }
    },
    "YAMLResume": {
        "content": {"basics": {"name": X, "headline": X, "summary": X}, "work": [{"name": X, "summary": X}]}
    },
    "Reactive Resume": {
        "basics": {"name": X, "headline": X},
        "sections": {"experience": {"id": "e", "visible": True, "items": [{"company": X, "summary": X}]}},
    },
    "FRESH": {
        "name": X,
        "meta": {"format": "FRESH@1"},
        "info": {"brief": X},
        "employment": {"history": [{"employer": X, "highlights": [X]}]},
    },
    "OpenResume": {
        "profile": {"name": X, "summary": X},
        "workExperiences": [{"company": X, "descriptions": [X]}],
    },
    "Visiky": {"profile": {"name": X}, "workExpList": [{"company_name": X, "work_desc": X}]},
}


def filled(shape: Any, text: str) -> Any:
    """A shape with a text in it."""
    if isinstance(shape, dict):
        return {key: filled(value, text) for key, value in shape.items()}
    if isinstance(shape, list):
        return [filled(value, text) for value in shape]
    return text if shape == X else shape


@pytest.mark.parametrize("name", SHAPES)
def test_any_text_comes_out_as_text(name: str, tmp_path: Path) -> None:
    """Whatever it looks like to YAML, HTML, a spreadsheet or a template: what is written is read back."""
    for text in NASTY:
        raw = json.dumps(filled(SHAPES[name], text)).encode()
        imported = importing.of(containers.loads(raw, Path("x.json")))
        importing.settled(imported)
        file = tmp_path / "resume.yaml"
        file.write_text(yaml_text.dump(imported.loaded.data, imported.converted.comments), "utf-8")
        back = loader.load(file)
        assert back.warnings == ()
        assert back.data["basics"] == imported.loaded.data["basics"]
        assert imported.format == name
        shown = re.sub(r"\\([*`\[\]<>^~$])", r"\1", back.data["basics"].get("name", ""))
        assert shown == text or "\u202e" in text
