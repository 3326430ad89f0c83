"""Whose report is whose row: from the submissions to the people in a file of an LMS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from autograder.intake.people import NAME, People, members
from autograder.outputs.export.batch import Batch, LeftOut, Stored, not_graded


class Roster:
    """People in a file. ``people`` maps a place in it to keys as in `autograder.model.Origin`, the surest key first.

    ``nobody`` is what everybody is called where names are not shown, with or without a number.
    """

    def __init__(self, file: str, people: Mapping[int, Mapping[str, str]], nobody: str = "") -> None:
        self._file = file
        self._keys = people
        self._people = People(file, people, nobody)
        self.known: frozenset[int] = frozenset()
        """Places of which `assign` has found a report, graded or not."""

    def assign(
        self, batch: Batch, more_keys: Mapping[str, Mapping[str, str]] | None = None
    ) -> tuple[dict[int, Stored], list[LeftOut]]:
        """Return the report of each place, and who is left out: nobody is guessed, and nobody without a grade is in.

        All members of a group have its report, each at a place of their own.
        ``more_keys`` has what can be told from a submission's id, for those that say nothing of their origin.
        """
        claims: dict[int, list[Stored]] = defaultdict(list)
        left_out: list[LeftOut] = []
        for item in batch.items:
            known = item.report.origin.keys or (more_keys or {}).get(item.report.id, {})
            places = [self._people.find(member, item.report.id) for member in members(known)]
            left_out += [LeftOut(id=item.report.id, why=why) for why in places if isinstance(why, str)]
            for place in {place for place in places if isinstance(place, int)}:
                claims[place].append(item)
        self.known = frozenset(claims)
        found: dict[int, Stored] = {}
        for place, items in claims.items():
            graded = [item for item in items if item.graded]
            left_out += [
                missing for item in items if not item.graded and (missing := not_graded(item)) not in left_out
            ]
            if len(graded) == 1:
                found[place] = graded[0]
            for item in graded if len(graded) > 1 else ():
                others = [other.report.id for other in graded if other is not item]
                left_out.append(twice(item, others, self._file))
        return found, left_out

    def without_report(self) -> list[str]:
        """Return how those are called for whom `assign` has found no report at all."""
        missing = [keys for place, keys in self._keys.items() if place not in self.known]
        return [f"{keys.get(NAME, '')} ({next(iter(keys.values()), '')})".strip() for keys in missing]


def twice(item: Stored, others: Sequence[str], where: str) -> LeftOut:
    """Say that a graded report is left out because others claim the same person."""
    why = (
        f"{', '.join(others)} belongs to the same person in {where}. Leave out the report that does not count"
    )
    return LeftOut(id=item.report.id, why=why)
