"""Sorted string tables: what is found is found the same way however often a table was asked."""

import random

import pytest

from recommender.arrays.strings import StringTable


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 64, 65, 3000])
def test_a_table_that_is_asked_often_finds_what_it_found(count: int) -> None:
    draw = random.Random(count)
    words = {f"{draw.choice('가나다라abc힣')}{at:03}" for at in range(count)}
    table = StringTable.of(words)
    probes = [*words, "", "가", "힣힣", *(word + "x" for word in words), *(word[:-1] for word in words)]
    probes += [f"없{at}" for at in range(600)]  # more than a table takes to keep a part in memory
    expected = {word: at for at, word in enumerate(sorted(words, key=str.encode))}
    for _ in range(2):
        assert [table.find(probe) for probe in probes] == [expected.get(probe, -1) for probe in probes]
        table.cache.clear()
    assert len(table.sample) == -(-count // 32)
