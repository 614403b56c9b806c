"""The page that stands where the studio would be, while it is not built."""

from __future__ import annotations

import base64
import hashlib

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.5rem;"
    "color:#26252c;background:#faf9f7}code{background:#eceae5;padding:.1em .4em;border-radius:4px}"
    "a{color:#3b5bb5}@media(prefers-color-scheme:dark){body{color:#dddbe2;background:#17161b}"
    "code{background:#2a2830}a{color:#9db4f5}}"
)
STYLE_HASH = f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"

PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tower Anime</title>
<style>{_STYLE}</style>
<h1>Tower Anime is running</h1>
<p>Its web studio is not built here. To build it, run <code>make studio</code> in the project's
folder, where the npm registry can be reached, and load this page again. A wheel of Tower Anime
brings it along.</p>
<p>Everything that the studio does can be done without it: <a href="/docs">try the API out</a>,
<a href="/redoc">read about it</a>, or use the command line, <code>tower-anime --help</code>.</p>
</html>
""".encode()
