"""Whose report is whose row: from the submissions to the people in a file of an LMS."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

from autograder.outputs.export.batch import Batch, LeftOut, Stored, not_graded

NAME = "name"
"""The one key that two people may share: it counts only where nothing better is known."""

_OF_A_GROUP = "moodle_participant"
"""The one key that may be something else: where teams hand in, the number is that of their group."""

_OF_THE_LMS = frozenset({_OF_A_GROUP, "canvas_user_id"})
"""Numbers that an LMS has given: another number, a student's own, may be the same as that of somebody else."""


class Roster:
    """People in a file. ``people`` maps a place in it to keys as in `autograder.model.Origin`, the surest key first.

    ``nobody`` is what everybody is called where names are not shown, with or without a number.
    """

    def __init__(self, file: str, people: Mapping[int, Mapping[str, str]], nobody: str = "") -> None:
        self._nobody = _letters(nobody)
        self._file = file
        self._people = people
        self.known: frozenset[int] = frozenset()
        """Places of which `assign` has found a report, graded or not."""
        self._places: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for place, keys in people.items():
            for key, value in keys.items():
                if value.strip():
                    self._places[key][normal(key, value)].add(place)

    def assign(
        self, batch: Batch, more_keys: Mapping[str, Mapping[str, str]] | None = None
    ) -> tuple[dict[int, Stored], list[LeftOut]]:
        """Return the report of each place, and who is left out: nobody is guessed, and nobody without a grade is in.

        ``more_keys`` has what can be told from a submission's id, for those that say nothing of their origin.
        """
        claims: dict[int, list[Stored]] = defaultdict(list)
        left_out: list[LeftOut] = []
        for item in batch.items:
            place = self._place(item, (more_keys or {}).get(item.report.id, {}))
            if isinstance(place, str):
                left_out.append(LeftOut(id=item.report.id, why=place))
            else:
                claims[place].append(item)
        self.known = frozenset(claims)
        found: dict[int, Stored] = {}
        for place, items in claims.items():
            graded = [item for item in items if item.graded]
            left_out += [not_graded(item) for item in items if not item.graded]
            if len(graded) == 1:
                found[place] = graded[0]
            for item in graded if len(graded) > 1 else ():
                others = [other.report.id for other in graded if other is not item]
                left_out.append(twice(item, others, self._file))
        return found, left_out

    def without_report(self) -> list[str]:
        """Return how those are called for whom `assign` has found no report at all."""
        missing = [keys for place, keys in self._people.items() if place not in self.known]
        return [f"{keys.get(NAME, '')} ({next(iter(keys.values()), '')})".strip() for keys in missing]

    def _place(self, item: Stored, more_keys: Mapping[str, str]) -> int | str:
        keys = item.report.origin.keys or more_keys
        if keys:
            return self._by_keys(keys)
        identifier = item.report.id
        number = identifier.strip().isdecimal()
        places = {
            place
            for key in self._places
            if not (number and key in _OF_THE_LMS)
            for place in self._places[key].get(normal(key, identifier), ())
        }
        if len(places) == 1:
            return places.pop()
        if places:
            return f"{len(places)} people in {self._file} are called so"
        more = "; nothing says that this number is one of the LMS, it may be a student's" if number else ""
        return f"nobody in {self._file} has this id, login, address or name{more}"

    def _by_keys(self, keys: Mapping[str, str]) -> int | str:
        sure = [key for key in self._places if key != NAME and keys.get(key, "").strip()]
        found = {key: self._places[key].get(normal(key, keys[key]), set()) for key in sure}
        places = set().union(*found.values())
        if len(places) == 1 and not self._contradicts(next(iter(places)), keys):
            (place,) = places
            called = self._people[place].get(NAME, "")
            by_number_alone = [key for key in sure if found[key]] == [_OF_A_GROUP]
            if by_number_alone and self._differ(keys, called):
                return (
                    f"{keys[_OF_A_GROUP]} is {called} in {self._file}, but it was handed in by {keys[NAME]}: where "
                    "teams hand in, the number is that of a group"
                )
            return place
        if places:
            said = ", ".join(f"{key} {keys[key]}" for key in sure)
            return f"{said}: these are not one and the same person in {self._file}"
        if sure:
            return f"nobody in {self._file} has " + " or ".join(f"{key} {keys[key]}" for key in sure)
        name = keys.get(NAME, "")
        places = self._places[NAME].get(normal(NAME, name), set()) if name.strip() else set()
        if len(places) == 1:
            return next(iter(places))
        if places:
            return f"{len(places)} people in {self._file} are called {name}"
        return f"nobody in {self._file} can be told from what the report says: {', '.join(keys)}"

    def _differ(self, keys: Mapping[str, str], called: str) -> bool:
        """Tell whether two names are filled in and differ: Moodle leaves out characters that are no letter or digit."""
        name = _letters(keys.get(NAME, ""))
        nobody = {"", self._nobody, self._nobody + keys[_OF_A_GROUP].strip()}
        return name not in nobody and _letters(called) not in ("", name)

    def _contradicts(self, place: int, keys: Mapping[str, str]) -> bool:
        """Tell whether somebody has another surest key (an id of the LMS) than the one that is wanted."""
        surest, value = next(iter(self._people[place].items()))
        wanted = keys.get(surest, "").strip()
        return bool(wanted and value.strip() and normal(surest, value) != normal(surest, wanted))


def twice(item: Stored, others: Sequence[str], where: str) -> LeftOut:
    """Say that a graded report is left out because others claim the same person."""
    why = (
        f"{', '.join(others)} belongs to the same person in {where}. Leave out the report that does not count"
    )
    return LeftOut(id=item.report.id, why=why)


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, normal(NAME, name)))


def normal(key: str, value: str) -> str:
    """Return what two ways to write the same have in common."""
    text = " ".join(unicodedata.normalize("NFC", value).casefold().split())
    if key == NAME and text.count(",") == 1:
        last, first = text.split(",")
        text = " ".join(f"{first} {last}".split())
    return text


def column_of(header: Sequence[str], *titles: str) -> int | None:
    """Return the place of the first of these titles that a header has, whatever the case of its letters."""
    plain = [cell.strip().casefold() for cell in header]
    for title in titles:
        if title.casefold() in plain:
            return plain.index(title.casefold())
    return None
