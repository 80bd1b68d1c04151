"""Whether two icons show the same, told from what their families call them; pure."""

from __future__ import annotations

from functools import lru_cache

from replayer.wording import same_picture, words_of


@lru_cache(maxsize=16384)
def icon_likeness(one: str, two: str) -> float:
    """1 for the same picture, 0 for another, a half where it is not known."""
    if one == two:
        return 1.0
    left, right = _icon_words(one), _icon_words(two)
    if not left or not right:
        return 0.5
    shared = sum(any(same_picture(word, other) for other in right) for word in left)
    return shared / len(left)


@lru_cache(maxsize=4096)
def _icon_words(icon: str) -> tuple[str, ...]:
    """The words of an icon's names without those of its family and variant: ``fa-trash-o`` is ``trash``."""
    words = [word for token in icon.split() if not _is_drawing(token) for word in words_of(token)]
    return tuple(dict.fromkeys(word for word in words if word not in _FAMILY and len(word) > 1))


def _is_drawing(token: str) -> bool:
    """A path's data, or a class that a build made."""
    digits = sum(sign.isdigit() for sign in token)
    return digits > 0.25 * len(token) or token.startswith(("css-", "sc-", "jss"))


_FAMILY = {
    *(
        "fa",
        "fas",
        "far",
        "icon",
        "glyphicon",
        "bi",
        "mdi",
        "ion",
        "ti",
        "md",
        "svg",
        "btn",
        "button",
        "alt",
        "outline",
    ),
    *(
        "outlined",
        "solid",
        "regular",
        "light",
        "fill",
        "filled",
        "circle",
        "square",
        "sm",
        "lg",
        "xs",
        "default",
        "tool",
    ),
    *("primary", "secondary", "danger", "success", "warning", "box", "link", "img", "feather", "lucide", "tabler"),
    *(
        "nav",
        "item",
        "root",
        "dropdown",
        "caret",
        "angle",
        "arrow",
        "ripple",
        "block",
        "flat",
        "info",
        "label",
        "badge",
    ),
}
