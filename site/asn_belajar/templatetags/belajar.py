"""Words for templates: minutes, durations, weeks."""

from django import template

register = template.Library()


@register.filter
def minutes(seconds: int) -> int:
    """Whole minutes of `seconds`, never rounded up."""
    return seconds // 60
