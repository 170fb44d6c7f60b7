"""Naming one person or one unit in a form: by number or name, never from a list of everybody."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learning.people.models import Person, Unit


class PersonField(forms.CharField):
    """One person by NIP, whole name or an unmistakable part of it; cleans to the person or None."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(max_length=80, **fields)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        digits = "".join(text.split())
        people = Person.objects.get_queryset()
        found = list(people.filter(nip=digits)[:1]) if digits.isdigit() else []
        found = found or list(people.filter(name__iexact=text)[:2])
        found = found or list(people.filter(name__icontains=text).by_name()[:5])
        if not found:
            raise forms.ValidationError(_("Nobody of that name or number is known."))
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several people fit: %(names)s. Please give the whole name or the NIP."),
                params={"names": "; ".join(each.name for each in found)},
            )
        return found[0]


class UnitField(forms.CharField):
    """One active unit by its code or its whole name; cleans to the unit or None."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(max_length=200, **fields)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        units = Unit.objects.filter(is_active=True)
        found = list(units.filter(code__iexact=text)[:1]) or list(units.filter(name__iexact=text)[:2])
        if not found:
            raise forms.ValidationError(_("No unit of that code or name is known."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several units have this name. Please give the code."))
        return found[0]
