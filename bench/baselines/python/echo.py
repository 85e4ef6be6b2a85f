"""Sends each message back as it came: its length in four bytes, then itself. It reads from file descriptor 3 and writes to 4."""

import os


def fill(view: memoryview) -> bool:
    while len(view) > 0:
        count = os.readv(3, [view])
        if count == 0:
            return False
        view = view[count:]
    return True


def drain(parts: "list[memoryview]") -> None:
    while parts:
        count = os.writev(4, parts)
        while parts and count >= len(parts[0]):
            count -= len(parts.pop(0))
        if count > 0:
            parts[0] = parts[0][count:]


def main() -> None:
    head = memoryview(bytearray(4))
    body = memoryview(bytearray(1 << 16))
    while fill(head):
        length = int.from_bytes(head, "little")
        if length > len(body):
            body = memoryview(bytearray(length))
        if not fill(body[:length]):
            return
        drain([head, body[:length]])


main()
