"""What would break a form when it is computed: trees, the keys in them, lists of choices, circles. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from webapp.forms.expressions import (
    CHAIN,
    CHAINED,
    FUNCTIONS,
    OF_REFERENCES,
    Tree,
    is_pattern,
    references,
    sees_itself,
)
from webapp.forms.rows import VERDICTS, keys_in

Json = dict[str, Any]

OPERATORS = {sign: (2, 2) for sign in ("=", "!=", "<", "<=", ">", ">=")}
OPERATORS |= {sign: (2, CHAIN + 1) for sign in CHAINED}
HEADS = FUNCTIONS | OPERATORS | {"neg": (1, 1)}
TREES = ("relevant", "constraint", "calculate", "default", "choice_filter", "count", "required", "read_only")
# What makes a question come and go, or says what it says.
DECIDES = ("relevant", "calculate", "count", "default", "choice_filter")
LISTED = ("select_one", "select_multiple", "rank")
WORDS = ("label", "hint", "constraint_message", "required_message")
QUESTIONS = 5000


def check_questions(questions: list[Json]) -> None:
    """Raises `ValueError` that names the question and what is wrong with it."""
    asked = dict(_keyed(questions, [], _twice(questions)))
    if len(asked) > QUESTIONS:
        raise ValueError(f"more than {QUESTIONS} questions")
    for key, question in asked.items():
        _check_parts(key, question)
        for column in TREES:
            if isinstance(question.get(column), list):
                _check_tree(question[column], asked, f"{key}: {column}", column == "choice_filter")
        for column in WORDS:
            for named in keys_in(question.get(column)):
                if named not in asked:
                    raise ValueError(f"{key}: {column}: no question {named}")
    _check_circles(questions)


def circle(start: str, needs: dict[str, set[str]], done: set[str]) -> list[str] | None:
    """The first circle that is reached from `start`, and everything that was looked at put into `done`."""
    trail, ways = [start], [iter(sorted(needs.get(start, ())))]
    if start in done:
        return None
    while trail:
        step = next(ways[-1], None)
        if step is None:
            done.add(trail.pop())
            ways.pop()
        elif step in trail:
            done.update(trail)
            return trail[trail.index(step) :]
        elif step not in done and step in needs:
            trail.append(step)
            ways.append(iter(sorted(needs[step])))
    return None


def _check_parts(key: str, question: Json) -> None:
    kind, names = question["type"], [choice["name"] for choice in question.get("choices") or []]
    if (kind in LISTED) != bool(names):
        raise ValueError(f"{key}: a select has choices and nothing else does")
    if kind in ("select_multiple", "rank") and any(len(name.split()) != 1 for name in names):
        raise ValueError(f"{key}: of several choices none has a blank in its name")
    if (kind in ("group", "repeat")) != ("children" in question):
        raise ValueError(f"{key}: a group has children and nothing else does")
    if (kind == "range") != ("range" in question):
        raise ValueError(f"{key}: a range has its ends and nothing else does")
    if kind == "calculate" and not question.get("calculate"):
        raise ValueError(f"{key}: nothing is calculated")
    known = VERDICTS.keys() if kind == "verdict" else names
    unknown = set(question.get("verdict") or []) - set(known)
    if unknown:
        raise ValueError(f"{key}: verdict: no choice {', '.join(sorted(unknown))}")


def _check_tree(tree: Any, asked: Json, place: str, choices: bool) -> None:
    """Every head known, every operator with as many parts as it takes, every key of a question of the form."""
    left = [tree]
    while left:
        part = left.pop()
        if not isinstance(part, list) or not part or not isinstance(part[0], str):
            raise ValueError(f"{place}: not an expression")
        if part[0] in HEADS:
            _check_call(part, place)
            left += part[1:]
        elif not _is_leaf(part, choices):
            raise ValueError(f"{place}: {part[0]} is not known")
        elif part[0] == "q" and part[1] not in asked:
            raise ValueError(f"{place}: no question {part[1]}")


def _check_call(part: Tree, place: str) -> None:
    name, given = part[0], part[1:]
    least, most = HEADS[name]
    if not least <= len(given) <= most:
        raise ValueError(f"{place}: {name} does not take {len(given)} arguments")
    looked_at = (
        [given[0], *(given[1::2] if name == "indexed-repeat" else [])] if name in OF_REFERENCES else []
    )
    if name == "indexed-repeat" and len(given) % 2 == 0:
        raise ValueError(f"{place}: {name} takes a place for each repeat")
    if any(not isinstance(one, list) or one[:1] != ["q"] for one in looked_at):
        raise ValueError(f"{place}: {name} looks at a question")
    if name == "regex" and not (given[1][:1] == ["s"] and is_pattern(str(given[1][-1]))):
        raise ValueError(f"{place}: regex takes a plain pattern")


def _is_leaf(part: Tree, choices: bool) -> bool:
    match part:
        case ["."]:
            return True
        case ["s" | "n" | "q", str()]:
            return True
        case ["q", str(), int()]:
            return True
        case ["c", str()]:
            return choices
    return False


def _check_circles(questions: list[Json]) -> None:
    needs: dict[str, set[str]] = {}
    _needs(questions, [], _twice(questions), set(), needs)
    done: set[str] = set()
    for start in needs:
        if found := circle(start, needs, done):
            raise ValueError(f"questions that need each other: {' → '.join([*found, found[0]])}")


def _needs(
    questions: list[Json], path: list[str], twice: set[str], above: set[str], needs: dict[str, set[str]]
) -> None:
    for question in questions:
        way = [*path, question["name"]]
        own = above | {key for what in DECIDES if question.get(what) for key in references(question[what])}
        if sees_itself(question.get("relevant") or []):
            own = own | {_key(way, twice)}
        needs[_key(way, twice)] = own
        _needs(question.get("children") or [], way, twice, own, needs)


def _keyed(questions: list[Json], path: list[str], twice: set[str]) -> Iterator[tuple[str, Json]]:
    names: set[str] = set()
    for question in questions:
        way = [*path, question["name"]]
        if question["name"] in names:
            raise ValueError(f"question names stand twice: {'/'.join(way)}")
        names.add(question["name"])
        yield _key(way, twice), question
        yield from _keyed(question.get("children") or [], way, twice)


def _key(way: list[str], twice: set[str]) -> str:
    return "/".join(way) if way[-1] in twice else way[-1]


def _twice(questions: list[Json]) -> set[str]:
    return {name for name, times in Counter(_names(questions)).items() if times > 1}


def _names(questions: list[Json]) -> Iterator[str]:
    for question in questions:
        yield question["name"]
        yield from _names(question.get("children") or [])
