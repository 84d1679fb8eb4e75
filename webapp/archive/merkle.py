"""The Merkle tree of RFC 6962: what proves that a list was only ever added to. Pure.

Hashes are lower-case hex. `node(level, place)` gives the hash of a full subtree of 2**level leaves, the first of which is
leaf `place * 2**level`; level 0 are the leaves themselves.
"""

import hashlib
from collections.abc import Callable, Iterator

Node = Callable[[int, int], str]

EMPTY = hashlib.sha256(b"").hexdigest()


def leaf_hash(data: bytes) -> str:
    """The hash of an entry (RFC 6962, 2.1): `(printf '\\000'; cat FILE) | sha256sum`."""
    return hashlib.sha256(b"\0" + data).hexdigest()


def joined(left: str, right: str) -> str:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\1" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def grown(position: int, leaf: str, node: Node) -> Iterator[tuple[int, int, str]]:
    """The full subtrees that are complete with a leaf at `position`, from below: (level, place, hash)."""
    level, place, made = 0, position, leaf
    while place % 2:
        level, made = level + 1, joined(node(level, place - 1), made)
        place //= 2
        yield level, place, made


def root(size: int, node: Node) -> str:
    """The hash of the first `size` leaves."""
    return _range(0, size, node) if size else EMPTY


def inclusion(position: int, size: int, node: Node) -> list[str]:
    """The audit path of a leaf in the tree of the first `size` (RFC 6962, 2.1.1)."""
    if not 0 <= position < size:
        raise ValueError("no such leaf in a tree of this size")
    return _path(position, 0, size, node)


def consistency(first: int, second: int, node: Node) -> list[str]:
    """That the tree of `second` leaves begins with that of `first` (RFC 6962, 2.1.2)."""
    if not 0 < first <= second:
        raise ValueError("the first size lies between one and the second")
    return _subproof(first, 0, second, node, True)


def includes(leaf: str, position: int, size: int, path: list[str], expected: str) -> bool:
    """Whether `path` leads from a leaf to the root `expected`."""
    if not 0 <= position < size:
        return False
    place, last, made = position, size - 1, leaf
    for other in path:
        if not last:
            return False
        if place % 2 or place == last:
            made = joined(other, made)
            while not place % 2 and place:
                place, last = place // 2, last // 2
        else:
            made = joined(made, other)
        place, last = place // 2, last // 2
    return not last and made == expected


def extends(first: int, second: int, proof: list[str], old: str, new: str) -> bool:
    """Whether `proof` shows that the root `new` of `second` leaves begins with the root `old` of `first`."""
    if first == second:
        return not proof and old == new
    if not 0 < first < second:
        return False
    # A tree of a power of two is itself the first hash of its proof.
    given = [old, *proof] if first & (first - 1) == 0 else list(proof)
    place, last = first - 1, second - 1
    while place % 2:
        place, last = place // 2, last // 2
    if not given:
        return False
    began = ended = given[0]
    for other in given[1:]:
        if not last:
            return False
        if place % 2 or place == last:
            began, ended = joined(other, began), joined(other, ended)
            while not place % 2 and place:
                place, last = place // 2, last // 2
        else:
            ended = joined(ended, other)
        place, last = place // 2, last // 2
    return not last and (began, ended) == (old, new)


def _range(start: int, end: int, node: Node) -> str:
    size = end - start
    if size & (size - 1) == 0:
        return node(size.bit_length() - 1, start // size)
    middle = start + _left(size)
    return joined(_range(start, middle, node), _range(middle, end, node))


def _path(position: int, start: int, end: int, node: Node) -> list[str]:
    if end - start == 1:
        return []
    middle = start + _left(end - start)
    if position < middle:
        return [*_path(position, start, middle, node), _range(middle, end, node)]
    return [*_path(position, middle, end, node), _range(start, middle, node)]


def _subproof(first: int, start: int, end: int, node: Node, whole: bool) -> list[str]:
    size = end - start
    if first == size:
        return [] if whole else [_range(start, end, node)]
    left = _left(size)
    middle = start + left
    if first <= left:
        return [*_subproof(first, start, middle, node, whole), _range(middle, end, node)]
    return [*_subproof(first - left, middle, end, node, False), _range(start, middle, node)]


def _left(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


class Growing:
    """The root of a list that is read once from its beginning, whatever its length."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[str] = []

    def add(self, leaf: str) -> None:
        """One more leaf."""
        made, place = leaf, self.size
        while place % 2:
            made, place = joined(self._full.pop(), made), place // 2
        self._full.append(made)
        self.size += 1

    def root(self) -> str:
        """The hash of all so far."""
        made = None
        for full in reversed(self._full):
            made = full if made is None else joined(full, made)
        return made or EMPTY
