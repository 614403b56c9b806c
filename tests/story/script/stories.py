"""Stories as databases hold them, odd ones too, for the properties of scripts."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from hypothesis import strategies as st

from tower_anime.story.script.steps import StoredScene, StoredShot

# What a format might take for something else, at the beginning of a line or within it.
MARKERS = [
    *(
        "#",
        "##",
        "### Shot 3",
        "# Episode 2",
        "=",
        "= synopsis",
        "===",
        ".",
        "..",
        "...",
        "@",
        "@@",
    ),
    *("!", "!!", ">", "> CUT TO:", ">centred<", "~", "~la la", "[[", "]]", "[\\[", "[[4.5s]]"),
    *("[[shot 20]]", "/*", "*/", "/\\*", "\\", "\\\\", "-", "- camera: x", "- characters: y", "**"),
    *("**A:**", "**A:** b", "*", "^", "BOB ^", "(", "(beat)", "(V.O.)", "(CONT'D)", "INT. ROOM"),
    *("int. x", "EXT", "I/E CAR", "CUT TO:", "FADE OUT.", "ALL CAPS", "JOHN", "Title: x", "#1#"),
    *(
        "#12A#",
        "'=1+1",
        "'",
        "''",
        "+1",
        "-1",
        "=1+1",
        '"',
        '""',
        ",",
        ";",
        ":",
        "：",
        "A: b",
        ":**",
    ),
]
WORDS = [
    *(
        "かぐや姫",
        "翁",
        "竹取の翁",
        "「これは」",
        "第2話",
        "シーン 3",
        "月が綺麗ですね。",
        "ﾊﾛｰ",
        "が",
        "か\u3099",
    ),
    *(
        "🌸",
        "👩‍👧",
        "é",
        "e\u0301",
        "hello",
        "the moon",
        "Nana",
        "NANA",
        "Ren",
        "x",
        "1",
        "12",
        "ß",
    ),
]
SPACES = [
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n \n",
    "\n\n\n",
    "\t",
    "\u3000",
    "\r\n",
    "\r",
    "\x0b",
    "\x85",
    "\u2028",
]
PIECES = st.sampled_from(MARKERS) | st.sampled_from(WORDS) | st.sampled_from(SPACES)
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.lists(PIECES | st.text(LETTERS, max_size=3), max_size=5).map("".join)
NAMES = st.sampled_from(
    ["Nana", "NANA", "Ren (child)", "翁", "A;B", "姫", "O'Neil", 'Q"x', "Smith, J"]
)
SPEAKERS = NAMES | TEXTS.map(lambda text: text[:40])
DURATIONS = st.sampled_from([4.0, 2.0, 4.5, 0.1, 600.0, 3.3333333333]) | st.floats(0.001, 600)
NUMBERS = st.sampled_from([1, 2, 3, 10, 20, 30, -5, 0]) | st.integers(-(2**31), 2**31 - 1)
EPISODES = st.sampled_from([None, 1, 2, -1])


@st.composite
def spoken(draw: st.DrawFn) -> list[dict[str, object]]:
    lines = draw(st.lists(st.tuples(SPEAKERS, TEXTS), max_size=2))
    return [
        {"id": f"{n:08x}", "speaker": s, "line": text, "translations": {}, "media_id": None}
        for n, (s, text) in enumerate(lines)
    ]


SHOTS = st.builds(
    StoredShot,
    id=st.just(0),
    number=NUMBERS,
    position=st.sampled_from([1.0, 2.0, 2.5, 3.0]),
    lineage=st.just(0),
    description=TEXTS,
    dialogue=spoken(),
    duration=DURATIONS,
    camera=TEXTS,
    prompt=st.none() | TEXTS,
    negative_prompt=st.none() | TEXTS,
    seed=st.none() | st.sampled_from(["0", "18446744073709551615"]),
    carries=st.sampled_from([(), ("takes",)]),
)
SCENES = st.builds(
    StoredScene,
    id=st.just(0),
    number=NUMBERS,
    position=st.sampled_from([1.0, 2.0, 2.5]),
    lineage=st.just(0),
    episode=EPISODES,
    description=TEXTS,
    characters=st.lists(NAMES | TEXTS.map(lambda text: text or "?"), max_size=2).map(tuple),
    shots=st.lists(SHOTS, min_size=1, max_size=3).map(tuple),
)


def _told(scenes: list[StoredScene]) -> list[StoredScene]:
    """With ids and lineages of their own, in the order of the story."""
    ids = count(1)
    found = []
    for scene in scenes:
        shots = [replace(shot, id=n, lineage=n) for shot, n in zip(scene.shots, ids, strict=False)]
        shots.sort(key=lambda shot: (shot.position, shot.lineage))
        n = next(ids)
        found.append(replace(scene, id=n, lineage=n, shots=tuple(shots)))
    return sorted(
        found,
        key=lambda s: (s.episode is not None, s.episode or 0, s.number, s.position, s.lineage),
    )


BRANCHES = st.lists(SCENES, min_size=1, max_size=3).map(_told)
