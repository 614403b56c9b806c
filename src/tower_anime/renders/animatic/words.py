"""Reading a shot's free words: hour, weather, place, framing, camera move and grade. Pure.

Words are looked for in English, Japanese and Chinese. Latin words match from their beginning
("mountain" finds "mountains", "sun" does not find "unsung"), the others anywhere; a hyphen in a
table stands for a hyphen or a space in the text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

Hour = Literal["night", "dawn", "day", "dusk"]
Weather = Literal["clear", "rain", "snow", "fog", "cloud"]
Place = Literal[
    "bamboo", "rooftop", "palace", "room", "street", "city", "sea", "forest", "mountain",
    "village", "heaven", "field",
]  # fmt: skip
Framing = Literal["wide", "medium", "close"]
Move = Literal["static", "push", "pull", "left", "right", "up", "down"]
Grade = Literal["plain", "mono", "sepia", "pastel", "neon", "noir"]
Kind = TypeVar("Kind", bound=str)

# Where words of several kinds occur, the kind listed first wins: the more telling ones lead.
_HOURS: Mapping[Hour, str] = {
    "dawn": "dawn sunrise daybreak morning 夜明け 朝 暁 黎明 清晨 早晨 日出",
    "dusk": "dusk sunset evening twilight golden-hour 夕 黄昏 日没 傍晚 日落 晚霞",
    "night": "night tonight midnight moon star lantern 夜 満月 月光 月の 月が 星空 晚上 月亮 明月",
    "day": "day noon afternoon sunny sunlight 昼 午後 白天 中午 下午 阳光",
}
_WEATHERS: Mapping[Weather, str] = {
    "snow": "snow blizzard 雪",
    "rain": "rain storm drizzle downpour thunder 雨 嵐 雷",
    "fog": "fog mist haze hazy 霧 霞 雾 靄",
    "cloud": "overcast cloudy gloomy 曇 阴天 多云",
}
_PLACES: Mapping[Place, str] = {
    "bamboo": "bamboo 竹",
    "rooftop": "rooftop roof-top 屋上 屋顶 天台",
    "heaven": "heaven above-the-clouds outer-space celestial moon-palace 天上 天界 雲海 宇宙 云海",
    "palace": "palace throne court imperial castle temple shrine 宮 御所 城内 寺 神社 宫 皇",
    "street": "street alley crossing station 通り 路地 駅 街道 街头 小路 车站",
    "room": "room bedroom classroom kitchen office inside interior indoors window veranda"
    " 部屋 教室 縁側 窓 房间 屋里 窗",
    "city": "city town skyline tokyo downtown skyscraper 街 都会 東京 城市 都市 ビル",
    "sea": "sea seaside ocean beach shore coast harbor harbour wave lake river 海 浜 湖 川 河 岸",
    "forest": "forest wood jungle grove tree 森 林 木立 木々 树 樹",
    "mountain": "mountain peak cliff valley volcano fuji summit 山 峰 崖 谷",
    "village": "village hut cottage house farm garden 村 里山 民家 庭 农",
    "field": "field meadow grass hill plain 野原 草原 丘 田",
}
_FRAMINGS: Mapping[Framing, str] = {
    "close": "close-up closeup close face アップ 顔 特写 近景 特寫",
    "wide": "wide establishing long-shot full-shot aerial panorama ロング 引き 全景 远景 遠景 俯瞰",
    "medium": "medium mid-shot waist bust two-shot ミディアム 中景",
}
# A description speaks of faces and long roads without meaning the lens.
_FRAMINGS_IN_PROSE: Mapping[Framing, str] = {
    "close": "close-up closeup クローズアップ 特写 特寫",
    "wide": "wide-shot wide-view establishing panorama aerial ロングショット 全景 远景 俯瞰",
}
_MOVES: Mapping[Move, str] = {
    "static": "static still locked フィックス 固定 静止",
    "pull": "pull zoom-out dolly-out dolly-back track-out ズームアウト トラックバック 引く 拉",
    "left": "left 左",
    "right": "right 右",
    "down": "down 下 ダウン",
    "up": "up rise rising 上",
    "push": "push zoom dolly track-in ズーム トラック 寄 推",
}
_BARE_MOVES: Mapping[Move, str] = {"right": "pan track パン 摇", "up": "tilt crane ティルト"}
_GRADES: Mapping[Grade, str] = {
    "noir": "noir gritty",
    "mono": "monochrome black-and-white manga ink sumi 白黒 水墨 黑白",
    "sepia": "sepia vintage retro nostalgic セピア 复古",
    "pastel": "pastel watercolor watercolour soft gentle 水彩 柔",
    "neon": "neon cyberpunk vivid synthwave ネオン 赛博",
}


@dataclass(frozen=True)
class Scenery:
    """What the backdrop shows."""

    hour: Hour
    weather: Weather
    place: Place


@lru_cache(maxsize=128)
def _pattern(words: str) -> re.Pattern[str]:
    def one(word: str) -> str:
        text = re.escape(word).replace(r"\-", "[- ]")
        return rf"(?<![a-z-]){text}" if word.isascii() else text

    return re.compile("|".join(map(one, words.split())))


def _leading(text: str, table: Mapping[Kind, str]) -> Kind | None:
    """The kind listed first of those that the text speaks of."""
    return next((kind for kind, words in table.items() if _pattern(words).search(text)), None)


def scenery(description: str) -> Scenery:
    """The scenery of a description; what it leaves open is a clear day in the fields."""
    text = description.lower()
    return Scenery(
        hour=_leading(text, _HOURS) or "day",
        weather=_leading(text, _WEATHERS) or "clear",
        place=_leading(text, _PLACES) or "field",
    )


def framing(camera: str, description: str) -> Framing:
    """How close the camera stands; the camera's own words come before the description's."""
    told = _leading(camera.lower(), _FRAMINGS)
    return told or _leading(description.lower(), _FRAMINGS_IN_PROSE) or "medium"


def move(camera: str) -> Move | None:
    """The camera's move, the first that is named, or None when none is."""
    text = re.sub("close[- ]?up", "close", camera.lower())
    hits = [
        (hit.start(), kind)
        for kind, words in _MOVES.items()
        if (hit := _pattern(words).search(text))
    ]
    # "pan left" names its direction; "pan" alone does not.
    return min(hits, key=lambda hit: hit[0])[1] if hits else _leading(text, _BARE_MOVES)


def grade(style: str) -> Grade:
    """The colour treatment that a project's style asks for."""
    return _leading(style.lower(), _GRADES) or "plain"
