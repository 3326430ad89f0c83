"""Which names of the standard library, attributes and texts are worth a human's look, each with the code of its kind.

Only tables. What the codes mean, in words for a teacher, stands in ``autograder.grading.evidence``.
"""

from __future__ import annotations

import string

_FRAMES = "inspects_frames"
_MEMORY = "inspects_memory"
_INTERNALS = "function_internals"
_MODULES = "module_table"
_TRACING = "tracing"
_NATIVE = "native_code"
_DESCRIPTORS = "raw_descriptors"
_PROCESS = "process_control"
_DYNAMIC = "dynamic_code"
_RUNTIME = "reaches_runtime"
_LIBRARY = "library_internals"
_LATE = "late_code"


def _each(code: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), code)


def words(names: str) -> frozenset[str]:
    """Return the names in a text as a set."""
    return frozenset(names.split())


MEMBERS: dict[str, dict[str, str]] = {
    "sys": {
        **_each(_FRAMES, "_getframe _current_frames _current_exceptions _getframemodulename"),
        **_each(_TRACING, "settrace setprofile _settraceallthreads _setprofileallthreads monitoring"),
        **_each(_TRACING, "addaudithook call_tracing set_coroutine_origin_tracking_depth"),
        **_each(_MODULES, "modules meta_path path_hooks path_importer_cache"),
    },
    "inspect": {
        **_each(_FRAMES, "currentframe stack trace getouterframes getinnerframes getframeinfo"),
        **_each(_FRAMES, "getgeneratorlocals getcoroutinelocals getasyncgenlocals"),
        **_each(_INTERNALS, "getclosurevars"),
    },
    "traceback": _each(_FRAMES, "walk_stack walk_tb"),
    "gc": {"*": _MEMORY},
    "tracemalloc": {"*": _MEMORY},
    "threading": _each(_TRACING, "settrace setprofile settrace_all_threads setprofile_all_threads"),
    "bdb": {"*": _TRACING},
    **{name: {"*": _NATIVE} for name in ("ctypes", "_ctypes", "cffi", "_cffi_backend", "mmap")},
    **{name: {"*": _NATIVE} for name in ("_testcapi", "_testinternalcapi", "_xxsubinterpreters")},
    "os": {
        **_each(_DESCRIPTORS, "write writev pwrite pwritev read readv pread sendfile splice copy_file_range"),
        **_each(_DESCRIPTORS, "dup dup2 close closerange fdopen pipe pipe2 openpty set_blocking"),
        **_each(_PROCESS, "fork forkpty posix_spawn posix_spawnp system popen kill killpg abort _exit nice"),
        **_each(_PROCESS, "execl execle execlp execlpe execv execve execvp execvpe register_at_fork"),
        **_each(_PROCESS, "spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe"),
        **_each(_PROCESS, "setsid setpgid wait waitpid pidfd_open sched_setaffinity memfd_create"),
    },
    "posix": {"*": _PROCESS},
    "_posixsubprocess": {"*": _PROCESS},
    "subprocess": {"*": _PROCESS},
    "multiprocessing": {"*": _PROCESS},
    "pty": {"*": _PROCESS},
    "resource": _each(_PROCESS, "setrlimit prlimit"),
    "signal": _each(
        _PROCESS, "raise_signal pthread_kill setitimer alarm pthread_sigmask set_wakeup_fd pause"
    ),
    "asyncio": _each(_PROCESS, "create_subprocess_exec create_subprocess_shell"),
    "socket": _each(
        _DESCRIPTORS, "socket SocketType fromfd socketpair create_connection create_server send_fds recv_fds"
    ),
    "_socket": {"*": _DESCRIPTORS},
    "fcntl": {"*": _DESCRIPTORS},
    "faulthandler": {"*": _DESCRIPTORS},
    "importlib": _each(_MODULES, "reload"),
    "_imp": {"*": _MODULES},
    "builtins": _each(_DYNAMIC, "exec eval compile __import__"),
    "runpy": {"*": _DYNAMIC},
    "code": {"*": _DYNAMIC},
    "codeop": {"*": _DYNAMIC},
    "marshal": {"*": _DYNAMIC},
    "pickle": _each(_DYNAMIC, "load loads Unpickler"),
    "types": _each(_INTERNALS, "CodeType CellType"),
    "atexit": _each(_LATE, "register"),
    "weakref": _each(_LATE, "finalize"),
    "unittest.mock": {"patch": "mocks"},
    "asyncio.loop": _each(_RUNTIME, "runtime served next_event next_timer"),
}
"""Module, member (``*``: every one), code. ``asyncio.loop`` and ``asyncio.task`` stand for what asyncio hands out."""

