"""Weights of terms by how informative they are: numbers, dates and stock phrases weigh little.

Two headlines that share a date, an amount or "협의회 개최" are not related by that. Such terms still count, so that who
asks for nothing else is answered; beside other words they hardly weigh.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from ..lazy import pattern

NUMBER = 0.25  # weight of a number, with or without its unit ...
STOCK = 0.4  # ... and of a stock word or the word of a bracket tag, beside 1 for any other
FUNCTION = 0.05  # ... and of an English function word
_UNIT = (
    "월 일 년 시 분 초 차 명 개 건 곳 호 대 위 세 배 회 기 인 주 주년 조 억 만 천 원 조원 억원 만원 천원 "
    "천만원 백만 천만 만명 달러 억달러 퍼센트 p 포인트 톤 만톤 km m 개월 주간 일간 년간 년차 회차 분기 대기 가지 종 "
    "층 살 학년 번 번째 kg mw gw kwh"
)
# Particles, determiners and adverbs that stand alone in headlines and say nothing.
_SYLLABLES = frozenset(
    "가각것과그내너는늘더던데도든듯등딱또라란랑로를만못및바뿐수안에왜와외은을의이줄중즉채첫좀참측큰한"
)
_NUMBER = pattern(rf"[0-9][0-9.,:/]*(?:{'|'.join(sorted(_UNIT.split(), key=len, reverse=True))})?")
_NUMERAL = pattern("[일이삼사오육칠팔구십백천만억조]+(?:원|명|개|톤)")
_COUNTED = frozenset("원명개톤")


def is_number(term: str) -> bool:
    """A number, an amount or a part of a date: 2026, 3월, 18일, 4680만원."""
    if "0" <= term[:1] <= "9":
        return bool(_NUMBER.fullmatch(term))
    return term[-1:] in _COUNTED and bool(_NUMERAL.fullmatch(term))


def is_stock(term: str) -> bool:
    """A word that stands in headlines of every field: 개최, 위한, 국내, 톱뉴스, the."""
    return term in _stock() or term in function_words()


def says_nothing(word: str) -> bool:
    """A particle, an adverb or a function word that stands alone: no reason for a reader."""
    return word in _SYLLABLES or word in function_words()


@lru_cache(maxsize=20_000)
def weight(term: str) -> float:
    """What a term's idf is multiplied with, 0..1. Bigrams, marked with ``~``, keep theirs: see ``features_of``."""
    if is_number(term):
        return NUMBER
    if term in function_words():
        return FUNCTION
    return STOCK if term.startswith("#") or is_stock(term) else 1.0


@cache
def function_words() -> frozenset[str]:
    """English words that say nothing: the, of, with."""
    return _words_of("function_words.txt")


@cache
def english_stop_words() -> frozenset[str]:
    """The English words that no topic is formed on: scikit-learn's list."""
    return _words_of("english_stop_words.txt")


@cache
def _stock() -> frozenset[str]:
    return _words_of("stock_words.txt")


def _words_of(name: str) -> frozenset[str]:
    return frozenset(Path(__file__).with_name(name).read_text(encoding="utf-8").split())
