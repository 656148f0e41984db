"""Estimators of texts in the hands of scikit-learn's own checks, which hand out rows of numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from sklearn.utils.estimator_checks import check_estimator, estimator_checks_generator
from sklearn.utils.validation import validate_data

WORDS = ("포항", "배터리", "대구", "경제", "축구", "학교", "병원", "날씨")
LEFT_OUT = ("check_array_api_input",)  # an estimator of texts never takes arrays of another library


class Worded:
    """Mixed into an estimator of texts: takes rows of numbers, written as texts."""

    def fit(self, X: Any, y: Any = None) -> Any:
        return super().fit(worded(validate_data(self, X)))  # type: ignore[misc]

    def transform(self, X: Any) -> Any:
        return super().transform(worded(validate_data(self, X, reset=False)))  # type: ignore[misc]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.two_d_array = True
        return tags


def worded(rows: Any) -> list[str]:
    return [" ".join(f"{WORDS[i % 8]} {value:.3f}" for i, value in enumerate(row)) for row in rows]


def checks_of(estimator: Any) -> list[Any]:
    """Every check of scikit-learn's suite but those ``LEFT_OUT``."""
    return [check for _, check in estimator_checks_generator(estimator) if check.func.__name__ not in LEFT_OUT]


def passes(check: Callable[[Any], Any], estimator: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


def passes_suite(estimator: Any) -> None:
    """Of an estimator that takes no rows of numbers the suite asks next to nothing; ``checks_of`` asks the rest."""
    passes(check_estimator, estimator)
