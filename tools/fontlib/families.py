"""The families that are vendored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WIDEST_KERN = 0.06
"""In ems: letters that stand farther apart than 0.075 are two words for some reader of PDFs."""


@dataclass(frozen=True)
class Family:
    """A family: NFSS name, upstream package, and the font file of each (series, shape)."""

    nfss: str
    package: str
    foundry: str
    shapes: Mapping[tuple[str, str], str]
    t1: str  # names of the metrics, with {} for the font
    ts1: str
    small_capitals: str = ""
    rename: tuple[str, str] = ("-", "-")  # what a changed font must not be called, and what it is called
    lenders: tuple[str, ...] = ()  # families that lend it symbols it lacks
    licences: Mapping[str, str] = field(default_factory=dict)
    opentype: str = ""  # the package with the OpenType files, if it is another one

    def has_space(self, metrics: str) -> bool:
        """Whether metrics are those of letters: in T1, not in TS1."""
        return metrics.endswith("-t1")


FAMILIES = (
    Family(
        "texresume-charter",
        "xcharter",
        "public",
        {
            ("m", "n"): "XCharter-Roman",
            ("m", "it"): "XCharter-Italic",
            ("b", "n"): "XCharter-Bold",
            ("b", "it"): "XCharter-BoldItalic",
        },
        "{}-tlf-t1",
        "{}-ts1",
        lenders=("texresume-serif", "texresume-sans"),
        licences={"XCharter.txt": "fonts/xcharter/README.gz"},
    ),
    Family(
        "texresume-sans",
        "sourcesanspro",
        "adobe",
        {
            ("m", "n"): "SourceSansPro-Regular",
            ("m", "it"): "SourceSansPro-It",
            ("b", "n"): "SourceSansPro-Bold",
            ("b", "it"): "SourceSansPro-BoldIt",
        },
        "{}-tlf-t1",
        "{}-tlf-ts1",
        rename=("Source Sans Pro", "Texresume Sans"),
        lenders=("texresume-serif",),
        licences={"SourceSansPro.txt": "latex/sourcesanspro/LICENSE.txt.gz"},
    ),
    Family(
        "texresume-serif",
        "libertinus-type1",
        "public",
        {
            ("m", "n"): "LibertinusSerif-Regular",
            ("m", "it"): "LibertinusSerif-Italic",
            ("b", "n"): "LibertinusSerif-Bold",
            ("b", "it"): "LibertinusSerif-BoldItalic",
        },
        "{}-tlf-t1",
        "{}-tlf-ts1",
        small_capitals="{}-tlf-sc-t1",
        lenders=("texresume-sans",),
        licences={"LibertinusSerif.txt": "fonts/libertinus-type1/OFL.txt.gz"},
        opentype="libertinus-fonts",
    ),
    Family(
        "texresume-mono",
        "sourcecodepro",
        "adobe",
        {("m", "n"): "SourceCodePro-Regular"},
        "{}-tlf-t1",
        "{}-tlf-ts1",
        rename=("Source Code Pro", "Texresume Mono"),
        licences={"SourceCodePro.txt": "latex/sourcecodepro/LICENSE.txt.gz"},
    ),
)
