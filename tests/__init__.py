"""The suite. It mirrors the code: `tests/learning/study/test_rules.py` tries `learning/study/rules.py`."""
