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
    "take_back_acknowledgement": _("took back a week marked as seen"),
    "nudge": _("sent a reminder"),
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
    "publish_dictionary": _("published a dictionary of competencies"),
    "publish_profiles": _("published position profiles"),
    "make_claim": _("wrote a claim"),
    "submit_claim": _("submitted a claim"),
    "answer_return": _("answered a returned claim"),
    "withdraw_claim": _("took back a claim"),
    "open_claim": _("opened a claim"),
    "decide_claim": _("decided a claim"),
    "reopen_claim": _("reopened a claim"),
    "lapse_claim": _("ended a recognition whose time is over"),
    "draw_claim": _("drew a recognition by rule to be looked at"),
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
    "submit_period_report": _("sent a competency report"),
    "withdraw_period_report": _("took back a competency report"),
    "decide_period_report": _("decided about a competency report"),
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
    "claim": _("competency claim"),
    "competencies": _("competencies"),
    "evidence": _("evidence"),
    "staff_record": _("staff record"),
    "staff_list": _("list of staff"),
    "period_report": _("competency report"),
    "period_report_file": _("competency report, as a file"),
    "period_reports": _("list of competency reports"),
    "jp_award": _("JP award"),
    "jp_awards": _("list of JP awards"),
}

# What a change is about: the names of values as `changes` (name → [old, new]) has them.
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


def change_in_words(name: str, before: Any, after: Any) -> str:
    """One value as it was and as it is: "minutes a week: 45 → 90"."""
    return f"{FIELDS.get(name, name)}: {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)
