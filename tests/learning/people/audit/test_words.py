"""Every code that is written into the log has a word."""

import ast
import inspect
from pathlib import Path

from learning.people.access import Role
from learning.people.audit.actions import log_deed
from learning.people.audit.words import ACTIONS, FIELDS, ROLES, WHAT

ROOT = Path(__file__).resolve().parents[4]
LOGGERS = {"log_deed", "log_look", "log_look_at_list"}


def literals(keyword: str) -> tuple[set[str], set[str]]:
    """The texts given as `keyword` to a logger in our code, and the beginnings of those put together."""
    found: set[str] = set()
    beginnings: set[str] = set()
    for folder in ("learning", "content", "site"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
                for argument in node.keywords if isinstance(node, ast.Call) and name in LOGGERS else ():
                    value = argument.value
                    if argument.arg != keyword:
                        continue
                    if isinstance(value, ast.JoinedStr):
                        first = value.values[0]
                        beginnings |= {str(first.value)} if isinstance(first, ast.Constant) else set()
                        continue
                    parts = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                    found |= {each.value for each in parts if isinstance(each, ast.Constant)}
    return found, beginnings


def test_every_action_what_and_role_has_a_word() -> None:
    for keyword, words in (("action", ACTIONS), ("what", WHAT)):
        found, beginnings = literals(keyword)
        assert found <= set(words), found - set(words)
        assert all(any(code.startswith(each) for code in words) for each in beginnings), beginnings
    assert {"acknowledge_week", "grant_role", "agree", "withdraw"} <= literals("action")[0]
    assert {str(role) for role in Role} <= set(ROLES)


def test_every_detail_has_a_word() -> None:
    told = set()
    for folder in ("learning", "content", "site"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
                if isinstance(node, ast.Call) and name == "log_deed":
                    told |= {each.arg for each in node.keywords if each.arg}
    of_the_entry = set(inspect.signature(log_deed).parameters) - {"detail"}
    in_their_own_way = {"what", "changes", "after"}
    assert told - of_the_entry - in_their_own_way <= set(FIELDS)
    assert {"first_day", "token", "people"} <= told
