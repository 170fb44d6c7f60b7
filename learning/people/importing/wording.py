"""What an import says of a file and of a row, for each code that the engine gives."""

from django.utils.translation import gettext_lazy

# Why a file as a whole cannot be taken, or what to know about it. {0} is a number or a name.
ABOUT_FILE = {
    "too_big": gettext_lazy("The file is larger than {0} MB. Please send it in parts."),
    "empty": gettext_lazy("The file is empty."),
    "old_excel": gettext_lazy(
        "This is an old Excel file (.xls), or one with a password. "
        "Save it as .xlsx or CSV without a password."
    ),
    "no_header": gettext_lazy(
        "No row with the names of the columns was found. NIP, NAMA and UNIT KERJA are needed; "
        "for units KODE UNOR and NAMA UNOR."
    ),
    "columns": gettext_lazy("These columns are missing: {0}."),
    "too_wide": gettext_lazy("Line {0} has more than 200 columns."),
    "too_many_rows": gettext_lazy("The file has more than {0} rows. Please send it in parts, one OPD each."),
    "encoding": gettext_lazy("The characters of the file cannot be read. Save it as CSV UTF-8 or as .xlsx."),
    "quotes": gettext_lazy("A quotation mark near line {0} is never closed, so the rest cannot be read."),
    "bomb": gettext_lazy("The .xlsx unpacks to far more than a list of people. Save it as CSV, please."),
    "macros": gettext_lazy("The file contains macros. Save it as .xlsx without macros, or as CSV."),
    "not_a_table": gettext_lazy("This is no table. Send CSV or .xlsx."),
    "encrypted": gettext_lazy("The file is protected by a password. Save it without one."),
    "broken_sheet": gettext_lazy("The .xlsx is damaged. Open it and save it again."),
    "file_gone": gettext_lazy("The file is no longer here. Please upload it again."),
    "broken": gettext_lazy("Something went wrong while reading. Please tell BPSDM; nothing was changed."),
    "cp1252": gettext_lazy("The file is in the old Windows encoding. Look at names with accents."),
    "formulas": gettext_lazy("The sheet has formulas. Their saved values were read, nothing was calculated."),
    "ignored": gettext_lazy("Columns that were not read: {0}."),
}
# What is wrong with one row, or good to know about it. {0} is what the row says.
ABOUT_ROW = {
    "nip_mangled": gettext_lazy(
        "The spreadsheet has turned the NIP into {0} and lost digits. "
        "Format the column as text and fill it again."
    ),
    "nip_rounded": gettext_lazy(
        "The NIP {0} ends in 000: the spreadsheet has rounded it. "
        "Format the column as text and fill it again."
    ),
    "nip_digits": gettext_lazy("The NIP {0} does not have 18 digits."),
    "nip_birth_date": gettext_lazy("The first eight digits of the NIP are no date of birth."),
    "nip_appointment": gettext_lazy("Digits 9 to 14 of the NIP are no month of appointment."),
    "nip_sex": gettext_lazy("Digit 15 of the NIP is neither 1 nor 2."),
    "nip_employment": gettext_lazy("The form of the NIP does not fit how the person serves."),
    "old_nip_unclear": gettext_lazy("The old NIP cannot be read."),
    "nobody": gettext_lazy("Neither a NIP nor a number of the staff system."),
    "name_missing": gettext_lazy("The name is missing."),
    "name_odd": gettext_lazy("This is no name: {0}"),
    "code_missing": gettext_lazy("The code of the unit is missing."),
    "formula": gettext_lazy("A formula instead of a text: {0}"),
    "too_long": gettext_lazy("Too long: {0}…"),
    "own_supervisor": gettext_lazy("The row names the person as their own supervisor."),
    "status_unknown": gettext_lazy("The status is not known: {0}"),
    "employment_unknown": gettext_lazy("The kind of employee is not known: {0}"),
    "grade_unknown": gettext_lazy("The grade is not known: {0}"),
    "position_kind_unknown": gettext_lazy("The kind of position is not known: {0}"),
    "email_odd": gettext_lazy("The e-mail address is not valid and was left out."),
    "email_kept": gettext_lazy("The e-mail address stays: only the person changes it."),
    "date_unclear": gettext_lazy("The date {0} is not clear and was left out."),
    "duplicate_same": gettext_lazy("The same row as line {0}."),
    "duplicate_differs": gettext_lazy("The same number as another row, with other contents. {0}"),
    "same_person": gettext_lazy("This is the person of line {0}."),
    "two_people": gettext_lazy("The numbers of this row belong to two different people."),
    "person_elsewhere": gettext_lazy("This person serves in a unit you do not look after."),
    "yourself": gettext_lazy("You cannot deactivate yourself."),
    "gone_unknown": gettext_lazy("Marked as gone, and not known here."),
    "unit_missing": gettext_lazy("The unit is missing."),
    "unit_unknown": gettext_lazy("The unit is not known: {0}"),
    "unit_ambiguous": gettext_lazy("Several units have this name; give the code: {0}"),
    "unit_outside": gettext_lazy("The unit is not one you look after: {0}"),
    "unit_closed": gettext_lazy("The unit is closed: {0}"),
    "record_absence": gettext_lazy("Record the days away, so that no weekly target is asked of them."),
    "not_in_file": gettext_lazy("Not in the file."),
    "perhaps_unread": gettext_lazy("Not found, but a row with this name could not be read. Stays active."),
    "circle": gettext_lazy("The units above each other form a circle: {0}"),
    "parent_unknown": gettext_lazy("The unit above is not known: {0}"),
    "parent_problem": gettext_lazy("The unit above is a problem row itself: {0}"),
    "too_deep": gettext_lazy("This would be level {0}; there are six at most."),
    "same_name_here": gettext_lazy("Another unit below the same one has this name."),
    "head_unknown": gettext_lazy("Nobody active has the NIP of the head; the head stays as it is."),
}
# Why a step cannot be taken now.
ABOUT_STEP = {
    "busy": gettext_lazy("Another import is being written right now. Try again when it is done."),
    "state": gettext_lazy("This import is not at that step any more. Load the page again."),
    "too_late": gettext_lazy(
        "An import can be undone for 24 hours. Send a file with the right data instead."
    ),
    "old": gettext_lazy("This comparison is older than a week. Send the file again."),
    "confirm": gettext_lazy("Many people would be deactivated. Confirm the number first."),
}
