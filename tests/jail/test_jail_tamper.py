"""Traces of tampering: what a file says before it runs, what is seen while it runs, and that it changes no score."""

import asyncio
import os
import resource
from pathlib import Path

import pytest
from lab import FILE, every_python

from autograder.jail.guest import tamper
from autograder.jail.guest.inspection import inspect_source
from autograder.jail.guest.load import Sources

ROOT = Path(__file__).parents[2]
ATTACKS = ROOT / "tests" / "attacks" / "lecture21"
CORPUS = ROOT / "tests" / "submissions" / "lecture21"

# What a program may write, and the code and the words that it must be told with. One line each, so line 1 or 2.
TELLS = {
    "encoding": ("# coding: utf-7\nx = 1\n", "hidden_text the encoding utf-7"),
    "frames": ("import sys\nsys._getframe()", "inspects_frames sys._getframe"),
    "frames_by_inspect": ("import inspect as i\ni.stack()", "inspects_frames inspect.stack"),
    "frame_of_a_generator": ("f = (x for x in []).gi_frame", "inspects_frames gi_frame"),
    "frame_of_an_error": (
        "try: 1/0\nexcept Exception as e: e.__traceback__.tb_frame",
        "inspects_frames tb_frame",
    ),
    "attribute_in_a_text": (
        "import operator\noperator.attrgetter('gi_frame.f_back')",
        'inspects_frames "f_back"',
    ),
    "attribute_in_a_format": ("print('{0.__globals__}'.format(print))", 'function_internals "__globals__"'),
    "reversed_name": ("import sys\ngetattr(sys, 'emarfteg_'[::-1])()", "inspects_frames sys._getframe"),
    "joined_name": (
        "import sys\ngetattr(sys, ''.join(['_get', 'frame']))()",
        "inspects_frames sys._getframe",
    ),
    "computed_name": (
        "import sys\ngetattr(sys, '_get%s' % 'frame')()",
        "dynamic_code getattr with a computed name",
    ),
    "objects": ("from gc import get_objects as g\ng()", "inspects_memory gc.get_objects"),
    "subclasses": ("type(1).__mro__[-1].__subclasses__()", "inspects_memory __subclasses__"),
    "hidden_import": (
        "g = getattr(__builtins__, '__imp' + 'ort__')\ng('os').write(3, b'')",
        "raw_descriptors os.write",
    ),
    "star_import": ("from os import *\nwrite(3, b'')", "raw_descriptors os.write"),
    "descriptor": ("f = open(3, 'wb')", "raw_descriptors open(3)"),
    "socket": ("import socket\nsocket.socket(fileno=3)", "raw_descriptors socket.socket"),
    "exit": ("import os\nos._exit(0)", "process_control os._exit"),
    "ctypes": ("from ctypes import *", "native_code import ctypes"),
    "patch": ("import asyncio\nasyncio.sleep = None", "patches_library asyncio.sleep"),
    "patch_by_alias": (
        "import asyncio as a; b = a\nb.tasks.sleep, x = 1, 2",
        "patches_library asyncio.tasks.sleep",
    ),
    "patch_by_dictionary": ("import asyncio\nvars(asyncio)['sleep'] = 1", "patches_library asyncio.sleep"),
    "patch_by_update": ("import time\ntime.__dict__.update(sleep=1)", "patches_library time."),
    "patch_by_module_table": (
        "import sys\nsys.modules['asyncio'].sleep = 1",
        "patches_library asyncio.sleep",
    ),
    "patch_by_setattr": (
        "import asyncio\nsetattr(asyncio, 'sl' + 'eep', 1)",
        "patches_library asyncio.sleep",
    ),
    "patch_in_a_loop": (
        "import json, time\nfor m in (json, time): setattr(m, input(), 1)",
        "patches_library json.*",
    ),
    "patch_by_a_function": ("import asyncio\n(lambda m: setattr(m, 'run', 1))(asyncio)", "patches_library "),
    "patch_by_result": (
        "import asyncio\ndef f(): return asyncio\nf().sleep = 1",
        "patches_library asyncio.sleep",
    ),
    "patch_by_default": (
        "import asyncio\ndef f(m=asyncio): m.sleep = 1",
        "patches_library asyncio.sleep",
    ),
    "patch_by_class": (
        "import asyncio\nclass L: a = asyncio\nL.a.sleep = 1",
        "patches_library asyncio.sleep",
    ),
    "patch_by_decorator": (
        "import asyncio, functools\n@functools.partial(setattr, asyncio, 'sleep')\ndef f(): pass",
        "patches_library setattr, handed on",
    ),
    "patch_by_loop_target": (
        "import asyncio\nfor asyncio.sleep in [1]: pass",
        "patches_library asyncio.sleep",
    ),
    "patch_by_object": (
        "import asyncio\nobject.__getattribute__(asyncio, '__dict__')['sleep'] = 1",
        "patches_library asyncio.sleep",
    ),
    "patch_of_a_method": ("import asyncio\nasyncio.Task.cancel = 1", "patches_library asyncio.Task.cancel"),
    "patch_of_a_builtin": (
        "globals()['__builtins__']['len'] = 1",
        "patches_library builtins.len",
    ),
    "code_swapped": (
        "import asyncio\nasyncio.sleep.__code__ = 1",
        "patches_library asyncio.sleep.__code__",
    ),
    "loop": (
        "import asyncio\nloop = asyncio.get_running_loop()\nloop._ready.clear()",
        "library_internals loop._ready",
    ),
    "clock_of_the_loop": (
        "import asyncio\nasyncio.get_running_loop().time = int",
        "patches_library loop.time",
    ),
    "runtime": (
        "import asyncio\nasyncio.get_running_loop().runtime",
        "reaches_runtime loop.runtime",
    ),
    "private": (
        "from asyncio import events\nevents._set_running_loop(1)",
        "library_internals asyncio.events._set",
    ),
    "grader": ("from autograder.jail.guest import clock", "reaches_runtime import autograder.jail.guest"),
    "grader_in_a_text": (
        "import sys\n[m for m in sys.modules if 'autograder' in m]",
        'reaches_runtime "autograder"',
    ),
    "module_table": ("import sys\nfor n in sys.modules.values(): print(n)", "module_table sys.modules"),
    "import_system": ("import sys\nsys.meta_path.clear()", "module_table sys.meta_path"),
    "tracing": ("import threading\nthreading.settrace(print)", "tracing threading.settrace"),
    "run_text": ("e = eval\ne(input())", "dynamic_code builtins.eval"),
    "run_known_text": ("exec('import asyncio; asyncio.sleep = 1')", "dynamic_code builtins.exec"),
    "closure": ("print.__closure__", "function_internals __closure__"),
    "lying_comparison": (
        "class A:\n    def __eq__(self, o): return True",
        "lying_object __eq__",
    ),
    "lying_class": ("class A:\n    __class__ = property(lambda s: int)", "lying_object __class__"),
    "lying_origin": ("class A(Exception):\n    __module__ = 'test'", "lying_object __module__"),
    "wide_letters": ("import sys\nsys._\uff47etframe()", "inspects_frames sys._getframe"),
    "disguise": ("def \uff50rint(x): pass", "disguised_name print, written as"),
    "other_alphabet": ("pr\u0456nt = 1", "disguised_name print, written as"),
    "backwards": ("x = 1  # \u202e x", "hidden_text "),
    "file_of_the_machine": ("open('/etc/passwd')", 'looks_for_files "/etc/passwd"'),
    "finalizer": (
        "import weakref\nweakref.finalize(print, print)",
        "late_code weakref.finalize",
    ),
    "kept_object": (
        "kept = []\nclass A:\n    def __del__(self): kept.append(self)",
        "late_code __del__",
    ),
    "thread_at_import": (
        "import threading\nthreading.Thread(target=print).start()",
        "threads_at_import threading.Thread",
    ),
}

