"""Makes the draft of a module from what was read: all of it or nothing."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.images.forms import get_image_form
from wagtail.models import Collection
from wagtail.permissions import policy_registry

from content import uploads
from content.archives import Refused
from content.importing.word import Draft, DraftPicture
from content.models import ModulePage, Picture, TrackPage


def check_pictures(draft: Draft) -> None:
    """Refuse a document with a picture that the site would not take. Writes nothing."""
    for picture in draft.pictures:
        try:
            uploads.written_anew(_as_upload(picture))
        except ValidationError as error:
            raise _refusal(picture, error.messages[0]) from None


@transaction.atomic
def make_module(*, draft: Draft, track: TrackPage, by: Any, alts: Mapping[int, str]) -> ModulePage:
    """The module as a draft at the end of `track`. `alts`: alt text by the number of the picture.

    Raises `Refused`; then nothing was made.
    """
    collection = policy_registry.get_by_type(Picture).collections_user_has_permission_for(by, "add").first()
    if draft.pictures and collection is None:
        raise Refused(_("You may not add pictures to any collection."))
    kept = {each.number: _picture(each, draft, by, collection, alts) for each in draft.pictures}
    steps = [
        {
            "type": "step",
            "value": {"title": step.title, "content": [_stored(block, kept, alts) for block in step.blocks]},
        }
        for step in draft.steps
    ]
    page = ModulePage(
        title=draft.title, slug=_free_slug(draft.title, track), summary="", live=False, owner=by
    )
    page.steps = json.dumps(steps)
    track.add_child(instance=page)
    page.save_revision(user=by, log_action=True, clean=False)  # a draft may be unfinished
    return page


def _stored(block: dict[str, Any], kept: Mapping[int, Picture], alts: Mapping[int, str]) -> dict[str, Any]:
    if block["type"] != "picture":
        return block
    number = block["value"]["picture"]
    # Without an alt text the draft is kept, and publishing asks for it.
    picture = {"image": kept[number].pk, "alt_text": alts.get(number, ""), "decorative": False}
    return {"type": "picture", "value": {**block["value"], "picture": picture}}


def _picture(
    picture: DraftPicture, draft: Draft, by: Any, collection: Collection | None, alts: Mapping[int, str]
) -> Picture:
    title = alts.get(picture.number) or f"{draft.title} {picture.number}"
    data = {"title": title[:255], "tags": "", "collection": collection.pk if collection else None}
    form = get_image_form(Picture)(
        data, {"file": _as_upload(picture)}, instance=Picture(uploaded_by_user=by), user=by
    )
    if not form.is_valid():
        raise _refusal(picture, next(iter(form.errors.values()))[0])
    saved: Picture = form.save()
    return saved


def _as_upload(picture: DraftPicture) -> SimpleUploadedFile:
    name = f"gambar-{picture.number}.{picture.extension}"
    return SimpleUploadedFile(name, picture.content, f"image/{picture.extension.replace('jpg', 'jpeg')}")


def _refusal(picture: DraftPicture, reason: str) -> Refused:
    return Refused(
        _("Picture %(number)s: %(reason)s Nothing was imported.")
        % {"number": picture.number, "reason": reason}
    )


def _free_slug(title: str, track: TrackPage) -> str:
    slug = slugify(title)[:200] or "modul"
    taken = set(track.get_children().values_list("slug", flat=True))
    number, free = 2, slug
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    return free
