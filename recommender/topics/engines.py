"""The door to UMAP, which talks of libraries that we do not use when it is loaded."""

from __future__ import annotations

import warnings
from typing import Any


def open_umap(**options: Any) -> Any:
    """A UMAP with these options; its remark on a missing TensorFlow is not passed on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP
    return UMAP(**options)