HONEST = {
    "own_setattr": "class A:\n    def f(self, **k):\n        for n, v in k.items(): setattr(self, n, v)",
    "own_getattr": "class A:\n    def do(self, c): return getattr(self, f'do_{c}')()",
    "own_private_names": "class A:\n    def __init__(self): self._ready = 0\n    def f(self, o): return o._ready",
    "own_module": "import sys\nsys.modules[__name__]",
    "asks_for_a_module": "import sys\nprint('pytest' in sys.modules)",
    "logging": "import logging\nlogging.raiseExceptions = False\nlogging.root.handlers = []",
    "arguments": "import sys\nsys.argv = ['x']\nsys.excepthook = print",
    "loop_settings": "import asyncio\nloop = asyncio.new_event_loop()\nloop.slow_callback_duration = 1",
    "task_with_a_note": "import asyncio\ntask = asyncio.create_task(f())\ntask.label = 'A'",
    "own_classes": "class Base: pass\nBase.__subclasses__()",
    "name_of_a_function": "def f(): return f.__code__.co_name",
    "arithmetic": "print(eval('1 + 2'))",
    "parameter_named_like_a_module": "import time\ndef f(time): time.value = 3",
    "goodbye": "class A:\n    def __del__(self): print('closed', self.name)",
    "equality": "class A:\n    def __eq__(self, o):\n        return True if o is self else o.x == 1",
    "function_attribute": "def d(f):\n    def w(*a): return f(*a)\n    w.calls = 0\n    return w",
    "other_alphabets": "Δt = 3\ndef αβγ(число): return число",
    "clear_the_screen": "import os\nos.system('cls' if os.name == 'nt' else 'clear')\nos.system('clear')",
    "docstring": '"""Speaks of autograder, sys._getframe and /submission."""\nx = 1',
}


