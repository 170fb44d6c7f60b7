"""The suite. It mirrors the code: `learning/study/rules.py` is tried in `tests/learning/study/test_rules.py`."""
