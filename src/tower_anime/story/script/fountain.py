"""Fountain (fountain.io/syntax) to a story, and a story to Fountain. Pure.

What is read differs from the published syntax in what scripts in Japanese need: a forced heading
and a forced cue may begin with any letter, and a line with letters that know no capitals is no
cue. Emphasis stays as it is typed. See docs/adr on why no library reads it for us.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tower_anime.story.script import fountain_lines, marks
from tower_anime.story.script.breakdown import Breakdown
from tower_anime.story.script.fountain_lines import Source
from tower_anime.story.script.model import (
    Script,
    clean,
    lines_of,
    parse_number,
    refusal,
)

_EPISODE = re.compile(r"#\s*(?:episode|ep\.?|第)\s*(-?\d{1,20})\s*[話回]?", re.IGNORECASE)
_TITLE_PAGE = re.compile(
    r"(title|credit|authors?|source|notes|draft date|date|contact|copyright|revision)\s*:.*",
    re.IGNORECASE,
)


def read(text: str, episode: int | None = None) -> Script:
    """The story that a script tells; `episode` is that of scenes before any `# Episode 2`.

    Raises `Unprocessable` where there is no scene, or a boneyard is not closed.
    """
    reader = _Reader(Breakdown(episode), fountain_lines.sources(text))
    reader.read()
    if not reader.breakdown.begun:
        raise refusal(1, "a Fountain script has scene headings, such as `INT. ROOM - DAY`.")
    return reader.breakdown.script()


def _numbered(heading: str) -> tuple[str, str]:
    """A heading and the number between `#` at its end, if it has one."""
    if heading.endswith("#"):
        words, mark, number = heading[:-1].rpartition("#")
        if mark and number and not any(c.isspace() for c in number):
            return words.strip(), number
    return heading, ""


class _Reader:
    """Goes through the lines; holds the paragraph or the speech that is not at its end yet."""

    def __init__(self, breakdown: Breakdown, sources: Sequence[Source]) -> None:
        self.breakdown = breakdown
        self._sources = sources
        self._line = 0  # the source line at hand
        self._paragraph: list[str] = []
        self._begun = 0  # the source line where paragraph or speech began
        self._speaker: str | None = None  # who speaks, while somebody does
        self._pending: list[marks.Mark] = []
        self._after_blank = True

    def read(self) -> None:
        """Hand every part to the breakdown."""
        for index in range(self._after_title_page(), len(self._sources)):
            source = self._sources[index]
            self._line = source.number
            self._begin_shots(source)
            following = self._sources[index + 1].text if index + 1 < len(self._sources) else ""
            if not source.text.strip():
                self._blank(source)
            elif self._speaker is None:
                self._take(source.text.strip(), bool(following.strip()))
            else:
                self._paragraph.append(source.text)
            self._notes(source)
        self._flush()

    def _after_title_page(self) -> int:
        """The index of the first line after the title page, which the story has no place for."""
        first = next((i for i, s in enumerate(self._sources) if s.text.strip()), 0)
        if not self._sources or not _TITLE_PAGE.fullmatch(self._sources[first].text.strip()):
            return 0
        last = first
        while last < len(self._sources) and self._sources[last].text.strip():
            last += 1
        page = "\n".join(source.text for source in self._sources[first:last])
        self.breakdown.left_out(self._sources[first].number, "title page", page)
        return last

    def _blank(self, source: Source) -> None:
        if source.notes:  # a line of nothing but notes is as if it were not there
            return
        if self._speaker is not None and len(source.text) >= 2:
            self._paragraph.append("")  # two spaces: an empty line of the speech
            return
        self._flush()
        self._after_blank = True

    def _take(self, text: str, goes_on: bool) -> None:
        """A line that no speech holds; `goes_on` where the next one is not blank."""
        after_blank, self._after_blank = self._after_blank, False
        kind = fountain_lines.kind_of(text, after_blank=after_blank, goes_on=goes_on)
        if kind != "action":
            self._flush()
        match kind:
            case "action":
                self._hold(text.removeprefix("!"))
            case "heading":
                self._heading(text)
            case "cue":
                self._speaker = fountain_lines.speaker(text)
                self._begun = self._line
            case "lyrics":
                self._speaker = ""
                self._hold(text)
            case "section" if episode := _EPISODE.fullmatch(text):
                self.breakdown.episode = int(episode[1])
            case _:
                self.breakdown.left_out(self._line, kind, text)
        self._after_blank = kind in ("heading", "section", "synopsis", "page break")

    def _hold(self, text: str) -> None:
        if not self._paragraph:
            self._begun = self._line
        self._paragraph.append(text)

    def _heading(self, text: str) -> None:
        text, written = _numbered(text)
        number = parse_number(written)
        if written and number is None:
            self.breakdown.left_out(self._line, "scene number", written)
        if text.startswith("."):
            text = text[1:].strip().removeprefix("\\")
        self.breakdown.scene(self._line, fountain_lines.unescape(text), number)

    def _begin_shots(self, source: Source) -> None:
        """Marks that begin a shot stand before the words of their line."""
        for note in source.notes:
            mark = marks.read(fountain_lines.unescape(note))
            if mark is not None and mark.begins:
                self._flush()
                self.breakdown.mark(source.number, mark)

    def _notes(self, source: Source) -> None:
        """The other notes stand after the words of their line."""
        for note in source.notes:
            mark = marks.read(fountain_lines.unescape(note))
            if mark is None:
                self.breakdown.left_out(source.number, "note", note.strip())
            elif mark.begins:
                continue
            elif self._paragraph or self._speaker is not None:
                self._pending.append(mark)  # of the shot that this paragraph belongs to
            else:
                self.breakdown.mark(source.number, mark)

    def _flush(self) -> None:
        """Paragraph or speech is at its end."""
        text = fountain_lines.unescape(clean("\n".join(self._paragraph)))
        if self._speaker is not None:
            speaker = fountain_lines.unescape(self._speaker)
            for line in lines_of([(speaker, text)]):
                self.breakdown.speech(self._begun, line.speaker, line.line)
        elif self._paragraph:
            self.breakdown.action(self._begun, text)
        for mark in self._pending:
            self.breakdown.mark(self._begun, mark)
        self._pending.clear()
        self._paragraph.clear()
        self._speaker = None