def told(source: str) -> list[str]:
    return [f"{code} {what}" for _, code, what in sorted(inspect_source(source.encode()))]


@pytest.mark.parametrize("name", TELLS)
def test_the_text_tells(name):
    source, expected = TELLS[name]

    assert any(each.startswith(expected) for each in told(source)), told(source)


@pytest.mark.parametrize("name", HONEST)
def test_what_honest_programs_do_is_not_told(name):
    assert told(HONEST[name]) == []


def python_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if path.name != "test_public.py"]


def test_solutions_and_honest_submissions_have_no_red_flags():
    folders = (ROOT / "solutions", ROOT / "assignments", CORPUS / "right")
    files = [path for folder in folders for path in python_files(folder)]
    flags = {path.stem + path.parent.name: inspect_source(path.read_bytes()) for path in files}

    assert len(files) > 200
    # Both are of no weight by themselves, and are told only beside something else.
    assert {code for found in flags.values() for _, code, _ in found} == {"late_code", "mocks"}
    assert sum(map(bool, flags.values())) == 2


def test_wrong_submissions_have_no_red_flags():
    found = set()
    for path in python_files(CORPUS / "wrong"):
        try:
            found |= inspect_source(path.read_bytes())
        except SyntaxError:
            pass

    assert found == set()


