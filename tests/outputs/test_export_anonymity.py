"""An anonymous export names nobody, in no format, and gives nobody away by its order."""

import json
from dataclasses import replace

import pytest
from export_course import SETTINGS, make_batch, make_exercise, make_report, make_test, whole_class

from autograder.errors import UsageError
from autograder.model import Evidence, Finding, Origin, Outcome
from autograder.outputs.export import export
from autograder.outputs.export.anonymity import anonymise, mapping_text, read_key
from autograder.outputs.export.formats import FORMATS, SINGLE

KEY = b"0123456789abcdef"

TELLTALE = (
    "FileNotFoundError: /home/zmueller/async course/ex1.py and C:\\Users\\Zoë Müller\\Desktop\\ex1.py and "
    "~/zoe/ex1.py; hello, I am Zoë MÜLLER (zoe@college.example, u777), my friend is quispe_wara, not Quispe; "
    "我是王小明的朋友"
)


def telling():
    """Return a class of two who say their names wherever they can."""

    def one(identifier, **keys):
        return make_report(
            identifier,
            make_exercise(
                "1",
                make_test(
                    "x", "1", "1", Outcome.FAILED, visibility="visible", reveal="full", message=TELLTALE
                ),
            ),
            findings=(Finding(code="c", concept="cleanup", exercise="1", line=3, message=TELLTALE),),
            evidence=(Evidence(code="c", exercise="1", line=3, message=TELLTALE),),
            notes=(TELLTALE,),
            origin=Origin(system="canvas", keys=keys, submitted_at="2026-03-01T15:10:00-08:00", attempt=3),
        )

    return make_batch(
        one("Zoë Müller", email="zoe@college.example", sid="u777", login="zmueller"),
        one("王小明", name="王小明"),
        one("Quispe Wara", email="quispe@college.example", login="quispe_wara"),
        make_report("Zuri Adeyemi", make_exercise("1"), reason=TELLTALE),
    )


@pytest.mark.parametrize(
    "form", [form for form in FORMATS if not form.names_people], ids=lambda form: form.name
)
def test_no_format_names_anybody(form):
    batch, _ = anonymise(telling(), KEY)
    batches = [replace(batch, items=(item,)) for item in batch.items] if form.files == SINGLE else [batch]
    settings = replace(SETTINGS, environment={**SETTINGS.environment, "OWNER": ""})

    exported = [export(each, form, settings) for each in batches]
    text = "\n".join(
        [str(each) for one in exported for each in (*one.notes, *one.left_out)]
        + [file.name + file.content.decode("utf-8", "replace") for one in exported for file in one.files]
    ).replace("\\u00eb", "ë").replace("\\u00dc", "Ü").replace("\\u00fc", "ü")  # fmt: skip

    for name in (
        "Zoë",
        "Müller",
        "MÜLLER",
        "zmueller",
        "zoe@",
        "u777",
        "Quispe",
        "quispe",
        "Wara",
        "wara",
        "Zuri",
    ):
        assert name not in text, name
    for place in ("/home", "C:\\", "Users", "Desktop", "async course", "-08:00", "~/"):
        assert place not in text, place
    assert text.count("s-") >= 2 or form.files == SINGLE


def test_what_is_not_about_people_stays():
    batch, names = anonymise(whole_class(), KEY)
    before = {item.report.id: item.report for item in whole_class().items}

    for item in batch.items:
        old = before[names[item.report.id]]
        assert (item.report.score, item.report.max_score, item.report.status) == (
            old.score,
            old.max_score,
            old.status,
        )
        assert [each.id for each in item.report.exercises] == [each.id for each in old.exercises]
        assert item.report.notes == ()
        assert not item.report.origin
    messages = [test.message for item in batch.items for each in item.report.exercises for test in each.tests]
    assert any("(ex1.py, line 14: raise SystemExit)" in message for message in messages)


def test_with_a_key_the_ids_are_the_same_again_and_with_another_key_they_are_not():
    ids = [set(anonymise(whole_class(), key)[1].items()) for key in (KEY, KEY, b"another key of 16")]

    assert ids[0] == ids[1]
    assert not {new for new, _ in ids[0]} & {new for new, _ in ids[2]}


def test_without_a_key_the_ids_are_fresh_each_time():
    first, second = (set(anonymise(whole_class(), None)[1]) for _ in range(2))

    assert not first & second


def test_the_order_says_nothing_about_the_names():
    reports = [
        make_report(f"{number:03}", make_exercise("1", make_test("x", "1", "1"))) for number in range(60)
    ]
    batch, names = anonymise(make_batch(*reports), None)

    order = [names[item.report.id] for item in batch.items]
    assert sorted(order) == [report.id for report in reports]
    assert order != sorted(order)
    assert order != sorted(order, reverse=True)


def test_the_mapping_leads_back():
    batch, names = anonymise(whole_class(), None)
    document = json.loads(mapping_text(names))

    assert document["format"] == "autograder-mapping/1"
    assert {document["submissions"][item.report.id] for item in batch.items} == {
        item.report.id for item in whole_class().items
    }
    assert mapping_text(names).isascii()


def test_a_key_that_can_be_guessed_is_refused(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(b"short\n")
    with pytest.raises(UsageError, match="urandom"):
        read_key(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_key(tmp_path / "none")


def test_names_are_found_in_every_way_to_write_them():
    def cleaned(message, identifier="x", **keys):
        report = make_report(identifier, make_exercise("1", make_test("x", "1", "1", message=message)))
        other = make_report("May Li", make_exercise("1"))
        batch, _ = anonymise(make_batch(replace(report, origin=Origin(keys=keys)), other), KEY)
        return next(t.message for item in batch.items for each in item.report.exercises for t in each.tests)

    assert cleaned("我是王小明的朋友", "王小明") == "我是[name]的朋友"
    assert cleaned("Zoe\u0308 said", name="Zo\u00eb") == "[name] said"
    assert cleaned("hello_zoe_1, ZOE2", login="zoe") == "hello_[name]_1, ZOE2"
    assert cleaned("it may be May, MAY or Li", "x") == "it may be [name], [name] or [name]"
    assert cleaned("an example for a student", email="x@student.example") == "an example for a student"
    assert (
        cleaned("line 3: /srv/my class/zoe/ex1.py, \\\\share\\zoe\\ex1.py")
        == "line 3: [path]/ex1.py, [path]/ex1.py"
    )
    assert cleaned("1/2 and a/b, https://host.example/x") == "1/2 and a/b, https://host.example/x"
