"""The words of a question without Kiwi against Kiwi's own, on 5,000 unseen headlines of ynat.

The lexicon is learned from the other headlines of the set; then both cut the same 5,000. Beside it, cutting at
blanks alone.

    python -m benchmarks.words
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from benchmarks.sets import rows
from recommender.text.aliases import load_aliases
from recommender.text.analyzer import Analyzer, spelled
from recommender.text.kiwi import learn_lexicon, open_kiwi, words_of
from recommender.text.normalize import normalise

UNSEEN = 5_000


def main() -> None:
    titles = [row["title"] for row in rows("ynat/headlines")]
    unseen, training = titles[:UNSEEN], titles[UNSEEN:]
    aliases = load_aliases(None)
    lexicon = learn_lexicon(training, aliases, 2)
    analyzer, kiwi = Analyzer(lexicon, aliases), open_kiwi(aliases, 2)
    cut = [spelled(title, aliases) for title in unseen]
    distinct = sorted({eojeol for eojeols in cut for eojeol in eojeols})
    by_kiwi = dict(zip(distinct, (words_of(t) for t in kiwi.tokenize(distinct)), strict=True))
    new = [e for e in distinct if lexicon.lookup(e) is None]
    ours = [analyzer.words(title) for title in unseen]
    asked = [[word for eojeol in eojeols for word in by_kiwi[eojeol]] for eojeols in cut]
    whole = [words_of(t) for t in kiwi.tokenize([aliases.apply(normalise(t).lower()) for t in unseen])]
    print(f"{UNSEEN:,} headlines, lexicon of {len(lexicon.known):,} eojeols and {len(lexicon.words):,} words")
    print(f"F1 with Kiwi asked eojeol by eojeol: {f1(ours, asked):.3f} (cut at blanks: {f1(cut, asked):.3f})")
    print(f"F1 with Kiwi asked whole headlines:  {f1([*map(set, ours)], [*map(set, whole)]):.3f}")
    unknown = f1([analyzer.cut(e) for e in new], [by_kiwi[e] for e in new])
    print(f"F1 on the {len(new):,} eojeols never seen: {unknown:.3f}")


def f1(predicted: Iterable[Iterable[str]], expected: Iterable[Iterable[str]]) -> float:
    """Of words as multisets, over all texts."""
    shared = total = 0
    for left, right in zip(predicted, expected, strict=True):
        a, b = Counter(left), Counter(right)
        shared += (a & b).total()
        total += a.total() + b.total()
    return 2 * shared / total if total else 1.0


if __name__ == "__main__":
    main()
