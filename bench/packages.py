"""`python -m bench.packages`: a bundle through its door beside WhiteNoise; the intake; requests of a play.

One Granian worker, wrk with 8 kept-alive connections, rounds interleaved, the median of five. CPU time
is that of the server's own processes. The package taken in is as large as the largest real one.
"""

import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from statistics import median
from urllib.request import Request, urlopen

from playwright.sync_api import sync_playwright

from content.h5p.limits import MB, Limits
from content.h5p.package import validate
from tests import make_h5p
from tests.serving import ROOT, environment, manage, serve

ROUNDS, SECONDS, CONNECTIONS = 5, 4, 8
TAKE_IN = """
import django, json, sys, time
django.setup()
from content.h5p.intake import add_package
began = time.process_time()
package = add_package(open(sys.argv[1], "rb"), file_name="besar.h5p")
version = package.current
stage = f"/h5p/putar/{version.pk}/{version.sha256}/"
print(json.dumps({"cpu": time.process_time() - began, "stage": stage, **version.manifest["bundles"][0]}))
"""


PLAYS = b"""window.BelajarUji = class extends H5P.EventDispatcher {
  attach($container) { $container.get(0).textContent = "Halo"; }
};"""


def large_package() -> bytes:
    """Scripts of 1.2 MB, 1,400 small texts, a few pictures."""
    chance = random.Random(44)
    words = [
        "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 9))) for _ in range(4_000)
    ]
    scripts = {
        f"scripts/{n}.js": f"window.kata{n} = '{' '.join(chance.choices(words, k=6_000))}';".encode()
        for n in range(30)
    }
    scripts["scripts/main.js"] = PLAYS
    texts = {f"language/{n}.json": make_h5p.as_json(chance.choices(words, k=100)) for n in range(1_400)}
    preloaded = [{"path": path} for path in scripts]
    pictures = {f"content/images/{n}.png": make_h5p.PNG + chance.randbytes(250_000) for n in range(8)}
    return make_h5p.package(pictures, make_h5p.library(files={**scripts, **texts}, preloadedJs=preloaded))


def cpu_of(var: Path) -> float:
    """CPU seconds of all processes that serve from this folder."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if f"BELAJAR_VAR={var}\0".encode() in (stat.parent / "environ").read_bytes():
                user, system = stat.read_text().rpartition(")")[2].split()[11:13]
                ticks += int(user) + int(system)
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def load(address: str, path: str, var: Path) -> tuple[float, float]:
    """Requests a second and CPU microseconds a request."""
    before = cpu_of(var)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", "Accept-Encoding: br", address + path]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, count = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"(\d+) requests in", said)
    assert rate and count, said
    return float(rate[1]), (cpu_of(var) - before) / int(count[1]) * 1e6


def compare_doors(folder: Path) -> None:
    var = folder / "var"
    var.mkdir()
    env = environment(var, None)
    manage("migrate", "--verbosity", "0", env=env)
    manage("collectstatic", "--noinput", "--verbosity", "0", env=env)
    package = folder / "besar.h5p"
    package.write_bytes(large_package())
    taken = subprocess.run(
        [sys.executable, "-c", TAKE_IN, str(package)],
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    bundle = json.loads(taken.stdout)
    print(f"intake of {package.stat().st_size / MB:.1f} MB: {bundle['cpu']:.2f} s CPU")
    sha256 = bundle["url"].removeprefix("/h5p/").removesuffix(".bundle")
    static = "/static/bundle.0123456789ab.js"
    for suffix in ("", ".br", ".gz"):
        kept = var / "h5p" / "parts" / sha256[:2] / f"{sha256}{suffix}"
        shutil.copy(kept, var / f"{static[1:]}{suffix}")
    with serve(env, log=var / "server.log", threads=1) as address:
        address = address.rstrip("/")
        paths = {"door": bundle["url"], "WhiteNoise": static}
        bodies = {
            urlopen(Request(address + path, headers={"Accept-Encoding": "br"})).read()
            for path in paths.values()
        }
        assert len(bodies) == 1, "not the same bytes"
        rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in paths}
        for _round in range(ROUNDS):
            for name, path in paths.items():
                rounds[name].append(load(address, path, var))
        count_requests(address, bundle["stage"])
    for name, results in rounds.items():
        rate, cpu = (median(each) for each in zip(*results, strict=True))
        print(f"{name:<11} {rate:8.0f} requests/s  {cpu:6.0f} µs CPU a request  ({bundle['sent']:,} bytes)")


def count_requests(address: str, stage: str) -> None:
    """What a browser asks for until the package plays, with an empty cache and once more."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        sent: dict[str, str] = {}
        network.on(
            "Network.requestWillBeSent", lambda e: sent.__setitem__(e["requestId"], e["request"]["url"])
        )
        network.on("Network.requestServedFromCache", lambda e: sent.pop(e["requestId"], None))
        network.on(
            "Network.responseReceived",
            lambda e: sent.pop(e["requestId"], None) if e["response"].get("fromDiskCache") else None,
        )
        page.goto(f"{address}/akun/login/")  # the style and the mark of the site are there already
        page.wait_for_load_state("networkidle")
        for play in ("first", "second"):
            sent.clear()
            page.goto(address + stage)
            page.locator("h5p-stage[data-state=playing]").wait_for(timeout=60_000)
            asked = [url for url in sent.values() if url.startswith("http")]
            media = [url for url in asked if re.search(r"/h5p/[0-9a-f]{64}\.png$", url)]
            stages = [url for url in asked if "/h5p/putar/" in url]
            code = len(asked) - len(media) - len(stages)
            print(f"{play} play: {len(media)} requests for media, {len(stages)} for the stage, {code} others")


def weigh_memory(folder: Path) -> None:
    """What half a gigabyte costs when the policy lets it in."""
    path, piece = folder / "film.h5p", random.Random(1).randbytes(MB)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in make_h5p.files().items():
            archive.writestr(name, content)
        for number in range(5):
            with archive.open(f"content/videos/{number}.webm", "w") as film:
                film.write(b"\x1a\x45\xdf\xa3")
                for _megabyte in range(100):
                    film.write(piece)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    with path.open("rb") as file:
        validate(file, path.name, Limits(package=600 * MB, unpacked=700 * MB))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"validation of {path.stat().st_size / MB:.0f} MB: {time.process_time() - began:.2f} s CPU, "
        f"{(peak - before) / 1024:.0f} MB of memory more, {peak / 1024:.0f} MB in all"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        weigh_memory(Path(folder))
        compare_doors(Path(folder))


if __name__ == "__main__":
    main()
