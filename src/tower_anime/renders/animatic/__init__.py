"""The `animatic` engine: a shot's words, cast and length drawn as a film, without any server.

Data flows one way: `words` reads what the shot says, `camera` and `composition` decide (pure)
where everything stands, `backdrop`, `figures` and `caption` paint it once, and `film` moves the
camera over the painting while another thread encodes. Entry: `film.draw`.
"""
