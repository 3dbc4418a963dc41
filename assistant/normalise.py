"""Typed text → plain text: one width, one script, nothing invisible.

NFKC folds full-width forms (Unicode Annex 15); OpenCC turns traditional characters into
simplified ones; format, control and private-use characters are dropped.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

_KEPT = frozenset("，。；：！？（）①②③④⑤⑥⑦⑧⑨⑩")
"""What stays as it is: a full-width comma would read as one between thousands, ① as a figure."""
_BRACKETED = re.compile(r"[（(]((?![一二三四五六七八九十])[\u4e00-\u9fff])[）)]")
"""One character that may be left out (首台（套）); people type it without brackets."""
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def clean(text: str) -> str:
    """Return the text as typed, less what can't be seen; line breaks and tabs become spaces."""
    spaced = re.sub(r"[\s\u2028\u2029]+", " ", text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED)
    return kept.strip()


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Return the text cleaned, in half width, simplified Chinese, with lower-case Latin."""
    folded = "".join(
        character if character in _KEPT else unicodedata.normalize("NFKC", character)
        for character in unicodedata.normalize("NFC", clean(text))
    )
    simplified = _converter().convert(folded) if re.search(r"[\u4e00-\u9fff]", folded) else folded
    spaced = re.sub(r"\s+", " ", str(simplified).lower()).strip()
    return _BRACKETED.sub(r"\1", spaced)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
