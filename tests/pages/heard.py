"""``python -m tests.pages.heard FILE MODULE``: runs a module, and writes each address that this process connects to."""

from __future__ import annotations

import runpy
import sys
from typing import Any


def main() -> None:
    file, module = sys.argv[1:]

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            with open(file, "a", encoding="utf-8") as out:  # noqa: PTH123 - an audit hook, in whatever state it is
                print(arguments[1], file=out)

    sys.addaudithook(heard)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__")


if __name__ == "__main__":
    main()
