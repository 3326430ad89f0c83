"""Scripts to begin with: honest conversations, one for each kind of message, and what the fuzzer has found."""

from __future__ import annotations

import json
from pathlib import Path

NONE = '["l",[]]'
STATE = "[0,null,false]"
MODULE = '["h",1,"module","module",[],"ex",null]'
OBJECT = '["h",2,"object","Conn",["__len__","__iter__","__aenter__"],"",null]'
ERROR = (
    '["e",7,0,[[9,"Low",[1]],[0,"ValueError",[2]],[0,"Exception",[3]],[0,"BaseException",[]]],["a",1],"a",'
    '[["ex.py",3,"f","raise Low"]],["e",8,0,[[0,"KeyError",[]]],["k"],"k",[],null,[]],[]]'
)
GROUP = f'["e",5,0,[[0,"ExceptionGroup",[]]],["g"],"g",[],null,[{ERROR}]]'
EVENTS = (
    '[[0,"created","t",3,""],[0,"started","t",0,""],[0,"print","",0,"hello\\n"],[0,"raised","t",0,"E"],'
    '[0,"blocking","",4,"0.5"],[0,"cut","",9,""],[0,"tampered","",9,"code what"]]'
)
VALUES = (
    '["l",[null,true,1,-1.5,"text",["t",[1]],["s",[1,2]],["z",["a"]],["d",[["k",["b","00ff"]]]],'
    '["i","0x20000000000000"],["f","nan"],["c","1.0","-0.0"],["x",4]]]'
)


def answer(outcome: str, events: str = "[]", news: str = "[]", state: str = STATE) -> str:
    """Return the frame that answers a request to do something at once."""
    return f'["sret",TAG,{outcome},{state},{news},{events}]'


def baton(news: str = "[]", state: str = STATE, events: str = "[]") -> str:
    """Return the frame that gives the baton back."""
    return f'["yield",TAG,{state},{news},{events}]'


def ok(value: str) -> str:
    """Return the outcome of a call that went well."""
    return f'["ok",{value}]'


HONEST = {
    "values": ["lsso", answer(ok(MODULE)), answer(ok(VALUES), EVENTS), answer(f'["error",{ERROR}]')],
    "objects": ["lsigm", answer(ok(MODULE)), answer(ok(OBJECT)), answer(ok("true")), answer(ok('"x"'))],
    "beyond": ["sg", answer(ok('["h",3,"beyond","list",[],"value_items",null]'))],
    "kinds": [
        "ssssss",
        answer(ok('["h",3,"class","Conn",["__call__"],"Conn",null]')),
        answer(ok('["h",4,"exception class","type",[],"Low",[[9,"Low",[1]],[0,"Exception",[]]]]')),
        answer(ok('["h",5,"coroutine function","function",["__call__"],"f",null]')),
        answer(ok('["h",6,"async generator","async_generator",["__aiter__","__anext__"],"g",null]')),
        answer(ok('["h",8,"coroutine","coroutine",["__await__"],"c",null]')),
        answer(f'["error",{GROUP}]'),
    ],
    "awaited": [
        "ctc",
        baton(f'[["ret",1,["ok",{VALUES}],0]]'),
        baton(f'[["ret",2,["error",{ERROR}],1]]', state="[1000000000,null,false]"),
    ],
    "callbacks": [
        "cttt",
        baton('[["cb",1,2,"await",[],{"n":1}]]'),
        baton(
            '[["cb",2,2,"await",[1],{}],["cb",3,2,"await",[],{}],["cbcancel",3,null]]',
            "[500000000,null,false]",
        ),
        '["scb",1,[1,"a"],{"k":["t",[]]},[500000000,null,false],[],[]]',
        baton(state="[500000000,null,false]"),
        baton('[["ret",1,["ok",null],0]]', "[1000000000,null,false]"),
    ],
    "generators": [
        "ctt",
        '["scb",3,[1,2],{},[0,null,false],[],[]]',
        baton('[["cb",1,6,"anext",[],{}]]'),
        baton('[["cb",2,6,"aclose",[],{}]]'),
        baton('[["ret",1,["ok",["x",5]],0]]'),
    ],
    "cancellations": ["czkzt", baton(), baton('[["cancelled_you",1]]'), baton('[["ret",1,["ok",1],1]]')],
    "reports": [
        "rp",
        answer(
            ok(
                f'["d",[["pending",["l",["f, line 3"]]],["lost",{NONE}],'
                f'["never_awaited",{NONE}],["open_generators",{NONE}]]]'
            )
        ),
        answer(
            ok(
                '["d",[["status",1],["error","ValueError: x"],["where",["l",[["l",["ex.py",3,"f","raise"]]]]]]]'
            )
        ),
    ],
    "stuck": ["c", f'["stuck","deadlock","every thread waits",["f, line 3: x"],{EVENTS}]'],
    "deadlock": ["c", baton(), answer(ok('["l",["f, line 3: await x"]]'))],
}
"""Name to the lines of a script."""

CORPUS = Path(__file__).with_name("corpus.jsonl")


def honest() -> dict[str, bytes]:
    """Return the honest scripts by name."""
    return {name: "\n".join(lines).encode() for name, lines in HONEST.items()}


def corpus() -> list[bytes]:
    """Return what the coverage-guided fuzzer has kept: scripts that reach different code, and those that broke it."""
    lines = CORPUS.read_text("utf-8").splitlines() if CORPUS.exists() else []
    return [json.loads(line).encode("latin-1") for line in lines]
