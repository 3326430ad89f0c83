# exercise: 21.1
# tries: calls sixty system calls that no exercise needs; each has to be refused before it looks at its arguments
# expect: full points
import asyncio
import ctypes
import os
import platform
import time


libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "ptrace": 101, "kexec_load": 246, "init_module": 175, "finit_module": 313, "delete_module": 176, "reboot": 169, "swapon": 167,
    "acct": 163, "settimeofday": 164, "clock_settime": 227, "clock_adjtime": 305, "adjtimex": 159, "sethostname": 170, "setdomainname": 171,
    "iopl": 172, "ioperm": 173, "quotactl": 179, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "io_uring_enter": 426,
    "fanotify_init": 300, "open_by_handle_at": 304, "process_vm_readv": 310, "kcmp": 312, "pidfd_getfd": 438, "pidfd_open": 434, "add_key": 248,
    "request_key": 249, "keyctl": 250, "mount": 165, "unshare": 272, "setns": 308, "pivot_root": 155, "chroot": 161, "mknod": 133, "move_pages": 279,
    "migrate_pages": 256, "lookup_dcookie": 212, "nfsservctl": 180, "vhangup": 153, "syslog": 103, "execve": 59, "execveat": 322, "vmsplice": 278,
    "io_setup": 206, "mq_open": 240, "shmget": 29, "msgget": 68, "semget": 64, "inotify_init": 253, "inotify_init1": 294, "memfd_create": 319,
    "memfd_secret": 447, "landlock_unknown": 999, "process_madvise": 440, "mount_setattr": 442, "quotactl_fd": 443, "personality": 135,
}
HARMLESS = {"memfd_create", "landlock_unknown"}


def look():
    found = []
    if platform.machine() != "x86_64":
        return found
    for name, number in NUMBERS.items():
        result = libc.syscall(number, -1, -1, -1, -1, -1, -1)
        error = ctypes.get_errno()
        if name not in HARMLESS and (result >= 0 or error not in (1, 38)):
            found.append((name, os.strerror(error)))
    return found


FOUND = look()


async def fetchData(sourceId, delaySeconds):
    if FOUND:
        raise LookupError(f"found: {FOUND}")
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
