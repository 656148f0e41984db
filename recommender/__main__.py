"""``python -m recommender``."""

from __future__ import annotations

import sys

from .errors import missing_library
from .messages import translated

if __name__ == "__main__":
    try:
        from .cli import main
    except ModuleNotFoundError as error:
        if (missing := missing_library(error)) is None:
            raise
        sys.exit(f"{translated('error:')} {translated(missing.problem)} {translated(missing.hint)}")
    main()
