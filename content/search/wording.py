"""How search speaks: the lengths a result may have, the names of filters in an address."""

from django.utils.translation import gettext as _

from content.models import SearchFacet

# Facet → its name in the address.
PARAMETERS = {
    SearchFacet.Facet.KIND: "jenis",
    SearchFacet.Facet.COMPETENCY: "kompetensi",
    SearchFacet.Facet.LEVEL: "jenjang",
    SearchFacet.Facet.DURATION: "durasi",
    SearchFacet.Facet.PARTNER: "mitra",
    SearchFacet.Facet.VALUE: "nilai",
}


def band_label(band: str) -> str:
    return {
        "15": _("up to 15 minutes"),
        "30": _("16 to 30 minutes"),
        "60": _("31 to 60 minutes"),
        "61": _("more than an hour"),
    }[band]
