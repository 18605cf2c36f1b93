"""How a peer talks to Kitbag's bench: a line of JSON in, a line of JSON out, then it ends."""

import json
import os
import sys
import threading
import traceback


def serve(answer):
    """Answers the one question on standard input with what `answer` makes of it.

    An exception becomes {"error": ...}. The program ends early when its standard input does, so
    that it never outlives the bench.
    """
    replies = os.fdopen(os.dup(1), "w")
    # Whatever a library prints is no answer.
    os.dup2(2, 1)
    question = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    try:
        reply = answer(question)
    except Exception as problem:
        traceback.print_exc()
        reply = {"error": first_line(problem)}
    replies.write(json.dumps(reply) + "\n")
    replies.flush()
    # Threads of libraries need no orderly end.
    os._exit(0)


def first_line(problem):
    """An exception on one line, for a table."""
    lines = str(problem).strip().splitlines() or [""]
    return f"{type(problem).__name__}: {lines[0]}"


def peak_memory_kib():
    """The most resident memory this process has had, or -1 where the system does not tell."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return -1


def _end_with_standard_input():
    sys.stdin.readline()
    os._exit(1)
