"""Addresses of everything that belongs to one person."""

from typing import Any

app_name = "learning"
urlpatterns: list[Any] = []
