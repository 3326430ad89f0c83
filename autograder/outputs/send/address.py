"""Addresses and secrets as people give them, checked before anything goes out with them."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from autograder.errors import UsageError


def checked_address(option: str, text: str) -> str:
    """Return an address, ``https`` if it says nothing; raise `UsageError` if it is none.

    Without encryption, whoever listens could send grades from then on: only this machine itself may do without.
    """
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.scheme not in ("http", "https") or not text.isprintable() or " " in text:
        raise UsageError(f"{option}: this is no address of a web server. Give one like canvas.example.edu.")
    if parts.username or parts.password:
        raise UsageError(f"{option}: there is a password in this address. Leave it out.")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise UsageError(f"{option}: http is not encrypted, and would give the secret away. Use https.")
    return text


def secret_of(text: str, what: str) -> str:
    """Return a secret for a header; raise `UsageError`, which does not show it, if it cannot be one."""
    text = text.strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise UsageError(f"{what}: it is empty, or not one word of plain characters. Copy it once more.")
    return text


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
