"""The packaged font, so that Japanese and Chinese are written on a machine without any."""

import unicodedata
from functools import lru_cache

from noto_cjk_sans_otc import FONT_PATH  # type: ignore[import-untyped]  # ships no types
from PIL import ImageFont

_JAPANESE, _KOREAN, _SIMPLIFIED, _TRADITIONAL = 0, 1, 2, 3  # faces of the font collection
# Common letters that only simplified Chinese writes.
_SIMPLIFIED_ONLY = frozenset("们这说对时会过还没为么个从东车长门问间马风飞鱼鸟让给谁吗话语请谢见")


def face_index(text: str, language: str) -> int:
    """The face whose letter forms suit the text: its own script first, then the language tag."""
    if any("\u3041" <= letter <= "\u30ff" for letter in text):
        return _JAPANESE
    if any("\uac00" <= letter <= "\ud7a3" for letter in text):
        return _KOREAN
    tag = language.lower()
    if tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
        return _TRADITIONAL
    if tag.startswith("zh") or not _SIMPLIFIED_ONLY.isdisjoint(text):
        return _SIMPLIFIED
    return _KOREAN if tag.startswith("ko") else _JAPANESE


def font(text: str, language: str, size: int) -> ImageFont.FreeTypeFont:
    """The face for a text, `size` pixels high."""
    return _load(face_index(text, language), max(1, size))


@lru_cache(maxsize=64)
def _load(index: int, size: int) -> ImageFont.FreeTypeFont:
    # The basic layout needs no library besides FreeType, and so is the same on every machine.
    return ImageFont.truetype(FONT_PATH, size, index, layout_engine=ImageFont.Layout.BASIC)


def printable(text: str) -> str:
    """The text in NFC without what the font has no shape for: controls, surrogates, emoji."""
    kept = (letter if _has_shape(letter) else " " for letter in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split())


def _has_shape(letter: str) -> bool:
    if letter >= "\U0001f000" and unicodedata.category(letter) in {"So", "Sk", "Cn"}:
        return False
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"} and not (
        "\ufe00" <= letter <= "\ufe0f"
    )
