"""Draw what the locator's benchmarks found, as pictures for the documents.

    python -m bench.figures FACTS GENERATED [--into docs]

FACTS is the file of ``bench.relocate_facts``, GENERATED the one that ``bench.generated_drift --out`` writes. Draws
``calibration.png`` (what the jury claims, against how often it is right, each product judged by weights fitted without
it) and ``survival.png`` (what comes of each kind of change).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from math import sqrt
from pathlib import Path

import matplotlib.pyplot as plt

from bench.fit_jury import cases_of, claims
from bench.relocate_facts import read_facts

_BINS = 10
_SURE = 1.96  # of a 95 % interval
_COLOURS = {"right": "#3a7d44", "refuses, though it is there": "#e0b040", "wrong": "#c0392b"}


def interval(right: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share, spread = right / of, _SURE**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _SURE * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def draw_calibration(told: list[tuple[float, bool]], file: Path) -> None:
    """In tenths of what is claimed: how often the first candidate is the element."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for claimed, right in told:
        bins[min(_BINS - 1, int(claimed * _BINS))].append((claimed, right))
    figure, axes = plt.subplots(figsize=(6, 5), dpi=120)
    axes.plot([0, 1], [0, 1], color="#999", linestyle="--", linewidth=1, label="claims what is so")
    for place in sorted(bins):
        some = bins[place]
        count, hits = len(some), sum(right for _, right in some)
        x, y = sum(claimed for claimed, _ in some) / count, hits / count
        low, high = interval(hits, count)
        axes.errorbar(x, y, yerr=[[max(0.0, y - low)], [max(0.0, high - y)]], fmt="o", color="#2c5f8a", capsize=3)
        axes.annotate(str(count), (x, y), textcoords="offset points", xytext=(7, -10), fontsize=8, color="#555")
    axes.set(xlabel="claimed probability", ylabel="share that is the element", xlim=(0, 1), ylim=(0, 1.02))
    axes.set_title(f"{len(told)} claims on real pages, each product judged without it", fontsize=10)
    axes.legend(loc="upper left", fontsize=8)
    figure.tight_layout()
    figure.savefig(file)


def draw_survival(told: list[dict[str, object]], file: Path) -> None:
    """A bar for each kind of change: right, needlessly refused, wrong."""
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for recording in told:
        for step in recording["steps"]:  # type: ignore[attr-defined]
            for case in step["cases"]:
                kind = f"{case['kind']}{' (gone)' if case['gone'] else ''}"
                count[kind]["right" if case["right"] else "wrong" if case["grade"] == "wrong" else "refuses"] += 1
    kinds = sorted(count, key=lambda kind: (count[kind]["right"] / count[kind].total(), kind))
    figure, axes = plt.subplots(figsize=(8, 0.24 * len(kinds) + 1.4), dpi=120)
    left = [0.0] * len(kinds)
    for name, colour in _COLOURS.items():
        shares = [count[kind][name.split(",")[0]] / count[kind].total() for kind in kinds]
        axes.barh(kinds, shares, left=left, color=colour, label=name)
        left = [at + share for at, share in zip(left, shares, strict=True)]
    for place, kind in enumerate(kinds):
        axes.annotate(str(count[kind].total()), (1.01, place), va="center", fontsize=7, color="#555")
    axes.set(xlim=(0, 1.06), xlabel="share of the cases (their number on the right)")
    axes.tick_params(axis="y", labelsize=8)
    total = sum(count.values(), Counter())
    axes.set_title(f"{total.total()} changes to pages: {total['wrong']} would click wrong", fontsize=10)
    axes.invert_yaxis()
    axes.margins(y=0.01)
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.05), ncols=len(_COLOURS), fontsize=8, frameon=False)
    figure.tight_layout()
    figure.savefig(file)


def main(facts: Path, generated: Path, into: Path) -> None:
    draw_calibration(claims(cases_of(read_facts(facts))), into / "calibration.png")
    draw_survival(json.loads(generated.read_text(encoding="utf-8")), into / "survival.png")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("facts", type=Path)
    options.add_argument("generated", type=Path)
    options.add_argument("--into", type=Path, default=Path("docs"))
    given = options.parse_args()
    main(given.facts, given.generated, given.into)
