"""What each blank and each hidden test of the template is worth, for any number of points."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from autograder.errors import UsageError
from autograder.release.reference import points_text

LEAST = 1
MOST = 10_000
"""Points of an exercise; the most is what ``assignment.toml`` allows."""

BLANKS: Mapping[str, int] = {"blank_1": 1, "blank_2": 3, "blank_3": 3, "blank_4": 1, "blank_5": 2}
"""In tenths. A blank that is left open loses all tests that need it, and these are worth more than it says."""

TESTS: Mapping[str, int] = {
    "result": 1,
    "output": 1,
    "timing": 1,
    "suspension": 1,
    "cleanup": 1,
    "cancellation": 2,
    "concurrency": 1,
    "ordering": 1,
    "main": 1,
}
"""In tenths, by the name that a test's points have in the template."""


def read_points(text: str) -> Decimal:
    """Read the points of an exercise; raise `UsageError` if they are not allowed."""
    number = text.strip()
    whole, _, decimals = number.partition(".")
    plain = whole.isdecimal() and number.isascii() and (decimals.isdecimal() or "." not in number)
    if not plain or len(whole) > len(str(MOST)) or len(decimals) > 2 or not LEAST <= Decimal(number) <= MOST:
        raise UsageError(
            f"--points {text[:40]!a}: allowed is a number from {LEAST} to {MOST:,} with at most two decimals."
        )
    return short(Decimal(number))


def share_out(points: Decimal) -> dict[str, str]:
    """Return what stands in the template for each blank (``3 points``) and each test (``3``)."""
    blanks = {name: points_text(each) for name, each in _divide(points, BLANKS).items()}
    tests = {name: f"{each:f}" for name, each in _divide(points, TESTS).items()}
    return {**blanks, **tests}


def short(points: Decimal) -> Decimal:
    """Return the same points without zeros at the end."""
    return points.quantize(Decimal(1)) if points == points.to_integral_value() else points.normalize()


def _divide(points: Decimal, weights: Mapping[str, int]) -> dict[str, Decimal]:
    """Divide points by weight, exactly: in whole points if each part gets one, else in hundredths."""
    total = sum(weights.values())
    whole = points == points.to_integral_value() and points * min(weights.values()) >= total
    unit = Decimal(1) if whole else Decimal("0.01")
    units = int(points / unit)
    parts = {name: units * weight // total for name, weight in weights.items()}
    by_rest = sorted(weights, key=lambda name: -(units * weights[name] % total))
    for name in by_rest[: units - sum(parts.values())]:
        parts[name] += 1
    return {name: short(part * unit) for name, part in parts.items()}
