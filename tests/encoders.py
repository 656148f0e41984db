"""Tiny sentence models, kept on disk as their libraries keep them: each syllable is a token, its row is by chance."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

DIMENSIONS = 48
SIGNS = [*"abcdefghijklmnopqrstuvwxyz0123456789", *map(chr, range(ord("가"), ord("힣") + 1))]


def table(seed: int = 3) -> Any:
    """(v, 48) float32, rows of unknown and padding zero."""
    rows = np.random.default_rng(seed).standard_normal((len(SIGNS) + 2, DIMENSIONS)).astype(np.float32)
    rows[:2] = 0
    return rows


def tokenizer() -> Any:
    tokenizers = pytest.importorskip("tokenizers", reason="the tiny models need a tokenizer")
    places = {"[UNK]": 0, "[PAD]": 1} | {sign: at + 2 for at, sign in enumerate(SIGNS)}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(places, unk_token="[UNK]"))
    made.normalizer = tokenizers.normalizers.Lowercase()
    made.pre_tokenizer = tokenizers.pre_tokenizers.Split(tokenizers.Regex("."), "isolated")
    return made


def sentence_transformers(folder: Path) -> str:
    library = pytest.importorskip("sentence_transformers", reason="the extra sentence-transformers is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers.models import StaticEmbedding

        static = StaticEmbedding(tokenizer(), embedding_weights=table())
        library.SentenceTransformer(modules=[static], device="cpu").save(str(folder))
    return f"sentence-transformers:{folder}"


def model2vec(folder: Path) -> str:
    library = pytest.importorskip("model2vec", reason="the extra model2vec is not installed")
    library.StaticModel(table(), tokenizer(), config={"normalize": True}).save_pretrained(folder)
    return f"model2vec:{folder}"


def onnx(folder: Path, *, pooled: bool = False, fed: str = "input_ids", seed: int = 3) -> str:
    """A graph that looks up a row for each token; ``pooled``: it sums them too, by the attention mask."""
    library = pytest.importorskip("onnx", reason="the tiny graph is written by the library onnx")
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    helper, kinds = library.helper, library.TensorProto
    weights = library.numpy_helper.from_array(table(seed), "table")
    nodes = [helper.make_node("Gather", ["table", fed], ["last_hidden_state"])]
    outputs = [helper.make_tensor_value_info("last_hidden_state", kinds.FLOAT, ["b", "s", DIMENSIONS])]
    if pooled:
        nodes += [
            helper.make_node("Cast", ["attention_mask"], ["mask"], to=kinds.FLOAT),
            helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
            helper.make_node("Mul", ["last_hidden_state", "column"], ["seen"]),
            helper.make_node("ReduceSum", ["seen", "middle"], ["sentence_embedding"], keepdims=0),
        ]
        outputs.append(helper.make_tensor_value_info("sentence_embedding", kinds.FLOAT, ["b", DIMENSIONS]))
    axes = [
        library.numpy_helper.from_array(np.array([at], np.int64), name) for name, at in (("last", 2), ("middle", 1))
    ]
    inputs = [helper.make_tensor_value_info(name, kinds.INT64, ["b", "s"]) for name in (fed, "attention_mask")]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, [weights, *(axes if pooled else [])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    folder.mkdir(parents=True, exist_ok=True)
    library.save(model, str(folder / "model.onnx"))
    tokenizer().save(str(folder / "tokenizer.json"))
    return f"onnx:{folder}"


MAKERS = {"sentence-transformers": sentence_transformers, "model2vec": model2vec, "onnx": onnx}
