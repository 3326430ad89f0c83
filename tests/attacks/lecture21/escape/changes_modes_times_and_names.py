# exercise: 21.3
# tries: changes modes, owners, times and attributes of what it may read, makes links, devices and pipes, renames and removes its own
# expect: full points
import asyncio
import os
import sys


NAME = "attack-was-here"


def look():
    found = []
    status = os.stat(os.__file__)
    readable = [os.__file__, sys.executable, "/dev/null", "/usr/lib", "/tmp", "."]
    for path in readable:
        for name, way in {
            "chmod": lambda: os.chmod(path, os.stat(path).st_mode & 0o7777),
            "chown": lambda: os.chown(path, os.getuid(), os.getgid()),
            "utime": lambda: os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns)),
            "setxattr": lambda: os.setxattr(path, "user." + NAME, b"1"),
        }.items():
            try:
                way()
                found.append((name, path))
            except OSError:
                pass
    for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/run", "/dev", "/", os.path.dirname(os.__file__)):
        place = os.path.join(folder, NAME)
        for name, way in {
            "mkdir": lambda: os.mkdir(place),
            "symlink": lambda: os.symlink("/etc/passwd", place),
            "link": lambda: os.link(os.__file__, place),
            "mkfifo": lambda: os.mkfifo(place),
            "mknod": lambda: os.mknod(place, 0o020666, os.makedev(1, 3)),
            "open": lambda: os.close(os.open(place, os.O_CREAT | os.O_WRONLY)),
            "tmpfile": lambda: os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY)),
        }.items():
            try:
                way()
                found.append((name, place))
            except OSError:
                pass
    return found


FOUND = look()


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        if FOUND:
            raise LookupError(f"found: {FOUND}")
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