# The hostile programs that forge, patch, or look for the runtime, and how their text gives them away.
GIVEN_AWAY = {
    "answers_other_calls_with_its_own_result": "inspects_frames",
    "another_module_in_its_place": "module_table",
    "closes_every_descriptor": "raw_descriptors",
    "class_that_claims_to_be_the_tests": "lying_object",
    "equal_to_everything": "lying_object",
    "forges_an_answer": "raw_descriptors",
    "looks_for_the_runtime": "inspects_memory",
    "os_exit_inside_an_await": "process_control",
    "patches_the_clocks_it_is_measured_with": "patches_library",
    "patches_the_standard_library": "patches_library",
    "patches_what_the_runtime_is_made_of": "patches_library",
    "recognises_the_double": "reaches_runtime",
    "replays_an_earlier_answer": "inspects_frames",
    "returns_a_class_with_a_wild_metaclass": "lying_object",
    "rewrites_the_runtimes_code": "function_internals",
    "rows_that_lie": "lying_object",
    "shuts_the_line_down": "raw_descriptors",
    "speaks_the_protocol_itself": "raw_descriptors",
    "steals_the_loop": "library_internals",
    "swaps_the_line": "raw_descriptors",
    "tracing_and_profiling": "tracing",
    "turns_the_clock_back": "inspects_frames",
    "writes_garbage_to_descriptors": "raw_descriptors",
    "answers_from_what_it_finds": "inspects_memory",
    "asks_the_test_for_more": "inspects_frames",
    "imports_the_trusted_side": "reaches_runtime",
    "walks_through_all_files": "looks_for_files",
}


@pytest.mark.parametrize("name", GIVEN_AWAY)
def test_hostile_programs_are_given_away_by_their_text(name):
    (path,) = ATTACKS.rglob(f"{name}.py")
    codes = {code for _, code, _ in inspect_source(path.read_bytes())}

    assert GIVEN_AWAY[name] in codes


# -- hostile texts ---------------------------------------------------------------------------------------------

MONSTERS = {
    "deep": "x = " + "-" * 90_000 + "1",
    "long": "x = " + "1+" * 45_000 + "1",
    "many_calls": "x = a" + "()" * 40_000,
    "many_slices": 'x = "abc"' + "[::-1]" * 15_000,
    "nested_lambdas": "import time\nx = " + "lambda time: " * 80 + "[" + "time," * 10_000 + "]",
    "nested_finalizers": "\n".join(" " * i + "def __del__(self):" for i in range(99))
    + "\n" + " " * 99 + "x = [" + "self," * 10_000 + "]",
    "aliases": "import asyncio\na0 = asyncio\n" + "\n".join(f"a{n + 1} = a{n}" for n in range(5_000)),
    "look_alikes": "\n".join(f"а{n} = 1" for n in range(9_000)),
    "huge": "x = 1\n" * 200_000,
    "null": "x = 1\0",
    "no_python": "if else:",
    "no_text": "\udcff",
}  # fmt: skip


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_read_within_bounds_and_hides_no_other_file(name):
    before = cpu_seconds()
    sources = Sources({
        "a.py": MONSTERS[name].encode("utf-8", "surrogateescape"),
        FILE: b"import os\nos._exit(0)",
    })  # fmt: skip
    flags = tamper.scan(sources, lambda: None)

    assert ["process_control", FILE, 2, "os._exit"] in flags
    assert {code for code, file, _, _ in flags if file == "a.py"} <= {"not_scanned", "late_code"}
    assert cpu_seconds() - before < 6
    if name in ("deep", "long", "huge"):
        assert flags[0][:3] == ["not_scanned", "a.py", 0]


def cpu_seconds() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def test_many_flags_of_one_kind_do_not_hide_another():
    source = "import gc, os\n" + "gc.x\n" * 500 + "os._exit(0)\n"
    flags = tamper.scan(Sources({FILE: source.encode()}), lambda: None)

    assert ["process_control", FILE, 502, "os._exit"] in flags
    assert len(flags) < 20


def test_the_reading_process_leaves_nothing_behind():
    open_before = os.listdir("/proc/self/fd")
    tamper.scan(Sources({FILE: b"x = 1", "big.py": b"x = 1\n" * 10_000}), lambda: None)

    assert os.listdir("/proc/self/fd") == open_before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


# -- in the jail -----------------------------------------------------------------------------------------------


@every_python
def test_the_jail_lists_the_red_flags_of_all_files(bench):
    one = bench("import helper, sys\nsys._getframe()\n", helper__py="import gc\n\ngc.get_objects()\n")

    assert one.jail.flags == [
        ["inspects_frames", FILE, 2, "sys._getframe"],
        ["inspects_memory", "helper.py", 3, "gc.get_objects"],
    ]


