"""A release of Northdesk's UI as data: its words, and how it names inputs, ids, classes and hooks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from demo.northdesk.labels import LABELS
from demo.northdesk.options import Ui

_STATIC = Path(__file__).parent / "static"

_INPUT_NAMES: Mapping[Ui, Mapping[str, str]] = {
    "v1": {},
    "v2": {
        "full_name": "name",
        "email": "email_address",
        "customer_since": "start_date",
        "pin": "pin_code",
        "quantity": "qty",
        "delivery_date": "deliver_on",
        "subject": "topic",
    },
    "v3": {
        "username": "account",
        "full_name": "client[name]",
        "company": "client[organisation]",
        "email": "client[email]",
        "phone": "client[phone]",
        "plan": "subscription",
        "notes": "internal_notes",
        "customer": "client",
        "comment": "shipping_note",
        "message": "details",
    },
}

_ORDER_STEPS: Mapping[Ui, tuple[str, ...]] = {
    "v1": ("items", "delivery"),
    "v2": ("items", "delivery"),
    "v3": ("items", "delivery", "review"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One release of the UI. Fields and labels are asked for by meaning, which no release changes."""

    ui: Ui

    @property
    def order_steps(self) -> tuple[str, ...]:
        """Return the steps of the order wizard, in order."""
        return _ORDER_STEPS[self.ui]

    def say(self, label: str, **values: object) -> str:
        """Return this release's wording of ``label``, with ``values`` filled in."""
        return LABELS[self.ui][label].format(**values)

    def field_name(self, field: str) -> str:
        """Return the ``name`` of the input that means ``field``."""
        return _INPUT_NAMES[self.ui].get(field, field)

    def ident(self, plain: str) -> str:
        """Return the ``id`` attribute for what v1 calls ``plain``."""
        dashed = plain.replace("_", "-")
        return {"v1": dashed, "v2": f"el-{_digest(dashed, 6)}", "v3": f"nd-{dashed}-ctl"}[self.ui]

    def hook(self, plain: str) -> str:
        """Return the attribute by which the page's script finds an element."""
        return {"v1": f"data-{plain}", "v2": f"data-x{_digest(plain, 4)}", "v3": f"data-nd-{plain}"}[self.ui]

    def cls(self, plain: str) -> str:
        """Return the class attribute for space-separated ``plain`` classes."""
        return " ".join(self._class_name(name) for name in plain.split())

    def stylesheet(self) -> str:
        """Return the CSS with this release's class names, renamed as CSS Modules would."""
        css = (_STATIC / "base.css").read_text() + (_STATIC / f"{self.ui}.css").read_text()
        return re.sub(r"\.([a-z][a-z-]*)", lambda found: f".{self._class_name(found[1])}", css)

    def script(self) -> str:
        """Return the page's script with this release's hook names."""
        source = (_STATIC / "northdesk.js").read_text()
        return re.sub(r"\bdata-([a-z][a-z-]*)", lambda found: self.hook(found[1]), source)

    def _class_name(self, plain: str) -> str:
        camel = plain.title().replace("-", "")
        return {"v1": plain, "v2": f"{camel}_{_digest(plain, 5)}", "v3": f"nd-{plain}"}[self.ui]


def _digest(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length]
