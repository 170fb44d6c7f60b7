"""How much a package may be. Sixty-eight real packages were at most 3.7 MB, 10.1 MB unpacked, 1,521 files."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes unless said otherwise."""

    package: int = 256 * MB
    unpacked: int = 512 * MB
    file: int = 200 * MB  # a film; the largest thing a package holds
    json: int = 2 * MB  # parsed, it takes some thirty times that of memory
    code: int = 32 * MB  # all scripts and style sheets that are preloaded; the largest real one was 1.5 MB
    entries: int = 5_000
    ratio: int = 100  # unpacked : packed; the highest real one was 11.9 : 1
    ratio_counts_from: int = 50_000  # a small file may well compress better
    directory: int = 4 * MB  # the archive's own list of its files
    comment: int = 1_024
    core_api: tuple[int, int] = (1, 28)  # the newest H5P core known here; no library may ask for a newer one


LIMITS = Limits()
