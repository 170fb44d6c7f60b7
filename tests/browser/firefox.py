"""The system's Firefox, driven over Marionette (its own remote protocol): no driver is downloaded.

Playwright drives only a Firefox of its own making; what is proved of isolation should hold in the one
that people have.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.serving import free_port

BINARY = shutil.which("firefox-esr") or shutil.which("firefox")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element reference (WebDriver)


class Firefox:
    """A browser with one window. Commands are those of WebDriver."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._number = 0
        self._buffer = b""
        self._receive()  # its greeting
        self.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {"timeouts": {"script": 120_000}}})

    def ask(self, command: str, **parameters: Any) -> Any:
        self._number += 1
        text = json.dumps([0, self._number, command, parameters]).encode()
        self._line.sendall(b"%d:%b" % (len(text), text))
        _type, _number, error, value = self._receive()
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return value["value"] if isinstance(value, dict) and set(value) == {"value"} else value

    def _receive(self) -> Any:
        while b":" not in self._buffer:
            self._read()
        length, _colon, self._buffer = self._buffer.partition(b":")
        while len(self._buffer) < int(length):
            self._read()
        text, self._buffer = self._buffer[: int(length)], self._buffer[int(length) :]
        return json.loads(text)

    def _read(self) -> None:
        piece = self._line.recv(65_536)
        if not piece:
            raise RuntimeError("Firefox has gone")
        self._buffer += piece

    def open(self, address: str) -> None:
        self.ask("WebDriver:SwitchToFrame", id=None)
        self.ask("WebDriver:Navigate", url=address)

    def run(self, script: str) -> Any:
        """The value of `script` in the page, or in the frame switched to."""
        return self.ask("WebDriver:ExecuteScript", script=script, args=[])

    def wait(self, script: str, seconds: float = 60) -> Any:
        """The value of `script` once there is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := self.run(script):
                return value
            time.sleep(0.2)
        raise TimeoutError(script)

    def find(self, selector: str) -> dict[str, str]:
        found: dict[str, str] = self.ask("WebDriver:FindElement", using="css selector", value=selector)
        return found

    def click(self, selector: str) -> None:
        self.ask("WebDriver:ElementClick", id=self.find(selector)[ELEMENT])

    def type(self, selector: str, text: str) -> None:
        self.ask("WebDriver:ElementSendKeys", id=self.find(selector)[ELEMENT], text=text)

    def into(self, selector: str) -> None:
        """Let what follows happen inside a frame."""
        self.ask("WebDriver:SwitchToFrame", element=self.find(selector)[ELEMENT])


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """A Firefox with a fresh profile, closed at the end."""
    assert BINARY is not None
    port = free_port()
    profile.mkdir(parents=True, exist_ok=True)
    preferences = {"marionette.port": port, "datareporting.policy.dataSubmissionEnabled": False}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    process = subprocess.Popen(
        [BINARY, "--headless", "--marionette", "--no-remote", "--profile", str(profile), "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with _connected(port) as line:
            yield Firefox(line)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + 90
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=150)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)
