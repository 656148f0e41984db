"""The first page where nothing is asked yet."""

from __future__ import annotations

from html import escape

import numpy as np

from ...ranking.model import Model
from ...reporting.markup import listed, paragraph
from .examples import example_questions
from .frame import asked_address
from .hits import linked
from .site import Site
from .words import PageWords

_NEWEST = 8


def landing(site: Site, words: PageWords) -> str:
    """Questions to begin with, and the newest articles."""
    model, offered = site.recommender.model, chips(site)
    newest = _newest(model)
    dated = bool(newest) and not np.isnan(model.catalogue.days[newest[0]])
    head = f"<h2>{escape(words('ask_newest' if dated else 'ask_some'))}</h2>"
    listing = listed((linked(model.catalogue.article(row), words) for row in newest), "headlines wide")
    start = f"<h2>{escape(words('ask_examples'))}</h2>{offered}" if offered else ""
    recent = f"{head}{paragraph(words('ask_newest_how'), 'note')}{listing}" if newest else ""
    return f'<section class="start">{start}{recent}</section>'


def chips(site: Site) -> str:
    """Links that ask the questions of ``examples``."""
    links = (f'<a href="{escape(asked_address(q=name))}">{escape(name)}</a>' for name in examples(site))
    return listed(links, "chips")


def examples(site: Site) -> list[str]:
    """Questions that the archive answers."""
    return site.cached("examples", example_questions)


def _newest(model: Model) -> list[int]:
    days = np.nan_to_num(np.asarray(model.catalogue.days), nan=-np.inf)
    order = np.argsort(-days, kind="stable")
    originals = np.asarray(model.catalogue.duplicate_of)[order] == order
    return [int(row) for row in order[originals][:_NEWEST]]
