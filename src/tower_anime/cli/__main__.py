"""`python -m tower_anime.cli`."""

from tower_anime.cli import main

main()
