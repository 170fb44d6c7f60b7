"""Where people appear in the database. A new table that names a person must be put in one of the two lists.

`tests/asn_belajar/personal_data/test_inventory.py` walks all models and fails on one that is in neither.
"""

# What "my data" hands over: table and the column that makes a row mine.
COVERED: tuple[tuple[str, str], ...] = (
    ("people.Posting", "person"),
    ("people.Absence", "person"),
    ("people.FormerNIP", "person"),
    ("people.RoleGrant", "person"),
    ("people.Delegation", "giver"),
    ("people.Delegation", "delegate"),
    ("people.Unit", "head"),
    ("people.SupervisorQuery", "person"),
    ("people.DataRequest", "person"),
    ("people.PurposeChoice", "person"),
    ("people.AuditEntry", "subject"),
    ("people.AuditEntry", "actor"),
    ("people.AuditEntry", "on_behalf_of"),
    ("study.StudyEntry", "person"),
    ("study.StudyDay", "person"),
    ("study.WeekTotal", "person"),
    ("study.YearTotal", "person"),
    ("study.ActivityTotal", "person"),
    ("study.PageVisit", "person"),
    ("study.PermitUse", "person"),
    ("feedback.Feedback", "person"),
    ("competencies.QuizAttempt", "person"),
    ("competencies.Completion", "person"),
    ("competencies.CompetencyRecord", "person"),
    ("competencies.JPAward", "person"),
    ("reports.Nudge", "person"),
    ("reviews.WeekAcknowledgement", "person"),
    ("reviews.Declaration", "person"),
    ("reviews.Appeal", "person"),
    ("reviews.Decision", "person"),
    ("reviews.Claim", "person"),
    ("competencies.SelfAssessment", "person"),
    ("people.ActivationCode", "person"),
    ("account.EmailAddress", "user"),
    ("mfa.Authenticator", "user"),
    ("socialaccount.SocialAccount", "user"),
    ("usersessions.UserSession", "user"),
    ("wagtailusers.UserProfile", "user"),
    ("wagtailcore.Comment", "user"),
    ("wagtailcore.CommentReply", "user"),
    ("wagtailcore.PageSubscription", "user"),
)

_OTHERS = "a row about somebody else, in which this person did a duty; it is in the deeds of the audit log"
_EDITORIAL = "editorial work of an office, published by it; the page history names the author"
_TRANSIENT = "a working state of minutes, without content of its own"
_CONFIGURED = "rights are told by the roles and the group names"

# What it does not hand over, and why.
EXCLUDED: dict[tuple[str, str], str] = {
    ("people.Absence", "recorded_by"): _OTHERS,
    ("people.Posting", "recorded_by"): _OTHERS,
    ("people.RoleGrant", "granted_by"): _OTHERS,
    ("people.SupervisorQuery", "shown"): _OTHERS,
    ("people.SupervisorQuery", "answered_by"): _OTHERS,
    ("people.DataRequest", "handled_by"): _OTHERS,
    ("people.ImportRun", "started_by"): _OTHERS,
    ("people.SyncToken", "made_by"): _OTHERS,
    ("people.Person_groups", "person"): _CONFIGURED,
    ("people.Person_user_permissions", "person"): _CONFIGURED,
    ("reports.Nudge", "by"): _OTHERS,
    ("reviews.WeekAcknowledgement", "by"): _OTHERS,
    ("reviews.Decision", "by"): _OTHERS,
    ("reviews.Decision", "on_behalf_of"): _OTHERS,
    ("reviews.Claim", "made_by"): _OTHERS,
    ("reviews.Claim", "opened_by"): _OTHERS,
    ("reviews.ClaimReminder", "to"): _OTHERS,
    ("competencies.DictionaryVersion", "by"): _OTHERS,
    ("competencies.PositionProfile", "by"): _OTHERS,
    ("people.ActivationCode", "issued_by"): _OTHERS,
    ("allauth_idp_oidc.Client", "owner"): _EDITORIAL,
    ("allauth_idp_oidc.Token", "user"): "a key: handing it over would give others a way in",
    ("study.StudyEntry", "actor"): _OTHERS,
    ("competencies.JPAward", "actor"): _OTHERS,
    ("wagtailadmin.EditingSession", "user"): _TRANSIENT,
    ("wagtailadmin.FormState", "user"): _TRANSIENT,
    ("wagtailcore.UploadedFile", "uploaded_by_user"): _TRANSIENT,
    ("wagtailcore.APIToken", "user"): "a key: handing it over would make a second one",
    ("wagtailcore.Comment", "resolved_by"): _EDITORIAL,
    ("wagtailcore.ModelLogEntry", "user"): _EDITORIAL,
    ("wagtailcore.PageLogEntry", "user"): _EDITORIAL,
    ("wagtailcore.Page", "owner"): _EDITORIAL,
    ("wagtailcore.Page", "locked_by"): _EDITORIAL,
    ("wagtailcore.Revision", "user"): _EDITORIAL,
    ("content.SignOff", "issued_by"): _EDITORIAL,
    ("wagtailcore.TaskState", "finished_by"): _EDITORIAL,
    ("wagtailcore.WorkflowState", "requested_by"): _EDITORIAL,
    ("wagtailimages.Image", "uploaded_by_user"): _EDITORIAL,
    ("wagtaildocs.Document", "uploaded_by_user"): _EDITORIAL,
    ("wagtailmedia.Media", "uploaded_by_user"): _EDITORIAL,
    ("content.Picture", "uploaded_by_user"): _EDITORIAL,
    ("content.Handout", "uploaded_by_user"): _EDITORIAL,
    ("content.Recording", "uploaded_by_user"): _EDITORIAL,
}

# Columns that are no information about anybody but a key to something; never handed over.
SECRET = frozenset({"password", "session_key", "digest", "nonce", "keys", "data", "code", "secret", "token"})
