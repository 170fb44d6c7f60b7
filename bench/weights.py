"""What a first visit to each kind of page weighs on a phone."""

from typing import Any

from playwright.sync_api import sync_playwright

from bench.stands import table
from tests.browser.kinds import KINDS
from tests.browser.sample_site import HOME, copy_of_sample
from tests.browser.visit import launch, sign_in, weigh
from tests.serving import environment, serve


def first_visits() -> None:
    """What each kind of page weighs on a phone with an empty cache."""
    types = {"Document": "HTML", "Stylesheet": "CSS", "Script": "JS", "Image": "images"}
    rows: list[list[Any]] = [["page", *types.values(), "other", "all"]]
    var = HOME / "bench"
    copy_of_sample(var)
    with serve(environment(var, None), log=var / "server.log") as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for kind in KINDS:
            context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
            page = context.new_page()
            if kind.who:
                sign_in(page, kind.who)
            path = kind.path
            if kind.follow:
                page.goto(path)
                path = str(page.locator(kind.follow).first.get_attribute("href"))
            cookies = context.storage_state()
            fresh = browser.new_context(
                base_url=address, storage_state=cookies, viewport={"width": 360, "height": 740}
            )
            weight = weigh(fresh.new_page(), path)
            known = [weight.pop(name, 0) for name in types]
            other = sum(weight.values())
            rows.append([kind.name, *known, other, sum(known) + other])
            context.close()
            fresh.close()
    print("\nFirst visit on a phone: bytes over the wire, headers and all (media not counted)")
    table(rows)
