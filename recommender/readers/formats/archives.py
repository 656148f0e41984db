"""Archives (.zip, .tar): every member is read as the file that it is, one archive within another at most."""

from __future__ import annotations

import shutil
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from io import BufferedReader
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from recommender.errors import InputError
from recommender.readers.columns import Columns
from recommender.readers.formats.common import Read, within
from recommender.readers.formats.sheets import workbook
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records
from recommender.readers.unpack import BROKEN, MEMBERS_LIMIT, Bounded, member_stream, opened_zip
from recommender.readers.walk_names import parts_of_pages

from ...lazy import dataclass


@dataclass(slots=True)
class Member:
    """A file within an archive: its name there and as problems name it, and its bytes."""

    name: str
    display_path: str
    stream: BufferedReader[Bounded]
    columns: Columns
    encoding: str | None
    size: int
    total: list[int]
    """Bytes that all members of the outermost archive have given; counted on."""
    nested: int
    """In how many archives the archive lies."""


ReadMember = Callable[[Member], Iterator[Read] | None]
"""Reads a member; ``None`` if there is no reader for it."""


Named = tuple[str, int, Callable[[], "AbstractContextManager[BufferedReader[Bounded]]"]]


def package(stream: BinaryIO, file: Records, encoding: str | None, *, read: ReadMember,
            total: list[int] | None = None, nested: int = 0) -> Iterator[Read]:  # fmt: skip
    """A workbook, or the records of the members of a zip archive, in their order; Word and its like are refused."""
    total = [0] if total is None else total
    with opened_zip(stream) as archive:
        kind = _kind(archive)
        if kind == "workbook":
            yield from workbook(archive, file)
            return
        if kind:
            document = kind.startswith("a document")
            hint = "Name it .docx, .hwpx or .odt." if document else "Save it as .html, .txt or .xlsx."
            raise InputError(f"The file is {kind}, which is not read{' by this name' if document else ''}.", hint)
        named = [_named_member(archive, info, total) for info in archive.infolist()
                 if info.filename and not info.filename.endswith("/")]  # fmt: skip
        yield from _members(named, file, encoding, read, total, nested)


def _named_member(archive: ZipFile, info: ZipInfo, total: list[int]) -> Named:
    name = _zip_name(info.filename, info.flag_bits)
    return name, info.compress_size, partial(member_stream, archive, info, total)


def _kind(archive: ZipFile) -> str:
    """What a program packed as a zip archive; ``""`` for an archive of files."""
    names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.xml" in names:
        return "workbook"
    kinds = {"word/document.xml": "a document of Word", "ppt/presentation.xml": "slides of PowerPoint",
             "xl/workbook.bin": "a binary workbook", "content.xml": "a document of OpenOffice",
             "contents/content.hpf": "a document of Hangul", "meta-inf/container.xml": "a book (EPUB)"}  # fmt: skip
    return next((kind for name, kind in kinds.items() if name in names), "")


def _zip_name(name: str, flags: int) -> str:
    """Korean Windows writes names in CP949 and does not say so; the library takes them for CP437."""
    if flags & 0x800 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("cp949")
    except UnicodeError:
        return name


def tarred(stream: BinaryIO, file: Records, encoding: str | None, *, read: ReadMember,
           total: list[int] | None = None, nested: int = 0) -> Iterator[Read]:  # fmt: skip
    """The records of the members of a tar archive, in their order; links and devices in it are skipped."""
    total = [0] if total is None else total
    with _open_tar(stream) as archive:
        infos, broken = _tar_members(archive)
        named: list[Named] = [(info.name, info.size, partial(_tar_stream, archive, info, total)) for info in infos]
        yield from _members(named, file, encoding, read, total, nested)
        if broken:
            reason = f"The archive is broken behind {len(infos):,} members, and what follows is not read: {broken}."
            yield ReadProblem(file.path, 0, reason, "Pack it again.")


