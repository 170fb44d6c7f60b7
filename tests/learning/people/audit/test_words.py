"""Every code that is written into the log has a word."""

import ast
from pathlib import Path

from learning.people.access import Role
from learning.people.audit.words import ACTIONS, ROLES, WHAT

ROOT = Path(__file__).resolve().parents[4]
LOGGERS = {"log_deed", "log_look", "log_look_at_list"}


def literals(keyword: str) -> set[str]:
    """The texts given as `keyword` to a logger, in all of our code."""
    found = set()
    for folder in ("learning", "content", "site"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name not in LOGGERS:
                    continue
                for argument in node.keywords:
                    if argument.arg == keyword:
                        found |= {
                            each.value
                            for each in ast.walk(argument.value)
                            if isinstance(each, ast.Constant) and isinstance(each.value, str)
                        }
    return found


def test_every_action_what_and_role_has_a_word() -> None:
    assert {"look", "acknowledge_week", "grant_role"} <= literals("action") | {"look"}
    assert literals("action") <= set(ACTIONS), literals("action") - set(ACTIONS)
    assert literals("what") <= set(WHAT), literals("what") - set(WHAT)
    assert {str(role) for role in Role} <= set(ROLES)
