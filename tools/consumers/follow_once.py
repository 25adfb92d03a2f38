#!/usr/bin/env python3
"""Calls follow.py on a real Redis without redis-py, for its test: follow_once.py SOCKET SYMBOL BASE OTHERS prints [multiplier, why].

The client below has the few methods of redis-py that follow.py uses, with the same arguments and results.
"""
import json
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # -I leaves it out
sys.dont_write_bytecode = True
import follow  # noqa: E402


class Client:
    """A connection to a Unix socket."""

    def __init__(self, path):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(path)
        self.file = connection.makefile("rwb")

    def pipeline(self, transaction):
        return Pipeline(self.file, transaction)

    def reply(self):
        line = self.file.readline()[:-2].decode()
        kind, rest = line[0], line[1:]
        if kind == "-":
            return RuntimeError(rest)
        if kind == "*":
            return [self.reply() for _ in range(int(rest))]
        if kind == "$":
            return None if rest == "-1" else self.file.read(int(rest) + 2)[:-2].decode()
        return int(rest) if kind == ":" else rest


class Pipeline(Client):
    """Commands that are sent at once, as a transaction or not."""

    def __init__(self, file, transaction):
        self.file, self.transaction, self.commands = file, transaction, []

    def hmget(self, key, fields):
        self.commands.append(("HMGET", key, *fields))

    def get(self, key):
        self.commands.append(("GET", key))

    def time(self):
        self.commands.append(("TIME",))

    def hset(self, key, mapping):
        self.commands.append(("HSET", key, *(word for pair in mapping.items() for word in pair)))

    def expire(self, key, seconds):
        self.commands.append(("EXPIRE", key, str(seconds)))

    def execute(self, raise_on_error=True):
        commands = [("MULTI",), *self.commands, ("EXEC",)] if self.transaction else self.commands
        for words in commands:
            parts = ["*%d\r\n" % len(words)] + ["$%d\r\n%s\r\n" % (len(word.encode()), word) for word in words]
            self.file.write("".join(parts).encode())
        self.file.flush()
        replies = [self.reply() for _ in commands]
        if self.transaction:
            replies = replies[-1] if isinstance(replies[-1], list) else [replies[-1]]
        errors = [reply for reply in replies if isinstance(reply, Exception)]
        if raise_on_error and errors:
            raise errors[0]
        return [
            (int(reply[0]), int(reply[1])) if words == ("TIME",) and isinstance(reply, list) else reply
            for words, reply in zip(self.commands, replies)
        ]


if __name__ == "__main__":
    path, symbol, base, others = sys.argv[1:]
    print(json.dumps(follow.write_target(Client(path), symbol, float(base), json.loads(others))))
