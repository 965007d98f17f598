"""The few commands of WebDriver (w3.org/TR/webdriver2) that the smoke tests of other browsers need.

Firefox takes them itself, by a socket (Marionette), WebKit by the HTTP server that comes with it; so
nothing has to be installed beside the browsers, which a library of WebDriver would ask for.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import httpx2

TIMEOUT = 60.0
"""Seconds that one command may take; a loaded machine needs some ten to open the first page."""

# What they are called: by Marionette, and as method and path below the session.
_COMMANDS = {
    "open": ("WebDriver:Navigate", "POST", "/url"),
    "run": ("WebDriver:ExecuteScript", "POST", "/execute/sync"),
    "click": ("WebDriver:ElementClick", "POST", "/element/{id}/click"),
    "clear": ("WebDriver:ElementClear", "POST", "/element/{id}/clear"),
    "type": ("WebDriver:ElementSendKeys", "POST", "/element/{id}/value"),
}

Send = Callable[[str, dict[str, Any]], Any]
"""Has one of these commands done and returns what it answers; raises Refused."""


class Refused(AssertionError):
    """The browser did not do what it was told, or a script threw."""


@contextmanager
def over_marionette(port: int) -> Iterator[Send]:
    """Commands for the Firefox that listens on this port."""
    wire = socket.create_connection(("127.0.0.1", port), TIMEOUT)
    with wire, wire.makefile("rb") as incoming:
        _receive(incoming)  # It greets first.

        def ask(name: str, values: dict[str, Any]) -> Any:
            message = json.dumps([0, 0, name, values]).encode()
            wire.sendall(b"%d:%s" % (len(message), message))
            _, _, error, result = _receive(incoming)
            if error:
                raise Refused(f"{error['error']}: {error['message']}")
            # A result that is one value comes wrapped; others come as they are.
            return result.get("value", result)

        ask("WebDriver:NewSession", {"capabilities": {}})
        yield lambda command, values: ask(_COMMANDS[command][0], values)


def _receive(incoming: BinaryIO) -> Any:
    """One message: its length, a colon, JSON."""
    digits = b""
    while (byte := incoming.read(1)) != b":":
        if not byte:
            raise Refused("Firefox hung up")
        digits += byte
    return json.loads(incoming.read(int(digits)))


@contextmanager
def over_http(url: str, capabilities: dict[str, Any]) -> Iterator[Send]:
    """Commands for a browser that the WebDriver server at this address starts, and ends."""
    with httpx2.Client(base_url=url, timeout=TIMEOUT) as client:

        def ask(method: str, path: str, values: dict[str, Any]) -> Any:
            value = client.request(method, path, json=values).json()["value"]
            if isinstance(value, dict) and "error" in value:
                raise Refused(f"{value['error']}: {value['message']}")
            return value

        wanted = {"capabilities": {"alwaysMatch": capabilities}}
        session = f"/session/{ask('POST', '/session', wanted)['sessionId']}"

        def send(command: str, values: dict[str, Any]) -> Any:
            _, method, path = _COMMANDS[command]
            return ask(method, session + path.format_map(values), values)

        yield send
        client.delete(session)
