"""Scripts of feature length, composed of public-domain prose: always the same for one length.

The prose is the beginning of 竹取物語 (The Tale of the Bamboo Cutter, about 900), and of the same
tale told in English words.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

LINES_A_PAGE = 55  # a page of a script, a minute of film

ACTION = [
    "今は昔、竹取の翁といふ者ありけり。野山にまじりて竹を取りつつ、よろづのことに使ひけり。",
    "An old man walks among the bamboo with an axe on his shoulder. It is hardly light.",
    "その竹の中に、もと光る竹なむ一筋ありける。あやしがりて寄りて見るに、筒の中光りたり。",
    "One stem shines at its root. He puts the axe down, and comes nearer on his knees.",
    "それを見れば、三寸ばかりなる人、いとうつくしうてゐたり。",
    "In the hollow sits a girl, three inches tall, and looks at him without any fear.",
    "翁、竹を取ること久しくなりぬ。勢ひ猛の者になりにけり。",
    "Gold runs out of the split bamboo and over his hands, and he does not look at it.",
    "この児、養ふほどに、すくすくと大きになりまさる。三月ばかりになるほどに、よきほどなる人になりぬ。",
    "THE MOON stands over the roof. She has turned her face to it and does not hear them call.",
    "世界の男、貴なるもいやしきも、いかでこのかぐや姫を得てしがなと、音に聞きめでてまどふ。",
    "Five suitors wait at the gate in the rain, each behind his own umbrella, none speaking.",
]
SPEECH = [
    ("@翁", "我が朝ごと夕ごとに見る竹の中におはするにて知りぬ。子になりたまふべき人なめり。"),
    ("OKINA (V.O.)", "I knew you by the bamboo that I look at every morning and every night."),
    ("@かぐや姫", "月の都の人なり。父母あり。"),
    (
        "KAGUYA",
        "(not turning round)\nI am of the city in the moon. I have a father there, and a mother.",
    ),
    ("@嫗", "(泣きながら)\nこは、なでふことのたまふぞ。"),
    ("THE PRINCE", "The jewelled branch of Horai. Here it is. I went for it myself."),
    ("KAGUYA (CONT'D)", "And the craftsmen in the yard,\nwho ask to be paid for it?"),
]
HEADINGS = [
    "INT. BAMBOO GROVE - NIGHT",
    ".竹林 - 夜明け",
    "EXT. THE OLD MAN'S HOUSE - DAY",
    ".翁の家 - 夕",
    "INT./EXT. ROOM OF SCREENS - MOONLIGHT",
    "EXT. GATE, IN THE RAIN - NIGHT",
]


def fountain(pages: int) -> str:
    """A script of that many pages, in Japanese and English."""
    lines = "\n".join(islice(_paragraphs(), pages * LINES_A_PAGE)).split("\n")
    return "\n".join(lines[: pages * LINES_A_PAGE]).rstrip() + "\n"


def _paragraphs() -> Iterator[str]:
    """Paragraphs without end, a blank line after each; no two scenes are the same."""
    action, speech = cycle(ACTION), cycle(SPEECH)
    for number, heading in enumerate(cycle(HEADINGS), 1):
        yield f"{heading}, {number} #{number}#\n"
        for _ in range(2 + number % 4):
            yield f"{next(action)} ({number})\n"
            for speaker, words in islice(speech, 1 + number % 3):
                yield f"{speaker}\n{words}\n"
