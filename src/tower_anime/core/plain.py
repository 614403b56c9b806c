"""Pages of a few sentences, for where the studio is not: they need nothing but themselves."""

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
"""What a page's policy has as `style-src`."""


def page(title: str, content: str) -> bytes:
    """A page with a heading, and what stands under it."""
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tower Anime</title>
<style>{_STYLE}</style>
<h1>{title}</h1>
{content.strip()}
</html>
""".encode()
