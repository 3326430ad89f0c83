"""Classroom 50: repositories with the results of its runner beside them."""

import json

GATHER = b"async def fetchData(x):\n    return x\n"


def result(owner: str, when: str = "2026-06-01T14:32:01Z", **changes: object) -> bytes:
    plain = {
        "schema": "classroom50/result/v1",
        "classroom": "cs-principles",
        "assignment": "hello",
        "owner": owner,
        "datetime": when,
        "score": 4,
        "max-score": 5,
        "tests": [],
    }
    return json.dumps(plain | changes).encode()


def test_owner_and_time_come_from_the_result_beside(exported):
    found = exported(
        exported.tree(
            {
                "cs-principles-hello-alice/ex1_gather.py": GATHER,
                "cs-principles-hello-bob-ek/ex1_gather.py": GATHER,
                "carol/ex1_gather.py": GATHER,
                "alice.json": result("alice"),
                "zed.json": result("zed"),
                "other.json": b"{}",
                "bad.json": b"{",
            }
        )
    )

    alice, bob = found["cs-principles-hello-alice"], found["cs-principles-hello-bob-ek"]
    assert alice.origin.system == "classroom50"
    assert alice.origin.keys == {"github_user": "alice"}
    assert alice.origin.submitted_at == "2026-06-01T14:32:01+00:00"
    assert bob.origin.keys == {"github_user": "bob-ek"}
    assert bob.origin.submitted_at == ""
    assert found["carol"].origin.keys == {}
    assert exported.heard("zed.json: the repository cs-principles-hello-zed is not there: passed over")
    assert exported.heard("other.json: neither a repository nor a result")
    assert exported.heard("bad.json: neither a repository nor a result")
    assert "Classroom 50: 3 submissions" in exported.told[0]


def test_a_result_inside_of_a_repository_is_what_a_student_says(exported):
    root = exported.tree(
        {
            "cs-principles-hello-alice/ex1_gather.py": GATHER,
            "cs-principles-hello-alice/result.json": result("bob", "2020-01-01T00:00:00Z"),
            "cs-principles-hello-bob/ex1_gather.py": GATHER,
        }
    )

    assert {each.origin.system for each in exported(root).values()} == {""}

    found = exported(root, source="classroom50")
    assert found["cs-principles-hello-alice"].origin.keys == {"github_user": "alice"}
    assert found["cs-principles-hello-alice"].origin.submitted_at == ""


def test_archives_of_repositories_are_read_too(exported, make_zip):
    found = exported(
        exported.tree(
            {
                "cs-principles-hello-alice.zip": make_zip(
                    {"cs-principles-hello-alice/ex1_gather.py": GATHER}
                ),
                "alice-result.json": result("Alice"),
            }
        )
    )

    assert found["cs-principles-hello-alice"].files == {"ex1_gather.py": GATHER}
    assert found["cs-principles-hello-alice"].origin.submitted_at == "2026-06-01T14:32:01+00:00"


def test_clones_with_results_beside_them_are_those_of_a_classroom(exported):
    root = exported.tree(
        {
            "cs-principles-hello-alice/ex1_gather.py": GATHER,
            "cs-principles-hello-alice/.git/HEAD": b"ref: refs/heads/main",
            "cs-principles-hello-bob/ex1_gather.py": GATHER,
            "cs-principles-hello-bob/.git/HEAD": b"ref: refs/heads/main",
            "alice.json": result("alice"),
        }
    )

    found = exported(root)

    assert {each.origin.system for each in found.values()} == {"classroom50"}
    assert found["cs-principles-hello-bob"].origin.keys == {"github_user": "bob"}
    assert any("nobody knows when" in note for note in found["cs-principles-hello-bob"].notes)
