"""Korean meaning without a download: static vectors that ship with the project.

A text is the sum of the vectors of its tokens, of unit length. The tokens of an eojeol are the pieces of its
cheapest cut (a unigram model, Viterbi), its character bigrams (trigrams of Latin words), and triples of its
consonants as Hangul and Latin letters share them, so that a name sounds alike in both scripts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from itertools import chain, compress
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, unit_rows
from ..errors import ModelError
from ..lazy import dataclass
from ..text.normalize import eojeols
from .vocabulary import GRAM, SOUND, UNKNOWN, Tokenizer, TokenNumbers

if TYPE_CHECKING:
    from ..text.vectorized_tokenizer import Cutter

FORMAT = 1  # raised when a reader of this number could misread the files of the next, or lacks one of them
_BATCH = 1_024
_FEW = 200  # eojeols from which tokenizing all at once is quicker
_BLOCK = 256  # rows that are summed at a time
_LONGEST_TEXT = 5_000  # eojeols
_MEMO = 65_536  # eojeols whose vectors are remembered, a kilobyte each
_LOOKING = Lock()  # not a field, so that models can be pickled
_HINT = "Take models/base from the project again, or run: make base-model"


@dataclass(slots=True, eq=False, repr=False)
class Met:
    """Cache: the token-vector sum of each eojeol seen, ``sums[rows[eojeol]]``; safe for threads."""

    rows: dict[str, int]
    sums: Floats

    def find(self, names: Sequence[str], vectors: StaticVectors) -> tuple[Floats, NDArray[np.int64]]:
        """A table of sums, and the row of each of ``names`` in it; these rows do not change later."""
        with _LOOKING:
            self._add([name for name in dict.fromkeys(names) if name not in self.rows], vectors)
            table, at = self.sums, np.fromiter(map(self.rows.__getitem__, names), dtype=np.int64, count=len(names))
            self._clear_if_full()
        return table, at

    def _add(self, names: Sequence[str], vectors: StaticVectors) -> None:
        if not names:
            return
        first, needed = len(self.rows), len(self.rows) + len(names)
        if needed > len(self.sums):
            grown = np.empty((max(needed, 2 * len(self.sums)), vectors.dimensions), dtype=np.float32)
            grown[:first] = self.sums[:first]
            self.sums = grown
        self.sums[first:needed] = vectors.sums_of(names)
        self.rows.update(zip(names, range(first, needed), strict=True))

    def _clear_if_full(self) -> None:
        if len(self.rows) > _MEMO:
            self.rows.clear()
            self.sums = self.sums[:0]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StaticVectors:
    """The base model: ``vectors`` (v, d) int8 with a ``scales`` (v,) float32 for each row.

    ``frequency`` (v,) int32: in how many of ``documents`` news headlines a token stands.
    """

    tokenizer: Tokenizer
    vectors: NDArray[np.int8]
    scales: Floats
    frequency: NDArray[np.int32]
    documents: int
    met: Met = field(init=False, repr=False, compare=False)
    made: list[Cutter] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "met", Met({}, np.empty((0, self.dimensions), dtype=np.float32)))

    @classmethod
    def open(cls, folder: str | Path | None = None) -> StaticVectors:
        """The base model of ``folder``, or the one that ships with the project. Raises ModelError."""
        path = Path(folder) if folder is not None else base_folder()
        manifest = _manifest(path)
        try:
            vocabulary = (path / "vocabulary.txt").read_bytes()
            vocabulary.decode("utf-8")
            costs, vectors, scales, frequency = (
                np.load(path / f"{name}.npy", mmap_mode="r", allow_pickle=False)
                for name in ("costs", "vectors", "scales", "frequency")
            )
            names = TokenNumbers(vocabulary, len(costs))
            shapes = {len(names), len(vectors), len(scales), len(frequency)}
            if len(shapes) > 1 or vectors.ndim != 2 or vectors.dtype != np.int8 or len(costs) > len(names):
                raise ValueError(f"its tables are of different lengths: {sorted(shapes)}")
            priced = np.asarray(costs).tolist()
            documents = int(manifest["documents"])
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise ModelError(f"The base model {path} is damaged: {error}.", _HINT) from error
        return cls(Tokenizer(names, priced), vectors, np.asarray(scales), np.asarray(frequency), documents)

    @property
    def dimensions(self) -> int:
        return int(self.vectors.shape[1])

    def encode(self, texts: Sequence[str]) -> Floats:
        """(n, d) float32 unit rows; a text of which no token is known is a zero row.

        The first 5,000 eojeols of a text count. A text gets the same bytes alone and among others.
        """
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [eojeols(text)[:_LONGEST_TEXT] for text in texts[start : start + _BATCH]]
            rows[start : start + len(batch)] = self.place(batch)
        return rows

    def place(self, split: Sequence[Sequence[str]], worth: Mapping[str, float] = MappingProxyType({})) -> Floats:
        """(n, d) float32 unit rows of texts that are split into eojeols, each weighted by its ``worth``, else 1."""
        flat = [*chain.from_iterable(split)]
        table, at = self.met.find(flat, self)
        if worth:
            counted = np.array([worth.get(eojeol, 1.0) for eojeol in flat], dtype=np.float32)
            table, at = table[at] * counted[:, None], np.arange(len(flat))
        return unit_rows(_sum_stretches(table, at, np.array([len(words) for words in split], dtype=np.int64)))

    def sums_of(self, names: Sequence[str]) -> Floats:
        """(n, d) float32: the sum of the token vectors of each eojeol."""
        if len(names) < _FEW:
            return self._sum_few(*self._tokenize(names))
        from ..text.vectorized_tokenizer import fit  # for many eojeols alone: a question has few

        easy = fit(names)
        sums = np.empty((len(names), self.dimensions), dtype=np.float32)
        sums[easy] = self._sum_vectors(*self.cutter.tokens([*compress(names, easy)]))
        sums[~easy] = self._sum_vectors(*self._tokenize([*compress(names, ~easy)]))
        return sums

    def _tokenize(self, names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        lists = [self.tokenizer.tokens(eojeol) for eojeol in names]
        sizes = np.array([len(tokens) for tokens in lists], dtype=np.int64)
        return np.fromiter(chain.from_iterable(lists), dtype=np.int64), sizes

    def _sum_vectors(self, tokens: NDArray[np.int64], sizes: NDArray[np.int64]) -> Floats:
        """(n, d) sums of the vectors of ``tokens``, ``sizes`` (n,) of them for each."""
        used = np.flatnonzero(np.bincount(tokens, minlength=len(self.vectors)))  # most tokens stand in many eojeols
        place_of = np.empty(len(self.vectors), dtype=np.int64)
        place_of[used] = np.arange(len(used))
        table = self.vectors[used] * self.scales[used][:, None]
        return _sum_stretches(table, place_of[tokens], sizes)

    def _sum_few(self, tokens: NDArray[np.int64], sizes: NDArray[np.int64]) -> Floats:
        """``_sum_vectors`` for few tokens, without a pass over the whole vocabulary."""
        table = self.vectors[tokens] * self.scales[tokens][:, None]
        return _sum_stretches(table, np.arange(len(tokens)), sizes)

    @property
    def cutter(self) -> Cutter:
        """The tokenizer for many eojeols at once; made at first use."""
        if not self.made:
            from ..text.vectorized_tokenizer import Cutter

            tokenizer = self.tokenizer
            self.made.append(Cutter.of(tokenizer.numbers, tokenizer.costs, (GRAM, SOUND), UNKNOWN))
        return self.made[0]

    def known_in_news(self, word: str) -> float:
        """The share of news headlines that hold ``word``, 0..1; 0 if it is no token."""
        token = self.tokenizer.numbers.get(word, -1)
        return float(self.frequency[token]) / self.documents if token >= 0 else 0.0

    def known_within(self, part: str) -> bool:
        """Whether a token holds ``part``: two letters that none holds side by side stand in hardly any word."""
        numbers = self.tokenizer.numbers
        return numbers.within(part) if isinstance(numbers, TokenNumbers) else any(part in name for name in numbers)


def _sum_stretches(table: Floats, at: NDArray[np.int64], sizes: NDArray[np.int64]) -> Floats:
    """(len(sizes), d): sums of consecutive stretches of ``table[at]``, in order; zero for an empty one.

    Longest first and in blocks, so that what is added to stays in the cache.
    """
    if len(sizes) == 1 and sizes[0]:
        return np.add.reduce(table.take(at, axis=0), axis=0, keepdims=True)
    order = np.argsort(-sizes, kind="stable")
    starts = np.cumsum(sizes) - sizes
    placed = np.empty((len(sizes), table.shape[1]), dtype=np.float32)
    buffer = np.empty((min(_BLOCK, len(sizes)), table.shape[1]), dtype=np.float32)
    for first in range(0, len(sizes), _BLOCK):
        block = order[first : first + _BLOCK]
        begin, size = starts[block], sizes[block]
        total = np.zeros((len(block), table.shape[1]), dtype=np.float32)
        longer = np.searchsorted(-size, -np.arange(size[0]), side="left")
        for step, count in enumerate(longer.tolist()):
            np.take(table, at[begin[:count] + step], axis=0, out=buffer[:count], mode="clip")
            total[:count] += buffer[:count]
        placed[block] = total
    return placed


def base_folder() -> Path:
    """The folder of the base model: in the installed package, or models/base of a checkout. Raises ModelError."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "base", package.parent / "models" / "base"):
        if (folder / "manifest.json").is_file():
            return folder
    raise ModelError("The base model is not there.", _HINT)


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest, if its format is known and every file has the size that it names."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        number, files = manifest["format"], dict(manifest["files"])
    except FileNotFoundError as error:
        raise ModelError(f"There is no base model in {folder}.", _HINT) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"The manifest of the base model {folder} is damaged: {error}.", _HINT) from error
    if number != FORMAT:
        raise ModelError(f"The base model {folder} has format {number}; this program reads {FORMAT}.", _HINT)
    for name, stamp in files.items():
        _check_size(folder / name, stamp)
    return manifest


def _check_size(path: Path, stamp: Any) -> None:
    try:
        size, right = path.stat().st_size, int(stamp["size"])
    except OSError as error:
        raise ModelError(f"The base model lacks {path}.", _HINT) from error
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The manifest beside {path} is damaged: {error}.", _HINT) from error
    if size != right:
        raise ModelError(f"{path} has {size} bytes and should have {right}.", _HINT)


def damaged(folder: Path) -> Iterable[str]:
    """Names of the files of a base model whose sha256 is not the manifest's."""
    import hashlib

    for name, stamp in _manifest(folder)["files"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != stamp["sha256"]:
            yield name