def _tar_members(archive: tarfile.TarFile) -> tuple[list[tarfile.TarInfo], str]:
    """The files of the archive as far as it can be read, and why it cannot be read on; the library ends in silence."""
    infos: list[tarfile.TarInfo] = []
    try:
        for info in archive:
            if info.isreg() and not info.issparse():
                infos.append(info)
            if len(infos) > MEMBERS_LIMIT:
                raise InputError(f"The archive has more than {MEMBERS_LIMIT:,} members.", "Split it into several.")
        broken = "" if _ends_properly(archive) else "the header of a member is damaged"
    except BROKEN as error:
        broken = str(error)[:100]
    if broken and not infos:
        raise InputError(f"The archive is broken: {broken}.", "Pack it again.")
    return infos, broken


def _ends_properly(archive: tarfile.TarFile) -> bool:
    """Whether nothing, or a block of zeros, stands where the next header would."""
    if archive.fileobj is None:
        return True
    archive.fileobj.seek(archive.offset)
    return not archive.fileobj.read(tarfile.BLOCKSIZE).strip(b"\0")


@contextmanager
def _tar_stream(archive: tarfile.TarFile, info: tarfile.TarInfo, total: list[int]) -> Iterator[BufferedReader[Bounded]]:
    member = archive.extractfile(info)
    if member is None:
        raise InputError("The member holds no bytes.", "Pack it again.")
    with member, BufferedReader(Bounded(member, info.size, "archive", total), 1 << 16) as bounded:
        yield bounded


def _members(named: list[Named], file: Records, encoding: str | None, read: ReadMember, total: list[int],
             nested: int) -> Iterator[Read]:  # fmt: skip
    if nested > 1:
        raise InputError("It is an archive in an archive in an archive, which is not opened.", "Unpack it.")
    parts = parts_of_pages(name for name, _, _ in named)
    out: Counter[str] = Counter()
    count = 0
    for name, size, opened in named:
        if _is_hidden(name):
            continue
        if parts(name):
            out["parts of saved pages"] += 1
            continue
        display_path = within(file.path, name)
        try:
            with opened() as stream:
                reads = read(Member(name, display_path, stream, file.columns, encoding, size, total, nested))
                if reads is None:
                    out["files of other endings"] += 1
                    continue
                count += 1
                yield from reads
        except InputError as error:
            count += 1
            yield ReadProblem.of(display_path, error)
    for what, number in sorted(out.items()):
        yield ReadProblem(file.path, 0, f"{number:,} {what} were passed over.", "", "note")
    if not count:
        raise InputError("The archive holds no pages or records.", "Look what is in it.")


def is_workbook(stream: BinaryIO) -> bool:
    with opened_zip(stream) as archive:
        return _kind(archive) == "workbook"


def extract(stream: BinaryIO, sign: str, name: str, out: BinaryIO) -> None:
    """Writes the bytes of a member, by its name as `within` shows it, within the limits. InputError without one."""
    total = [0]
    if sign == "zip":
        with opened_zip(stream) as archive:
            for member_info in archive.infolist():
                if _is_same_member(_zip_name(member_info.filename, member_info.flag_bits), name):
                    with member_stream(archive, member_info, total) as member:
                        shutil.copyfileobj(member, out, 1 << 20)
                    return
    else:
        with _open_tar(stream) as tar:
            for info in _tar_members(tar)[0]:
                if _is_same_member(info.name, name):
                    with _tar_stream(tar, info, total) as member:
                        shutil.copyfileobj(member, out, 1 << 20)
                    return
    raise InputError(f"The archive holds no {name!r}.", "recommender articles tells the names (`sources`).")


def _is_same_member(name: str, other: str) -> bool:
    return within("", name) == within("", other)


@contextmanager
def _open_tar(stream: BinaryIO) -> Iterator[tarfile.TarFile]:
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(tarfile.open(fileobj=stream, mode="r:"))
        except BROKEN as error:
            raise InputError(f"The archive is broken: {str(error)[:100]}.", "Pack it again.") from error
        yield archive


def _is_hidden(name: str) -> bool:
    return any(
        (part.startswith(".") and part not in (".", "..")) or part == "__MACOSX"
        for part in name.replace("\\", "/").split("/")
    )
