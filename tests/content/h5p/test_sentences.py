"""Every refusal is a sentence in Indonesian that names the file."""

from django.utils.translation import override

from content.h5p.problems import Problem, Rule
from content.h5p.sentences import SENTENCES, sentence


def test_every_rule_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Rule)
    assert len({str(each) for each in SENTENCES.values()}) == len(Rule)


def test_a_refusal_names_the_file_and_the_rule_in_indonesian() -> None:
    with override("id"):
        assert (
            sentence(Problem(Rule.FORBIDDEN_TYPE, "content/a.svg", {"extension": "svg"}))
            == "“content/a.svg”: berkas berjenis “svg” tidak diperbolehkan di tempat itu."
        )
        assert (
            sentence(Problem(Rule.PACKAGE_TOO_LARGE, "", {"size": 500 * 1024**2, "limit": 256 * 1024**2}))
            == "Paket ini terlalu besar: 500,0\xa0MB. Paling besar 256,0\xa0MB."
        )
