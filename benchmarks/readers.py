"""Seconds and peak memory of reading 100,000 made-up records in each format; prints a table.

python -m benchmarks.readers [--records 100000] [--folder build/readers] [FORMAT ...]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

SENTENCE = (
    "포항시는 영일만 산업단지에 재활용 시험동을 짓기로 했다고 밝혔다. 시험동은 내년 봄에 문을 열고 사람 쉰 명을 뽑는다."
)
Row = tuple[str, str, str, str]


def rows(count: int) -> Iterator[Row]:
    """Id, title, body of some 600 characters, date."""
    for n in range(count):
        body = "\n".join(f"{SENTENCE} {n * 7 + part}번째 문단이다." for part in range(8))
        yield f"a-{n}", f"재활용 시험동 {n}호 착공", body, f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}T09:30"


def jsonl(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for id, title, body, day in rows(count):
            row = {"id": id, "title": title, "body": body, "published": day}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def xlsx(path: Path, count: int) -> None:
    """With texts apart, as Excel writes them."""
    texts: list[str] = ["id", "title", "body", "published"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>'
        )
        link = '<Relationship Id="r1" Target="worksheets/s.xml"/>'
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{link}</Relationships>")
        with archive.open("xl/worksheets/s.xml", "w", force_zip64=True) as sheet:
            sheet.write(b"<worksheet><sheetData>" + _row(1, 0))
            for number, row in enumerate(rows(count), start=2):
                sheet.write(_row(number, len(texts)))
                texts += row
            sheet.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as shared:
            shared.write(b"<sst>")
            for text in texts:
                shared.write(f"<si><t>{escape(text)}</t></si>".encode())
            shared.write(b"</sst>")


def _row(number: int, first: int) -> bytes:
    cells = (f'<c r="{letter}{number}" t="s"><v>{first + n}</v></c>' for n, letter in enumerate("ABCD"))
    return f'<row r="{number}">{"".join(cells)}</row>'.encode()


def parquet(path: Path, count: int) -> None:
    import pyarrow
    from pyarrow import parquet as library

    schema = pyarrow.schema([(name, pyarrow.string()) for name in ("id", "title", "body", "published")])
    source = rows(count)
    with library.ParquetWriter(path, schema) as writer:
        while batch := list(islice(source, 10_000)):
            columns = [pyarrow.array(column) for column in zip(*batch, strict=True)]
            writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))


def feed(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?><rss><channel><title>가나일보</title>')
        for id, title, body, day in rows(count):
            text = "".join(f"&lt;p&gt;{line}&lt;/p&gt;" for line in body.split("\n"))
            file.write(f"<item><guid>{id}</guid><title>{title}</title><description>{text}</description>")
            file.write(f"<pubDate>{day}</pubDate></item>\n")
        file.write("</channel></rss>")


def warc(path: Path, count: int) -> None:
    with path.open("wb") as file:
        for id, title, body, day in rows(count):
            text = "".join(f"<p>{line}</p>" for line in body.split("\n"))
            page = (
                f'<html><head><meta charset="utf-8"><meta property="og:title" content="{title}">'
                f'<meta property="article:published_time" content="{day}"></head>'
                f"<body><article>{text}</article></body></html>"
            ).encode()
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
            head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{id}\r\n"
            file.write(f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n")


FORMATS: dict[str, Callable[[Path, int], None]] = {
    "jsonl": jsonl, "xlsx": xlsx, "parquet": parquet, "xml": feed, "warc": warc,
}  # fmt: skip


def measured(path: Path) -> None:
    """Reads a file in this process and prints the records, the seconds and the peak of memory."""
    from recommender.readers.article import Record
    from recommender.readers.registry import reader_of

    started = time.perf_counter()
    count = sum(isinstance(read, Record) for read in reader_of(path).read(path, path.name))
    seconds = time.perf_counter() - started
    print(count, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__)
    parser.add_argument("format", nargs="*", help=f"of {', '.join(FORMATS)}; all if none")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path("build/readers"))
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    print(f"{'format':10}{'file MB':>10}{'records':>10}{'seconds':>10}{'peak MB':>10}")
    for name in args.format or FORMATS:
        path = args.folder / f"{args.records}.{name}"
        if not path.exists():
            FORMATS[name](path, args.records)
        code = f"import pathlib; from benchmarks.readers import measured; measured(pathlib.Path({str(path)!r}))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
        count, seconds, peak = done.stdout.split()
        size = path.stat().st_size / 1e6
        print(f"{name:10}{size:>10.0f}{int(count):>10,}{float(seconds):>10.1f}{float(peak):>10.0f}", flush=True)


if __name__ == "__main__":
    main()
