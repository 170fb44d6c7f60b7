"""The pages every installation has: front page, tracks, episodes, partners, articles."""

from typing import Any, TypeVar

from django.db import transaction
from wagtail.models import Page, Site

from content.models import ArticlePage, EpisodeIndexPage, HomePage, PartnerIndexPage, TrackIndexPage

P = TypeVar("P", bound=Page)


@transaction.atomic
def make_tree() -> HomePage:
    """Make what is missing of the tree; change nothing that is there."""
    home: HomePage = HomePage.objects.first() or _make_home()
    add_once(
        home,
        TrackIndexPage,
        slug="alur",
        title="Alur belajar",
        introduction="Modul yang saling melengkapi, disusun dari yang mudah. "
        "Mulailah dari mana pun Anda perlu.",
    )
    add_once(
        home,
        EpisodeIndexPage,
        slug="episode",
        title="Episode ASN Belajar",
        introduction="Setiap Kamis pukul 09.00 WIB, terbuka untuk semua ASN. "
        "Siaran, rekaman, dan bahan tayang ada di satu halaman.",
    )
    add_once(
        home,
        PartnerIndexPage,
        slug="mitra",
        title="Mitra Jatim Corporate University",
        introduction="Perguruan tinggi, kementerian, komunitas, dan perangkat daerah "
        "yang menyusun materi bersama.",
    )
    add_once(
        home,
        ArticlePage,
        slug="artikel",
        title="Tentang ASN Belajar",
        summary="Cara kerja situs ini, bantuan, dan hak Anda atas data belajar.",
    )
    return home


def add_once(parent: Page, model: type[P], *, slug: str, **fields: Any) -> P:
    """The child of `parent` with this slug, made and published when there is none."""
    found = model.objects.child_of(parent).filter(slug=slug).first()
    if isinstance(found, model):
        return found
    return publish_under(parent, model(slug=slug, **fields))  # type: ignore[no-any-return]


def publish_under(parent: Page, page: P) -> P:
    """Add `page` below `parent` and publish it the way an editor would."""
    page.live = False
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def _make_home() -> HomePage:
    root = Page.get_first_root_node()
    home = publish_under(
        root,
        HomePage(
            title="ASN Belajar",
            slug="asn-belajar",
            lead="Di mana pun Anda bertugas. Menit belajar dihitung dengan jujur "
            "dan dapat Anda buka baris demi baris.",
            about_heading="Setiap pekan, setiap ASN",
            about="<p>Baca satu modul, ikuti episode Kamis, atau tonton rekamannya. "
            "Kuis yang lulus menambah kompetensi Anda; atasan melihat pekan timnya dalam satu layar.</p>",
        ),
    )
    site, _created = Site.objects.get_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home}
    )
    site.root_page = home
    site.site_name = "ASN Belajar"
    site.save()
    # Wagtail's own first migration leaves a welcome page behind.
    for welcome in Page.objects.child_of(root).exclude(pk=home.pk).filter(numchild=0):
        if welcome.specific_class is Page:
            welcome.delete()
    home.refresh_from_db()
    return home
