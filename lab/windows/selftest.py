"""Drives the double with pypsrp: `cd lab && .venv/bin/python -m windows.selftest [-k WORD]`."""

import os
import sys
import unittest

if __name__ == "__main__":
    folder = os.path.dirname(os.path.abspath(__file__))
    arguments = ["discover", "-v", "-s", os.path.join(folder, "tests")]
    arguments += ["-t", os.path.dirname(folder), *sys.argv[1:]]
    unittest.main(module=None, argv=["windows.selftest", *arguments])
