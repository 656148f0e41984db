"""Documents of Word, Hangul and OpenOffice, as their programs pack them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HP = 'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph"'
_ODT = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def packed(**members: str) -> bytes:
    """A zip archive of members by their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


def docx(lines: Sequence[str], more: str = "") -> bytes:
    """Each line a paragraph of two runs, as Word cuts them."""
    half = [(line[: len(line) // 2], line[len(line) // 2 :]) for line in lines]
    inner = "".join(
        f'<w:p><w:pPr/><w:r><w:t xml:space="preserve">{escape(a)}</w:t></w:r><w:r><w:t>{escape(b)}</w:t></w:r></w:p>'
        for a, b in half
    )
    text = f'<?xml version="1.0"?><w:document {_W}><w:body>{inner}{more}<w:sectPr/></w:body></w:document>'
    return packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": text})


def hwpx(*sections: Sequence[str]) -> bytes:
    members = {"mimetype": "application/hwp+zip", "Contents/content.hpf": "<opf/>", "Preview/PrvText.txt": "앞부분만"}
    for number, lines in enumerate(sections):
        inner = "".join(f"<hp:p><hp:run><hp:t>{escape(line)}</hp:t></hp:run></hp:p>" for line in lines)
        members[f"Contents/section{number}.xml"] = f'<?xml version="1.0"?><hs {_HP}>{inner}</hs>'
    return packed(**members)


def odt(lines: Sequence[str]) -> bytes:
    inner = "".join(f"<text:p>{escape(line[:3])}<text:span>{escape(line[3:])}</text:span></text:p>" for line in lines)
    body = f"<office:body><office:text>{inner}</office:text></office:body>"
    content = f'<?xml version="1.0"?><office:document-content {_ODT}>{body}</office:document-content>'
    return packed(**{"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})
