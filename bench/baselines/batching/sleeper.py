"""Answers each line of standard input, a number of rows, by the same line after 10 ms and 1 ms for each row."""

import sys
import time

for line in sys.stdin:
    time.sleep((10 + int(line)) / 1000)
    sys.stdout.write(line)
    sys.stdout.flush()
