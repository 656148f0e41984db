"""A sentence model of ONNX format: a folder with its graph and its tokenizer, read by onnxruntime on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays.kernels import Floats
from ..errors import ModelError
from ..lazy import dataclass

GRAPHS = ("model.onnx", "onnx/model.onnx")  # where the graph may lie in its folder
TOKENIZER = "tokenizer.json"
_BATCH = 32
_LONGEST = 512  # tokens of a text, where the tokenizer does not name a limit
_SENTENCE = ("sentence_embedding", "sentence_embeddings", "text_embeds", "embeddings")  # outputs that are pooled
_WORDS = ("last_hidden_state", "token_embeddings")  # outputs with a vector for each token
_FEEDS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


@dataclass(frozen=True)
class OnnxEncoder:
    """``session`` of onnxruntime and ``tokenizer`` of tokenizers; ``output`` is the one that is read."""

    session: Any
    tokenizer: Any
    output: str

    @classmethod
    def open(cls, folder: str | Path) -> OnnxEncoder:
        """The model in ``folder``. Raises ImportError without its libraries, ModelError for a graph that is no sentence
        encoder; for a damaged file, whatever the libraries raise."""
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # sums in one order: same bytes every time
        options.use_deterministic_compute = True
        options.log_severity_level = 4  # what goes wrong is raised too
        graph = next(Path(folder) / name for name in GRAPHS if (Path(folder) / name).is_file())
        session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        foreign = [put.name for put in session.get_inputs() if put.name not in _FEEDS]
        if foreign:
            raise ModelError(
                f"The model {graph} asks for {', '.join(foreign)}.", f"Export it with {', '.join(_FEEDS)} at most."
            )
        tokenizer = Tokenizer.from_file(str(Path(folder) / TOKENIZER))
        if tokenizer.truncation is None:
            tokenizer.enable_truncation(_LONGEST)
        tokenizer.no_padding()
        return cls(session, tokenizer, _output(session.get_outputs()))

    def encode(self, texts: Sequence[str]) -> Floats:
        """(n, d) float32: the graph's sentence vector, else the mean of the vectors of the tokens.

        A text without a token is a zero row. Texts of like length share a batch, so that little is padded.
        """
        read = [self.tokenizer.encode(text) for text in texts]
        order = sorted((at for at, vectors in enumerate(read) if vectors.ids), key=lambda at: (len(read[at].ids), at))
        rows: Floats | None = None
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors = self._run([read[at] for at in batch])
            rows = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32) if rows is None else rows
            rows[batch] = vectors
        return np.zeros((len(texts), 1), dtype=np.float32) if rows is None else rows

    def _run(self, batch: Sequence[Any]) -> Floats:
        """(b, d) of encodings of the tokenizer, padded to the longest."""
        size = max(len(encoding.ids) for encoding in batch)
        mask = _pad([encoding.attention_mask for encoding in batch], size)
        feeds = {}
        for put in self.session.get_inputs():
            kind = np.int32 if put.type == "tensor(int32)" else np.int64
            feeds[put.name] = _pad([getattr(encoding, _FEEDS[put.name]) for encoding in batch], size).astype(kind)
        output = np.asarray(self.session.run([self.output], feeds)[0], dtype=np.float32)
        if output.ndim == 2:
            return output
        counted = mask[:, :, None].astype(np.float32)
        return np.asarray((output * counted).sum(axis=1) / np.maximum(counted.sum(axis=1), 1), dtype=np.float32)


def _pad(rows: Sequence[Sequence[int]], size: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """(b, size); what is padded is masked, so any number would do."""
    table = np.zeros((len(rows), size), dtype=np.int64)
    for at, row in enumerate(rows):
        table[at, : len(row)] = row
    return table


def _output(outputs: Sequence[Any]) -> str:
    """The output that gives sentence vectors, else the one with a vector for each token."""
    ranks = {put.name: len(put.shape or ()) for put in outputs}
    pooled = [name for name in _SENTENCE if ranks.get(name) == 2]
    words = [name for name in _WORDS if ranks.get(name) == 3] or [name for name, rank in ranks.items() if rank == 3]
    other = [name for name, rank in ranks.items() if rank == 2]
    for names in (pooled, words, other):
        if names:
            return names[0]
    raise ModelError(
        f"No output of the model is a vector for a text or a token: {', '.join(ranks)}.",
        "Export it for feature extraction.",
    )
