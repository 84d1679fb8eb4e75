"""Every guard of the application, found in its own code, and each taken out in turn from outside.

A guard is what stands between a person and something: `@allow` at a route; `own(…)` and what has `may` in its name,
where it is called; a comparison that names a bureau or who is in; a refusal (an `if` that only raises a `Problem` of
status 401, 403 or 404). Each function that holds one gets the same code with a switch in it, which says that it was
reached.
"""

from __future__ import annotations

import ast
import gc
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

from webapp.config import ROOT
from webapp.errors import CATALOGUE

REFUSALS = {code for code, (status, *_) in CATALOGUE.items() if status in (401, 403, 404)}
# Who is in, and whose it is.
NAMED = re.compile(r"\b(bureau_id|current_user|bureau\.id)\b")
MAY = re.compile(r"(^|\.)(may(_\w+)?|admits)$")
# The demo is no part of what answers; `accounts/access.py` is the door itself, taken out whole at each route.
OUTSIDE = ("demo", "cli.py")
SWITCH = "__guard__"
UNNOTICED = Path(__file__).with_name("unnoticed.tsv")


@dataclass(frozen=True)
class Site:
    """One guard: where it stands and what it says. `kind`: own, may, compare, refuse."""

    number: int
    file: str
    line: int
    kind: str
    text: str

    @property
    def name(self) -> str:
        """What stays when lines move: the file, the kind, what it says."""
        return f"{self.file} {self.kind} {self.text}"


class Guards:
    """The guards of all functions, with a switch each; `off` is the one that does not stand now."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self.off: int | None = None
        self.reached: set[int] = set()
        self._codes: list[tuple[FunctionType, CodeType]] = []
        self._globals: list[dict[str, object]] = []

    def stands(self, number: int) -> bool:
        """What the switched code asks; remembers that it did."""
        self.reached.add(number)
        return number != self.off

    def install(self) -> None:
        """Give every function that holds a guard the same code with switches."""
        new = {key: code for path in sources() for key, code in self._compiled(path)}
        for one in [one for one in gc.get_objects() if isinstance(one, FunctionType)]:
            code = one.__code__
            twin = new.get((code.co_filename, code.co_qualname, code.co_firstlineno))
            if twin is not None and twin.co_freevars == code.co_freevars:
                self._codes.append((one, code))
                one.__code__ = twin
                if SWITCH not in one.__globals__:
                    one.__globals__[SWITCH] = self.stands
                    self._globals.append(one.__globals__)

    def remove(self) -> None:
        """Everything as it was."""
        for function, code in self._codes:
            function.__code__ = code
        for names in self._globals:
            names.pop(SWITCH, None)

    def _compiled(self, path: Path) -> Iterator[tuple[tuple[str, str, int], CodeType]]:
        tree = ast.parse(path.read_text("utf-8"))
        switched = _Switched(self.sites, str(path.relative_to(ROOT)))
        before = len(self.sites)
        tree = ast.fix_missing_locations(switched.visit(tree))
        if len(self.sites) > before:
            yield from _functions(compile(tree, str(path), "exec"))


def read_unnoticed() -> list[str]:
    """The guards that the table does not miss: another stands behind them, or the question is refused before."""
    lines = UNNOTICED.read_text("utf-8").splitlines()[1:]
    return sorted(line.partition("\t")[0] for line in lines)


def sources() -> list[Path]:
    """The application's own files."""
    return [
        path
        for path in sorted((ROOT / "webapp").rglob("*.py"))
        if not set(path.relative_to(ROOT / "webapp").parts) & set(OUTSIDE)
    ]


def _functions(code: CodeType) -> Iterator[tuple[tuple[str, str, int], CodeType]]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield (one.co_filename, one.co_qualname, one.co_firstlineno), one
            yield from _functions(one)


class _Switched(ast.NodeTransformer):
    """Puts a switch into each guard inside a function."""

    def __init__(self, sites: list[Site], file: str) -> None:
        self.sites, self.file, self.depth = sites, file, 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        # Decorators and defaults are read once, when the module is: a switch there would change nothing.
        self.depth += 1
        node.body = [self.visit(one) for one in node.body]
        self.depth -= 1
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name, said = ast.unparse(node.func), ast.unparse(node)
        self.generic_visit(node)
        if self.depth and name == "own" and len(node.args) == 1:
            return self._either("own", node, node.args[0], said)
        if self.depth and MAY.search(name):
            return self._either("may", node, ast.Constant(True), said)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        said = ast.unparse(node)
        self.generic_visit(node)
        if not self.depth or not NAMED.search(said) or len(node.ops) != 1:
            return node
        if isinstance(node.ops[0], ast.Eq | ast.In):
            return self._either("compare", node, ast.Constant(True), said)
        if isinstance(node.ops[0], ast.NotEq | ast.NotIn):
            return self._either("compare", node, ast.Constant(False), said)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        said = ast.unparse(node.test)
        refused = _refused(node)
        self.generic_visit(node)
        if self.depth and refused:
            node.test = ast.BoolOp(
                ast.And(), [self._switch("refuse", node, f"{said} -> {refused}"), node.test]
            )
        return node

    def _either(self, kind: str, node: ast.expr, without: ast.expr, said: str) -> ast.AST:
        return ast.copy_location(ast.IfExp(self._switch(kind, node, said), node, without), node)

    def _switch(self, kind: str, node: ast.stmt | ast.expr, text: str) -> ast.expr:
        number = len(self.sites)
        self.sites.append(Site(number, self.file, node.lineno, kind, text))
        return ast.Call(ast.Name(SWITCH, ast.Load()), [ast.Constant(number)], [])


def _refused(node: ast.If) -> str:
    """The code of the problem, where the `if` does nothing else than refuse."""
    if len(node.body) != 1 or not isinstance(node.body[0], ast.Raise) or node.body[0].exc is None:
        return ""
    found = re.match(r"Problem\('(\w+)'", ast.unparse(node.body[0].exc))
    return found[1] if found and found[1] in REFUSALS else ""