CLAIMS = {
    "patched_when_loaded": ("import asyncio\nasyncio.gather = 1", "", "library_replaced asyncio.gather"),
    "patched_in_a_call": ("import asyncio", "asyncio.sleep = len", "library_replaced asyncio.sleep"),
    "patched_builtin": ("import builtins", "builtins.input = len", "library_replaced builtins.input"),
    "patched_method": (
        "import asyncio",
        "asyncio.BaseEventLoop.call_soon_threadsafe = len",
        "library_replaced BaseEventLoop.call_soon_threadsafe",
    ),
    "patched_runtime": (
        "import asyncio, sys",
        "type(asyncio.get_running_loop()).next_timer = lambda self: None",
        "runtime_replaced VirtualLoop.next_timer",
    ),
    "streams": ("import sys, os", "sys.stdout = None; os.abort", "redirects_output sys.stdout"),
    "frames_from_a_text": (
        "",
        "exec('import sys\\nsys._getframe()')",
        "inspects_frames sys._getframe",
    ),
    "objects_by_a_computed_name": (
        "import gc",
        "getattr(gc, bytes([103]).decode() + 'et_objects')()",
        "inspects_memory gc.get_objects",
    ),
    "code_swapped": (
        "def f(): pass",
        "setattr(f, input.__name__ and '__code__', f.__code__)",
        "function_internals __code__ = ..",
    ),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_what_a_flagged_program_does_is_seen(bench, name):
    top, inside, expected = CLAIMS[name]
    one = bench(f"{top}\nimport ctypes\nasync def act():\n    {inside or 'pass'}\n    return 1\n")

    async def body(student):
        return await student.act()

    assert one.run(body) == 1
    claims = {f"{code} {what}" for code, what, _ in one.link.output.claims.rows()}
    assert expected in claims
    assert len(claims) <= 2  # and nothing that the program did not do


@every_python
def test_what_is_seen_does_not_depend_on_the_version_of_python(bench):
    one = bench(
        "import asyncio, ctypes, gc, sys\nasync def act():\n    exec('import sys\\nsys._getframe()')\n"
        "    asyncio.gather = None\n    gc.get_referrers(act)\n    sys.settrace(None)\n"
    )

    async def body(student):
        await student.act()

    one.run(body)

    assert sorted(one.link.output.claims.rows()) == [
        ("inspects_frames", "sys._getframe", 0),
        ("inspects_memory", "gc.get_referrers", 5),
        ("library_replaced", "asyncio.gather", 0),
        ("tracing", "sys.settrace", 6),
    ]


def test_a_well_known_function_is_seen_to_be_replaced_even_where_the_text_gives_nothing_away(bench):
    one = bench("async def act(m):\n    m.sleep = None\n")

    async def body(student):
        await student.act(student.lib.asyncio)

    one.run(body)

    assert one.jail.flags == []
    assert ("library_replaced", "asyncio.sleep", 0) in one.link.output.claims.rows()


def test_a_replacement_of_the_tests_own_is_no_claim(bench):
    one = bench("import asyncio, ctypes\nasync def act():\n    return await asyncio.sleep(1)\n")

    async def body(student):
        async def replacement(seconds):
            return "replaced"

        student.patch("asyncio.sleep", replacement)
        return await student.act()

    assert one.run(body) == "replaced"
    assert one.link.output.claims.rows() == []


def test_an_honest_program_leaves_no_claims(bench):
    one = bench((ROOT / "solutions" / "lecture21" / "ex21_1_gather.py").read_bytes())

    async def body(student):
        await student.main()
        return await asyncio.gather(student.fetchData("A", 1), student.fetchData("B", 2))

    one.run(body)

    assert one.jail.flags == []
    assert one.link.output.claims.rows() == []
