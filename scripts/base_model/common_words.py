"""Words of both languages at large by wordfreq (Speer 2022; its data CC BY-SA 4.0), commonest first."""

from __future__ import annotations

import re

_KOREAN = re.compile("[가-힣]{2,8}")


def korean_words(most: int) -> dict[str, float]:
    """Korean words with their share of all words, of the ``most`` commonest entries."""
    from wordfreq import get_frequency_dict, top_n_list

    shares = get_frequency_dict("ko")
    return {word: shares[word] for word in top_n_list("ko", most) if _KOREAN.fullmatch(word)}


def english_words(most: int) -> list[str]:
    """English words of two plain letters and more, of the ``most`` commonest entries."""
    from wordfreq import top_n_list

    return [word for word in top_n_list("en", most) if word.isascii() and word.isalpha() and len(word) > 1]
