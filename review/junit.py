"""JUnit XML, which CI servers read: suites of cases that passed, failed or were skipped; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

# What XML 1.0 cannot hold, escaped or not: control characters, lone surrogates and two that are no characters.
_NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was tried. ``failure`` says what went wrong, "" if nothing; ``code`` its kind. ``skipped``
    says why it was not tried, or is not over; "" if it was and is."""

    name: str
    seconds: float = 0.0
    failure: str = ""
    code: str = ""
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases that belong together, in their order."""

    name: str
    cases: Sequence[Case]


def junit_xml(suites: Sequence[Suite]) -> str:
    """The suites as a file, whatever stands in their texts."""
    root = Element("testsuites")
    for suite in suites:
        told = SubElement(root, "testsuite", _facts(suite))
        for case in suite.cases:
            _add(told, suite, case)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _facts(suite: Suite) -> dict[str, str]:
    return {
        "name": _clean(suite.name),
        "tests": str(len(suite.cases)),
        "failures": str(sum(bool(case.failure) for case in suite.cases)),
        "skipped": str(sum(bool(case.skipped) for case in suite.cases)),
        "time": f"{sum(case.seconds for case in suite.cases):.3f}",
    }


def _add(told: Element, suite: Suite, case: Case) -> None:
    facts = {"classname": _clean(suite.name), "name": _clean(case.name), "time": f"{case.seconds:.3f}"}
    element = SubElement(told, "testcase", facts)
    if case.failure:
        failure = SubElement(element, "failure", {"message": _clean(case.failure), "type": _clean(case.code)})
        failure.text = _clean(case.failure)
    elif case.skipped:
        SubElement(element, "skipped", {"message": _clean(case.skipped)})


def _clean(text: str) -> str:
    return _NEVER.sub("\ufffd", text)
