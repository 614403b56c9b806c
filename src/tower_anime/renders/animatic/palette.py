"""The colours of a painting, from its hour, weather and the project's style. Pure."""

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass, replace

from .words import Grade, Hour, Scenery, Weather

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """`sky` from the zenith to the horizon; `far` is what distance fades to, `near` what it leaves.

    `light` is the sun's or moon's colour, `lamp` that of lit windows, `ambient` what characters
    are multiplied by.
    """

    sky: tuple[Color, ...]
    far: Color
    near: Color
    ground: Color
    light: Color
    lamp: Color
    ambient: Color


_HOURS: dict[Hour, Palette] = {
    "night": Palette(
        sky=((9, 13, 42), (22, 34, 84), (52, 72, 132), (104, 118, 168)),
        far=(72, 90, 146), near=(10, 14, 38), ground=(22, 28, 60),
        light=(250, 244, 214), lamp=(255, 206, 120), ambient=(188, 198, 240),
    ),
    "dawn": Palette(
        sky=((74, 104, 178), (150, 160, 214), (246, 190, 190), (255, 226, 190)),
        far=(206, 170, 190), near=(56, 58, 96), ground=(104, 100, 124),
        light=(255, 246, 220), lamp=(255, 224, 170), ambient=(250, 232, 232),
    ),
    "day": Palette(
        sky=((36, 116, 214), (86, 164, 238), (160, 212, 250), (224, 244, 252)),
        far=(150, 192, 222), near=(34, 88, 70), ground=(104, 158, 92),
        light=(255, 255, 240), lamp=(206, 228, 246), ambient=(255, 255, 255),
    ),
    "dusk": Palette(
        sky=((48, 40, 108), (136, 70, 132), (238, 118, 96), (255, 196, 112)),
        far=(214, 112, 108), near=(40, 24, 58), ground=(84, 50, 78),
        light=(255, 232, 170), lamp=(255, 214, 130), ambient=(255, 224, 206),
    ),
}  # fmt: skip
_GREY: dict[Weather, float] = {"clear": 0.0, "cloud": 0.55, "rain": 0.62, "snow": 0.5, "fog": 0.5}


def mix(a: Color, b: Color, t: float) -> Color:
    """The colour a part `t` of the way from `a` to `b`."""
    return (
        round(a[0] + (b[0] - a[0]) * t),
        round(a[1] + (b[1] - a[1]) * t),
        round(a[2] + (b[2] - a[2]) * t),
    )


def hue(turn: float, lightness: float = 0.76, saturation: float = 0.72) -> Color:
    """A colour by its place on the wheel, `turn` in whole turns."""
    r, g, b = hls_to_rgb(turn % 1, lightness, saturation)
    return (round(r * 255), round(g * 255), round(b * 255))


def _treat(color: Color, grade: Grade) -> Color:
    h, lightness, s = rgb_to_hls(*(part / 255 for part in color))
    match grade:
        case "mono" | "noir":
            return hue(0.6, lightness**1.4 if grade == "noir" else lightness, 0.04)
        case "sepia":
            return mix(color, hue(0.09, lightness, 0.35), 0.7)
        case "pastel":
            return hue(h, lightness + (1 - lightness) * 0.22, s * 0.72)
        case "neon":
            return mix(hue(h, lightness, min(1.0, s * 1.35)), hue(0.84, lightness, 0.9), 0.22)
        case "plain":
            return color


def _weathered(color: Color, weather: Weather, veil: Color) -> Color:
    return mix(color, mix(veil, (sum(color) // 3,) * 3, 0.5), _GREY[weather])


def palette(scenery: Scenery, grade: Grade) -> Palette:
    """The palette of a scenery; weather greys the hour's colours, the grade treats them all."""
    base = _HOURS[scenery.hour]
    veil = mix((166, 174, 186), base.near, 0.62 if scenery.hour == "night" else 0.2)

    def out(color: Color) -> Color:
        return _treat(_weathered(color, scenery.weather, veil), grade)

    ground = mix(base.ground, (232, 238, 248), 0.6) if scenery.weather == "snow" else base.ground
    return replace(
        base,
        sky=tuple(out(color) for color in base.sky),
        far=out(base.far),
        near=out(base.near),
        ground=out(ground),
        light=_treat(base.light, grade),
        lamp=_treat(base.lamp, grade),
        ambient=_treat(mix(base.ambient, veil, _GREY[scenery.weather] * 0.3), grade),
    )
