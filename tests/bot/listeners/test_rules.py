"""The shape of a listener: acknowledge, translate, one verb, render. Nothing is decided there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "bot" / "listeners"
MODULES = sorted(FOLDER.glob("*.py"))
# What decides about an order or a person. `Deed` and `Permission` may be handed on to a verb.
DECIDING = {"State", "Status", "Role", "Permission", "Standing", "Synced", "Reason", "Lack"}
TELLING = {"standing", "state", "role", "permissions", "held", "hold", "lacks"}


def names(node: ast.AST) -> set[str]:
    found = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return found | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def decisions(tree: ast.AST) -> Iterator[ast.AST]:
    """Every place where a program chooses: tests, comparisons, patterns."""
    for node in ast.walk(tree):
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                yield test
            case ast.Compare() | ast.match_case():
                yield node if isinstance(node, ast.Compare) else node.pattern
            case ast.comprehension(ifs=ifs):
                yield from ifs
            case _:
                pass


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_listener_decides_on_state_or_permission(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    chosen = [(node, names(node)) for node in decisions(tree)]
    deciding = [
        f"{module.name}:{getattr(node, 'lineno', '?')} {sorted(found & (DECIDING | TELLING))}"
        for node, found in chosen
        # `press.state` is what a form holds.
        if found & DECIDING or (found & TELLING) - {"state"}
    ]
    assert deciding == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_functions_stay_small(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            assert node.end_lineno - node.lineno < 40, f"{module.name}: {node.name}"


def test_the_modules_are_found() -> None:
    assert len(MODULES) > 5


def test_the_walk_finds_a_decision() -> None:
    tree = ast.parse("if order.standing.state is State.FAILED: pass")
    assert any(names(node) & DECIDING for node in decisions(tree))
