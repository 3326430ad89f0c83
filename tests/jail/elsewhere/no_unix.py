# Run first, in the grader and in each process that it starts: from here on this Python has what it has on Windows.
# What the standard library itself needs of Unix, because this is one, it keeps in copies of its own.
def hide_unix():
    import asyncio
    import enum
    import faulthandler
    import importlib.abc
    import os
    import select
    import selectors
    import shutil
    import signal
    import socket
    import subprocess
    import sys
    import tempfile
    import time
    import types

    def copy(module):
        twin = types.ModuleType(module.__name__)
        vars(twin).update(vars(module))
        return twin

    full_os = copy(os)
    subprocess.os, subprocess.signal = full_os, copy(signal)
    tempfile._os = full_os
    shutil._use_fd_functions = False

    gone = """
        fork forkpty wait wait3 wait4 waitid setsid getsid setpgid getpgid getpgrp setpgrp killpg nice uname
        umount getuid geteuid getgid getegid getresuid getresgid setuid setgid seteuid setegid setreuid
        setregid setresuid setresgid getgroups setgroups initgroups getgrouplist getpriority setpriority
        register_at_fork mkfifo mknod major minor makedev openpty posix_spawn posix_spawnp posix_fadvise
        posix_fallocate pread pwrite preadv pwritev readv writev sendfile splice copy_file_range
        memfd_create eventfd eventfd_read eventfd_write pidfd_open chroot chown fchown lchown fchmod fchdir
        getloadavg sysconf confstr fpathconf pathconf ctermid ttyname tcgetpgrp tcsetpgrp set_blocking
        get_blocking sync fdatasync lockf pipe2 getxattr setxattr listxattr removexattr statvfs fstatvfs
        getrandom unshare setns environb getenvb fwalk O_NOFOLLOW O_DIRECTORY O_CLOEXEC O_NONBLOCK O_SYNC
        O_DSYNC O_RSYNC O_NOCTTY O_PATH O_TMPFILE O_NOATIME O_NDELAY O_DIRECT O_ASYNC O_LARGEFILE O_ACCMODE
    """
    families = ("sched_", "SCHED_", "RTLD_", "P_", "POSIX_", "PRIO_", "CLONE_", "EFD_", "W")
    for name in list(vars(os)):
        if (name in gone.split() or name.startswith(families)) and name != "W_OK":
            delattr(os, name)
    os.O_BINARY = 0x8000
    os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks = set(), set(), set()

    signals = {"SIGABRT": 6, "SIGFPE": 8, "SIGILL": 4, "SIGINT": 2, "SIGSEGV": 11, "SIGTERM": 15}
    kept = {
        "signal",
        "getsignal",
        "raise_signal",
        "strsignal",
        "set_wakeup_fd",
        "valid_signals",
        "default_int_handler",
    }
    kept |= {"SIG_DFL", "SIG_IGN", "NSIG", "Handlers", *signals}
    for name in list(vars(signal)):
        if not name.startswith("_") and name not in kept:
            delattr(signal, name)
    signal.Signals = enum.IntEnum("Signals", signals)

    families = ("SCM_", "CMSG_", "AF_", "MSG_CMSG", "send_fds", "recv_fds", "socketpair")
    for name in list(vars(socket)):
        if name.startswith(families) and name not in ("AF_INET", "AF_INET6", "AF_UNSPEC"):
            delattr(socket, name)
    for name in list(vars(select)):
        if name.startswith(("poll", "epoll", "POLL", "EPOLL", "kqueue", "devpoll")):
            delattr(select, name)
    selectors.DefaultSelector = selectors.SelectSelector
    for name in ("PollSelector", "EpollSelector"):
        delattr(selectors, name)
    for name in list(vars(time)):
        if name.startswith(("clock_", "CLOCK_")) or name in ("pthread_getcpuclockid", "tzset"):
            delattr(time, name)
    for name in ("register", "unregister"):
        delattr(faulthandler, name)

    class WindowsLoop(asyncio.selector_events.BaseSelectorEventLoop):
        pass

    class ProactorEventLoop:
        def __init__(self, proactor=None):
            raise AssertionError("a real loop")

    class Policy(asyncio.events.BaseDefaultEventLoopPolicy):
        _loop_factory = ProactorEventLoop

    class SelectorPolicy(asyncio.events.BaseDefaultEventLoopPolicy):
        _loop_factory = WindowsLoop

    for name in asyncio.unix_events.__all__:
        delattr(asyncio, name)
    del asyncio.unix_events, sys.modules["asyncio.unix_events"]
    asyncio.SelectorEventLoop, asyncio.ProactorEventLoop = WindowsLoop, ProactorEventLoop
    asyncio.DefaultEventLoopPolicy = asyncio.WindowsProactorEventLoopPolicy = Policy
    asyncio.WindowsSelectorEventLoopPolicy = SelectorPolicy
    if hasattr(asyncio, "EventLoop"):
        asyncio.EventLoop = ProactorEventLoop

    missing = {
        "fcntl",
        "resource",
        "pwd",
        "grp",
        "spwd",
        "termios",
        "tty",
        "pty",
        "syslog",
        "posix",
        "crypt",
        "nis",
    }
    missing |= {"_posixsubprocess", "_posixshmem", "readline", "curses", "asyncio.unix_events"}

    class NotThere(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path=None, target=None):
            if name in missing:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            return None

    for name in missing:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, NotThere())

    msvcrt = sys.modules["msvcrt"] = types.ModuleType("msvcrt")
    msvcrt.setmode = lambda descriptor, mode: os.fstat(descriptor) and mode
    sys.platform = "win32"


hide_unix()
del hide_unix
