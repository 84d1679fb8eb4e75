"""What a process of `apart` does: a function and its bytes come in, what it gives goes out, again and again."""

import os
import resource
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import IO, Any

import msgspec


def main(seconds: int, memory: int, written: int) -> None:
    """Answer standard input until it ends; each answer is whether it could be done, and what came of it."""
    # Not of addresses: a library that maps itself takes many of those and little memory.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    given, told = sys.stdin.buffer, sys.stdout.buffer
    # What a library prints is no answer.
    sys.stdout = sys.stderr
    while size := int.from_bytes(given.read(8), "big"):
        module, name, args = msgspec.msgpack.decode(given.read(size))
        # A module that is not there is no fault of the bytes, and ends the process.
        work = getattr(import_module(module), name)
        _allow(seconds)
        _answer(told, work, args)


def _allow(seconds: int) -> None:
    """From now on so much time of a processor and no more; the system ends the process."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + seconds, hard))


def _answer(told: IO[bytes], work: Callable[..., Any], args: list[Any]) -> None:
    try:
        answer = msgspec.msgpack.encode((True, work(*args)))
    except MemoryError:
        # What is left of the memory is no place to go on in.
        os.abort()
    except Exception as error:
        answer = msgspec.msgpack.encode((False, type(error).__name__))
    told.write(len(answer).to_bytes(8, "big") + answer)
    told.flush()
