"""Who is who: the people in a table (a roster, a gradebook, a worksheet), and the one that a submission belongs to.

Nobody is guessed. An id that a platform has given counts before a name, and what fits two people fits nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

NAME = "name"
"""The one key that two people may share: it counts only where nothing better is known."""

_OF_A_GROUP = "moodle_participant"
"""The one key that may be something else: where teams hand in, the number is that of their group."""

_OF_THE_LMS = frozenset({_OF_A_GROUP, "canvas_user_id"})
"""Numbers that an LMS has given: another number, a student's own, may be the same as that of somebody else."""

_OF_A_MEMBER = re.compile(r"(?P<key>.*)_(?P<member>\d+)")


class People:
    """People in ``file``. ``people`` maps a place in it to keys as in `autograder.model.Origin`, the surest key first.

    ``nobody`` is what everybody is called where names are not shown, with or without a number.
    """

    def __init__(self, file: str, people: Mapping[int, Mapping[str, str]], nobody: str = "") -> None:
        self._nobody = _letters(nobody)
        self._file = file
        self._people = people
        self._places: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for place, keys in people.items():
            for key, value in keys.items():
                if value.strip():
                    self._places[key][normal(key, value)].add(place)

    def find(self, keys: Mapping[str, str], identifier: str) -> int | str:
        """Return the place of the one whom these keys fit, or, without keys, this id; else why there is none."""
        return self._by_keys(keys) if keys else self._by_identifier(identifier)

    def _by_identifier(self, identifier: str) -> int | str:
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
        return f"nobody in {self._file} can be told from what is known: {', '.join(keys)}"

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


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, normal(NAME, name)))


def normal(key: str, value: str) -> str:
    """Return what two ways to write the same have in common."""
    text = " ".join(unicodedata.normalize("NFC", value).casefold().split())
    if key == NAME and text.count(",") == 1:
        last, first = text.split(",")
        text = " ".join(f"{first} {last}".split())
    return text


def members(keys: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the keys of each member of a group; of one who is alone, all keys."""
    members: dict[int, dict[str, str]] = {1: {}}
    for key, value in keys.items():
        found = _OF_A_MEMBER.fullmatch(key)
        number, plain = (int(found["member"]), found["key"]) if found else (1, key)
        members.setdefault(number, {})[plain] = value
    return [members[number] for number in sorted(members)]


def column_of(header: Sequence[str], *titles: str) -> int | None:
    """Return the place of the first of these titles that a header has, whatever the case of its letters."""
    plain = [cell.strip().casefold() for cell in header]
    for title in titles:
        if title.casefold() in plain:
            return plain.index(title.casefold())
    return None
