"""A pickle that makes a folder where it is unpacked: what stands in a model is read, and never run."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

MADE = Path("exploded")  # in the working folder of the process that unpacks it
BOMB = b"cos\nmkdir\n(V%s\ntR." % str(MADE).encode()  # os.mkdir("exploded")


def array_of_objects() -> bytes:
    """A file of numpy whose array of objects is the bomb."""
    file = io.BytesIO()
    np.save(file, np.array([None]), allow_pickle=True)
    held = file.getvalue()
    return held[: held.index(b"\n") + 1] + BOMB
