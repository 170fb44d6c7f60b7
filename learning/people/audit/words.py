"""What the log's codes mean in words; a code that is written somewhere has a word here (tested)."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "look": _("looked at a record"),
    "look_at_list": _("looked at a list"),
    "sign_in": _("signed in"),
    "export": _("exported"),
    "search_audit": _("searched the audit log"),
    "acknowledge_week": _("marked weeks as seen"),
    "record_absence": _("recorded an absence"),
    "end_absence": _("ended an absence"),
    "adjust": _("corrected study minutes"),
    "grant_role": _("gave a role"),
    "end_role": _("ended a role"),
    "ask_about_data": _("asked about their data"),
    "answer_about_data": _("answered a request about data"),
    "download_own_data": _("downloaded their own data"),
    "agree": _("agreed to a purpose"),
    "withdraw": _("withdrew from a purpose"),
    "purge": _("removed what is past its retention"),
    "list_affected": _("listed people affected by an incident"),
    "declare_learning": _("declared study outside"),
    "resubmit_declaration": _("changed declared study"),
    "withdraw_declaration": _("took back declared study"),
    "appeal": _("objected to an entry"),
    "withdraw_appeal": _("took back an objection"),
    "decide_appeal": _("decided an appeal"),
    "decide_declaration": _("decided about declared study"),
    "activate": _("activated their account"),
    "issue_letter": _("printed activation letters"),
    "give_delegation": _("gave a delegation"),
    "end_delegation": _("ended a delegation"),
    "record_acting": _("recorded an acting head"),
    "end_acting": _("ended an acting headship"),
    "correct_person": _("corrected a person's record"),
    "answer_supervisor_query": _("answered a question about the supervisor"),
    "import_people": _("imported people"),
    "import_units": _("imported units"),
    "export_import": _("downloaded the result of an import"),
    "make_sync_token": _("made a key for a staff system"),
    "revoke_sync_token": _("revoked a key of a staff system"),
    "publish_jp_rule": _("published a JP rule"),
    "set_weekly_target": _("set a weekly target"),
    "add_holiday": _("added a holiday"),
    "change_holiday": _("changed a holiday"),
    "remove_holiday": _("removed a holiday"),
    "set_head": _("set the head of a unit"),
    "recompute_jp": _("computed a JP award anew"),
}

WHAT: dict[str, Promise] = {
    "ledger": _("study ledger"),
    "team": _("list of the team"),
    "requests": _("requests about data"),
    "audit": _("audit log"),
    "ledger_entry": _("one entry of the study ledger"),
    "ledger_download": _("study ledger, as a file"),
    "appeal": _("appeal"),
    "declaration": _("declared study"),
    "evidence": _("evidence"),
    "staff_record": _("staff record"),
    "staff_list": _("list of staff"),
    "jp_award": _("JP award"),
    "jp_awards": _("list of JP awards"),
}

# What else an entry tells: the names of its details, and of the values in `changes` (name → [old, new]).
FIELDS: dict[str, Promise | str] = {
    "minutes": _("minutes a week"),
    "day": _("day"),
    "name": _("name"),
    "is_workday": _("working day"),
    "code": _("code"),
    "unit": _("counted by"),
    "minutes_per_jp": _("minutes per JP"),
    "jp": "JP",
    "cap_jp": _("ceiling in JP"),
    "cap_period": _("ceiling per"),
    "source": _("source"),
    "confidence": _("confidence"),
    "head": _("head of unit"),
    "unit_id": _("unit"),
    "position": _("position"),
    "position_kind": _("kind of position"),
    "grade": _("grade"),
    "employment": _("employment"),
    "absence": _("absence no."),
    "adjustment": _("correcting row"),
    "appeal": _("appeal no."),
    "award": _("award no."),
    "before": _("rule before"),
    "by": _("searched: by"),
    "count": _("number"),
    "counts": _("numbers"),
    "decision": _("decision no."),
    "declaration": _("declaration no."),
    "delegation": _("delegation no."),
    "ended_on": _("ended on"),
    "entry": _("row"),
    "first": _("from"),
    "first_day": _("first day"),
    "given": _("role"),
    "grant": _("granted role no."),
    "head_before": _("head before, no."),
    "jp_before": _("JP before"),
    "kind": _("kind"),
    "last": _("until"),
    "last_day": _("last day"),
    "leads": _("leads the unit"),
    "leads_unit": _("leads the unit"),
    "made": _("new award no."),
    "may_decide": _("may decide"),
    "methods": _("ways"),
    "outcome": _("outcome"),
    "people": _("people, no."),
    "posting": _("posting no."),
    "purpose": _("purpose"),
    "query": _("question no."),
    "reason": _("reason"),
    "request": _("request no."),
    "round": _("round"),
    "rule": _("rule"),
    "run": _("import no."),
    "seconds": _("seconds"),
    "state": _("state"),
    "token": _("key no."),
    "valid_from": _("in force from"),
    "week": _("week"),
}

ROLES: dict[str, Promise] = {
    "": _("system"),
    "self": _("the person"),
    "supervisor": _("supervisor"),
    "delegate": _("acting for the supervisor"),
    "unit_hr": _("unit HR"),
    "bpsdm": _("BPSDM admin"),
    "auditor": _("auditor"),
}


def action_in_words(code: str) -> str:
    return str(ACTIONS.get(code, code))


def what_in_words(code: str) -> str:
    return str(WHAT.get(code, code))


def role_in_words(code: str) -> str:
    return str(ROLES.get(code, code))


def detail_in_words(name: str, value: Any) -> str:
    """One detail: "first day: 2026-11-25"; of a long list the first five and how many there are."""
    if isinstance(value, list):
        more = f", … ({len(value)})" if len(value) > 5 else ""
        return f"{FIELDS.get(name, name)}: {', '.join(map(_value, value[:5]))}{more}"
    return f"{FIELDS.get(name, name)}: {_value(value)}"


def change_in_words(name: str, before: Any, after: Any) -> str:
    """One value as it was and as it is: "minutes a week: 45 → 90"."""
    return f"{FIELDS.get(name, name)}: {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)
