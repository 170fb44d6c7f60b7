"""Forms of the staff office."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learning.people.importing.models import ImportRun
from learning.people.models import Person, Posting, Unit
from learning.people.staff import Reach


class UnitField(forms.CharField):
    """A unit by its code. A list of 5,300 units would be half a megabyte of form."""

    def clean(self, value: Any) -> Unit | None:
        code = super().clean(value)
        if not code:
            return None
        unit: Unit | None = Unit.objects.filter(code__iexact=code.strip()).first()
        if unit is None:
            raise forms.ValidationError(_("There is no unit with this code."))
        return unit


class UploadForm(forms.Form):
    """A file to compare, and what it may touch."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or .xlsx. The columns may stand in any order: NIP, NAMA, GELAR, KODE UNOR or UNIT KERJA, "
            "JABATAN, GOL, KEDUDUKAN HUKUM, JENIS PEGAWAI, TMT, EMAIL."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    kind = forms.ChoiceField(label=_("The file lists"), choices=ImportRun.Kind.choices)
    unit = UnitField(
        label=_("Code of the unit"),
        required=False,
        max_length=40,
        help_text=_("Only this unit and all below it may be touched. Empty: everything you look after."),
    )
    is_whole = forms.BooleanField(
        label=_("The file lists everybody of this unit"),
        required=False,
        help_text=_("Whoever is not in the file has left, and is deactivated."),
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach

    def clean_unit(self) -> Unit | None:
        unit: Unit | None = self.cleaned_data["unit"]
        if unit is None and not self.reach.everybody:
            if len(self.reach.units) == 1:
                return self.reach.units[0]
            raise forms.ValidationError(_("Say which of your units: you look after several."))
        if not self.reach.holds(unit):
            raise forms.ValidationError(_("You do not look after this unit."))
        return unit


class PersonForm(forms.Form):
    """Who somebody is and where they serve."""

    name = forms.CharField(label=_("Name with titles"), max_length=160)
    unit = UnitField(label=_("Code of the unit"), max_length=40)
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    position_kind = forms.ChoiceField(
        label=_("Kind of position"), choices=[("", "–"), *Person.PositionKind.choices], required=False
    )
    grade = forms.CharField(label=_("Grade"), max_length=10, required=False)
    employment = forms.ChoiceField(label=_("Serves as"), choices=Person.Employment.choices)


class ActingForm(forms.Form):
    """A second position, for some days."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Posting.Kind.choices[1:])
    unit = UnitField(label=_("Code of the unit"), max_length=40)
    position = forms.CharField(label=_("Position"), max_length=120)
    leads_unit = forms.BooleanField(label=_("Leads the unit, as its supervisor"), required=False)
    first_day = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class HeadForm(forms.Form):
    """Which unit somebody leads."""

    unit = UnitField(
        label=_("Code of the unit"),
        max_length=40,
        help_text=_("They lead it from today on and see its people; whoever led it before no longer does."),
    )


class SyncKeyForm(forms.Form):
    """What a staff system is called, and whom it may send."""

    name = forms.CharField(label=_("Name of the staff system"), max_length=80)
    unit = UnitField(
        label=_("Code of the unit"),
        required=False,
        max_length=40,
        help_text=_("Only people of this unit and all below it may be sent. Empty: everybody."),
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach

    def clean_unit(self) -> Unit | None:
        unit: Unit | None = self.cleaned_data["unit"]
        if not self.reach.holds(unit):
            raise forms.ValidationError(_("You do not look after this unit."))
        return unit


class AnswerForm(forms.Form):
    """What unit HR says to a question about the supervisor."""

    answer = forms.CharField(label=_("Answer"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
