"""Where data and models are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..files import home
from ..lazy import dataclass
from ._output import say

if TYPE_CHECKING:
    from ..config import Recipe
    from ..corpus.store import Corpus
    from ..ranking.model import Model
    from ..ranking.recommend import Recommender
    from ..readers.columns import Columns


@dataclass(frozen=True)
class Home(home.Home):
    """The home that a command works on."""

    folder: Path

    def columns(self, mapped: Sequence[str] = ()) -> Columns:
        """The names of columns: those given as ``FIELD=COLUMN``, then data/columns.toml, then the built-in ones."""
        from ..readers.columns import Columns, own_names, read_own

        names = own_names(mapped)
        for name, values in read_own(self.columns_file).items():
            names[name] = [*names.get(name, []), *values]
        return Columns(names)

    def recipe(self, path: Path | None) -> tuple[Recipe, Path | None]:
        """The recipe of a training and its file: ``path``, else data/recipe.toml where it is, else the built-in one."""
        from ..config import Recipe

        default = self.data / "recipe.toml"
        chosen = path or (default if default.exists() else None)
        return (Recipe.read(chosen) if chosen else Recipe()), chosen

    def tell_other_recipe(self, model: Model) -> None:
        """Warns if data/recipe.toml differs from the recipe of ``model``, the seed aside."""
        from ..config import Recipe

        recipe, path = self.recipe(None)
        fitted = {**Recipe().as_json(), **model.about["recipe"]}  # an older model knew fewer keys
        if path and recipe.with_seed(fitted["seed"]).as_json() != fitted:
            say(f"{path} is not the recipe of {model.version}, which holds here; the next training takes it")

    def corpus(self, *, create: bool = False) -> Corpus:
        """The corpus. Raises CorpusError if there is none."""
        from ..corpus.store import Corpus

        return Corpus.open(self.corpus_file, create=create)

    def corpus_to_try(self) -> Corpus:
        """The corpus for a dry run, which leaves no file: an empty one in memory where there is none."""
        from ..corpus.store import Corpus

        return self.corpus() if self.corpus_file.exists() else Corpus.in_memory(self.corpus_file)

    @contextmanager
    def report_damage(self) -> Iterator[None]:
        """Raises ModelError where a damaged file of the current model made the block fail."""
        from ..errors import ModelError
        from ..versions.artifact import current_folder, report_damage

        try:
            folder = current_folder(self.models)
        except ModelError:
            folder = None
        with report_damage(folder):
            yield

    def index(self, address: str | None = None) -> str:
        """Where candidates come from: ``address``, else the recipe's index; "" for the model's own files. Raises
        QueryError for an unknown kind of index."""
        if index := self.recipe(None)[0].index if address is None else address:
            from ..index.milvus import Server

            Server.of(index)
        return index

    def through(self, recommender: Recommender, index: str | None = None) -> Recommender:
        """``recommender`` with candidates from ``index`` (``milvus:URI``), else from the recipe's, else its own.

        Raises QueryError for an unknown kind of index, MissingExtra.
        """
        if index := self.index(index):
            from ..ranking.milvus_candidates import through

            return through(recommender, index, say)
        return recommender

    def recommender(self, version: str | None = None) -> Recommender:
        """The current model, or a ``version``, with people's edits; warns of those that cannot be applied.

        Raises ModelError.
        """
        from ..ranking.recommend import Recommender

        if version is not None:
            from ..versions.registry import check_version

            check_version(self.models, version)
        recommender = Recommender.open(self.models / (version or ""))
        for problem in recommender.problems:
            say(problem)
        return recommender
