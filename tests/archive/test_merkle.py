"""The tree of RFC 6962, held against the definitions of its text, written here a second time as it says them."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from webapp.archive import merkle

Leaves = list[str]


def by_the_book(leaves: Leaves) -> str:
    """MTH of RFC 6962, 2.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = by_the_book(leaves[:split]), by_the_book(leaves[split:])
    return hashlib.sha256(b"\1" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def numbered(count: int) -> Leaves:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def kept(leaves: Leaves) -> Callable[[int, int], str]:
    """The subtrees as the log keeps them, grown leaf by leaf."""
    nodes: dict[tuple[int, int], str] = {}
    for position, leaf in enumerate(leaves):
        nodes[0, position] = leaf
        for level, place, made in merkle.grown(position, leaf, lambda level, place: nodes[level, place]):
            assert (level, place) not in nodes
            nodes[level, place] = made
    return lambda level, place: nodes[level, place]


def test_a_leaf_is_what_sha256sum_gives_for_a_nul_and_the_file() -> None:
    assert merkle.leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.EMPTY == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9, 33, 100])
def test_the_root_is_the_books_grown_or_read_from_its_beginning(count: int) -> None:
    leaves = numbered(count)
    growing = merkle.Growing()
    for leaf in leaves:
        growing.add(leaf)
    assert merkle.root(count, kept(leaves)) == by_the_book(leaves) == growing.root()


def test_every_leaf_of_every_size_has_a_proof_that_leads_to_the_root_and_to_no_other() -> None:
    leaves = numbered(40)
    node = kept(leaves)
    for size in range(1, 41):
        root = by_the_book(leaves[:size])
        for position in range(size):
            path = merkle.inclusion(position, size, node)
            assert merkle.includes(leaves[position], position, size, path, root)
            assert not merkle.includes(leaves[position - 1], position, size, path, root) or size == 1
            assert not merkle.includes(leaves[position], position, size, [*path, root], root)
            assert not path or not merkle.includes(leaves[position], position, size, path[:-1], root)
            assert not merkle.includes(leaves[position], size, size, path, root)


def test_every_size_is_shown_to_begin_every_later_one_and_no_other_log() -> None:
    leaves = numbered(40)
    node, other = kept(leaves), by_the_book([*numbered(20)[:-1], merkle.leaf_hash(b"other")])
    for second in range(1, 41):
        new = by_the_book(leaves[:second])
        for first in range(1, second + 1):
            proof, old = merkle.consistency(first, second, node), by_the_book(leaves[:first])
            assert merkle.extends(first, second, proof, old, new)
            assert not merkle.extends(first, second, proof, other, new)
            assert not merkle.extends(first, second, [*proof, old], old, new)
            if first != second:
                assert not merkle.extends(first, second, proof, old, old)
                assert not merkle.extends(first, second, [], old, new)


@settings(deadline=None, max_examples=30)
@given(some.integers(2, 40), some.data())
def test_a_log_from_which_one_was_taken_has_no_root_of_before(count: int, data: some.DataObject) -> None:
    leaves = numbered(count)
    gone = data.draw(some.integers(0, count - 1))
    left = leaves[:gone] + leaves[gone + 1 :]
    for size in range(gone + 1, count + 1):
        assert by_the_book(leaves[:size]) != by_the_book(left[:size])


def test_what_is_not_there_has_no_proof() -> None:
    node = kept(numbered(3))
    for position, size in [(3, 3), (-1, 3), (0, 0)]:
        with pytest.raises(ValueError, match="no such leaf"):
            merkle.inclusion(position, size, node)
    for first, second in [(0, 3), (4, 3)]:
        with pytest.raises(ValueError, match="first size"):
            merkle.consistency(first, second, node)
