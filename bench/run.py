"""`make bench`: the ledger's endpoint beside its limits, the Thursday crowd, growth, and what a visit weighs.

python -m bench.run [rates] [crowd] [growth] [weights] [pages] [search]      all of them without a name

The rounds of servers that are compared are interleaved, and the median of three counts: on a shared
machine only ratios of one run mean anything. It prints, it never judges.
"""

import os
import shutil
import sys

PARTS = ("rates", "crowd", "growth", "weights", "pages", "search")


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"there is no part {', '.join(sorted(unknown))}: {', '.join(PARTS)}")
    if shutil.which("wrk") is None:
        sys.exit("make bench needs wrk, the load generator (Debian: apt-get install wrk)")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asn_belajar.settings.test")
    import django

    django.setup()
    for part in wanted or PARTS:
        if part == "rates":
            from bench.rates import rates

            rates()
        elif part == "crowd":
            from bench.crowd import crowd

            crowd()
        elif part == "growth":
            from bench.growth import growth

            growth()
        elif part == "pages":
            from bench.pages import pages

            pages()
        elif part == "search":
            from bench.search import search

            search()
        else:
            from bench.weights import first_visits

            first_visits()


if __name__ == "__main__":
    main(sys.argv[1:])
