"""Where the parts of packages are found on the site: one address per content, for good.

`/h5p/<sha256>.<extension>` is the same bytes for ever, so a browser, a service worker or a cache in
between may keep it without ever asking again. The extension only says how to present the bytes:
pictures, sounds and films by their own type, all else as bytes that no browser runs or shows.
"""

import re

PREFIX = "/h5p/"
BUNDLE = "bundle"  # several files one after another, cut apart by the manifest
MANIFEST = "json"
ADDRESS = re.compile(r"/h5p/(?P<sha256>[0-9a-f]{64})\.(?P<extension>[a-z0-9]{2,8})\Z")


def address_of(sha256: str, extension: str) -> str:
    """The address of the bytes with this hash: `/h5p/9f86….webm`."""
    return f"{PREFIX}{sha256}.{extension}"
