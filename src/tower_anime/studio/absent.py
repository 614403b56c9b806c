"""The page that stands where the studio would be, while it is not built."""

from __future__ import annotations

from tower_anime.core import plain

PAGE = plain.page(
    "Tower Anime is running",
    """
<p>Its web studio is not built here. To build it, run <code>make studio</code> in the project's
folder, where the npm registry can be reached, and load this page again. A wheel of Tower Anime
brings it along.</p>
<p>Everything that the studio does can be done without it: <a href="/docs">try the API out</a>,
<a href="/redoc">read about it</a>, or use the command line, <code>tower-anime --help</code>.</p>
""",
)
