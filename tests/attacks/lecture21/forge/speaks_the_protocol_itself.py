# exercise: 21.1
# tries: takes the line over when it is loaded and says what an honest program might have said, without running one
# expect: at most 2 points; failed
import asyncio
import json
import os
import struct
import sys
import time


SOURCES = ("A", "B", "C")


def read(count):
    data = b""
    while len(data) < count:
        data += os.read(3, count - len(data)) or os._exit(0)
    return data


def receive():
    return json.loads(read(struct.unpack(">I", read(4))[0]))


def send(message):
    body = json.dumps(message).encode()
    os.write(3, struct.pack(">I", len(body)) + body)


def lines(now, *texts):
    return [[now, "print", "", 0, text + "\n"] for text in texts]


def find_tag():
    frame = sys._getframe()
    while frame is not None:
        if "tag" in frame.f_locals:
            return frame.f_locals["tag"]
        frame = frame.f_back


def take_over():
    now = 0
    send(["sret", find_tag(), ["ok", ["h", 1, "module", "module", [], "ex", None]], [0, None, False], [], []])
    while True:
        message = receive()
        if message[0] == "sync":
            _, tag, now, _, operation, target, args, *_ = message
            value = None
            if operation == "getattr" and args[0] in ("fetchData", "main"):
                value = ["h", 2 + (args[0] == "main"), "coroutine function", "function", [], args[0], None]
            if operation == "call":
                value = ["h", 4, "coroutine", "coroutine", [], "fetchData", None]
            if operation == "report":
                value = ["d", []]
            if operation == "script":
                value = ["d", [["status", 0], ["error", ""], ["where", ["l", []]]]]
                texts = [f"Starting fetch {s}" for s in SOURCES] + [f"Completed fetch {s}" for s in "BCA"]
                texts += [f"Data from source {s}" for s in SOURCES] + ["Total time: 1.00s (vs ~2.3s sequential)"]
                send(["sret", tag, ["ok", value], [10**9, None, False], [], lines(10**9, *texts)])
                continue
            send(["sret", tag, ["ok", value], [now, None, False], [], []])
            continue
        _, tag, now, until, messages = message
        news, events = [], []
        for each in messages:
            if each[0] != "call":
                continue
            _, _, number, _, _, target, args, _ = each
            if target == 3:
                events += lines(now, *(f"Data from source {s}" for s in SOURCES))
                news.append(["ret", number, ["ok", None], 0])
            elif len(args) == 2:
                now += int(args[1] * 1e9)
                events += lines(now, f"Starting fetch {args[0]}", f"Completed fetch {args[0]}")
                news.append(["ret", number, ["ok", f"Data from source {args[0]}"], 0])
            else:
                news.append(["ret", number, ["ok", "Data from source A"], 0])
        send(["yield", tag, [now, None, False], news, events])


if __name__ != "__main__":
    take_over()


async def fetchData(sourceId, delaySeconds):
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