ATTRIBUTES: dict[str, str] = {
    **_each(_FRAMES, "f_back f_locals f_globals f_builtins f_code tb_frame gi_frame cr_frame ag_frame"),
    **_each(_FRAMES, "cr_await gi_yieldfrom ag_await get_stack _getframe _current_frames"),
    **_each(_INTERNALS, "__globals__ __code__ __closure__ cell_contents co_code co_consts __self__"),
    **_each(_INTERNALS, "__builtins__ __kwdefaults__ gi_code cr_code ag_code"),
    **_each(_MEMORY, "__subclasses__ get_objects get_referrers get_referents"),
    **_each(_MODULES, "__loader__ __spec__ meta_path"),
    **_each(_TRACING, "settrace setprofile addaudithook"),
    **_each(_DESCRIPTORS, "fileno"),
    **_each(_RUNTIME, "__autograder_host__ _recorder"),
}
"""Attributes that say enough by themselves, whatever they are taken from."""

ASYNCIO_PRIVATE = words(
    "_ready _scheduled _run_once _selector _clock_resolution _current_handle _stopping _csock _ssock _asyncgens "
    "_thread_id _task_factory _callbacks _coro _fut_waiter _must_cancel _num_cancels_requested _log_traceback "
    "_source_traceback _waiters _loop"
)
"""Private attributes of loops, tasks and futures; a program's own attributes of the same names are not meant."""

OWN_DOORS = frozenset(("self", "cls"))
"""What a method calls its own object; its attributes are the program's."""

REBINDABLE = words(
    "sys.argv sys.excepthook sys.unraisablehook sys.tracebacklimit sys.ps1 sys.ps2 sys.path sys.dont_write_bytecode "
    "asyncio.loop.slow_callback_duration threading.excepthook random.seed"
)
"""Attributes of the standard library that are there to be assigned to."""

REBINDABLE_MODULES = frozenset(("logging", "warnings", "decimal", "locale", "readline"))

STREAMS = words("sys.stdout sys.stderr sys.stdin sys.__stdout__ sys.__stderr__ sys.__stdin__")

_IN_TEXTS = {
    **{name: code for name, code in ATTRIBUTES.items() if name != "fileno"},
    **_each(_DYNAMIC, "__import__"),
    **_each(_PROCESS, "_exit"),
    **_each(_RUNTIME, "PYTEST_CURRENT_TEST _pytest TracedCoroutine _unregister_task"),
}
_SPACES = str.maketrans({each: " " for each in string.punctuation if each != "_"})
_PLACES = ("/proc/", "/etc/", "/sys/", "/root/", "/jail/")


def codes_in_text(text: str) -> set[tuple[str, str]]:
    """Return code and word for what stands out in a text that a program holds: names it may reach for by text, us."""
    found = {(_IN_TEXTS[word], word) for word in text.translate(_SPACES).split() if word in _IN_TEXTS}
    for us in ("autograder", "__auto", "/submission"):
        if us in text.lower():
            found.add((_RUNTIME, us))
    if text.startswith(_PLACES):
        found.add(("looks_for_files", text[:40]))
    return found


def code_of(path: str) -> str:
    """Return the code of a dotted path into the standard library, empty if it is of no interest."""
    module, _, name = path.rpartition(".")
    members = MEMBERS.get(module)
    if members is None:
        return ""
    return members.get(name) or members.get("*") or ""
