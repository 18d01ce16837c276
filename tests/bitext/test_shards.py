import pytest
from nbformat.v4 import new_code_cell, new_notebook

from bitext.shards import Shard, parse, share


def book(**seconds):
    composed = {}
    for name, time in seconds.items():
        made = new_notebook(cells=[new_code_cell("x = 1")])
        made.metadata["bitext"] = {} if time is None else {"seconds": time}
        composed[name] = made
    return composed


def shares(composed, count):
    return [list(share(composed, Shard(n + 1, count))) for n in range(count)]


def test_shares_take_about_the_same_time():
    composed = book(a=5, b=100, c=40, d=60, e=5)
    assert shares(composed, 2) == [["a", "b"], ["c", "d", "e"]]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_each_notebook_is_in_one_share(count):
    composed = book(a=3, b=None, c=1, d=None, e=9)
    every = [name for names in shares(composed, count) for name in names]
    assert sorted(every) == list("abcde")


def test_the_order_of_the_notebooks_does_not_matter():
    composed = book(a=3, b=3, c=3, d=None)
    assert shares(composed, 3) == shares(dict(reversed(composed.items())), 3)


def test_a_notebook_that_never_ran_counts_as_the_mean():
    assert shares(book(a=10, b=20, c=None), 2) == [["b"], ["a", "c"]]
    assert shares(book(a=None, b=None, c=None, d=None), 2) == [["a", "c"], ["b", "d"]]


def test_pages_without_code_are_no_work():
    composed = book(a=1) | {"b": new_notebook(metadata={"bitext": {}})}
    assert shares(composed, 2) == [["a"], []]


def test_a_share_is_read_as_it_is_shown():
    assert parse("2/5") == Shard(2, 5) and str(Shard(2, 5)) == "2/5"


@pytest.mark.parametrize("text", ["", "2", "0/5", "6/5", "2/0", "-1/5", "2/5/7", "a/b", "1.5/2"])
def test_what_is_no_share_is_named(text):
    with pytest.raises(ValueError, match=f"'{text}' is no share I/N .*: write 2/5"):
        parse(text)
