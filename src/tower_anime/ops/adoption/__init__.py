"""Adopting the first service's database: its file becomes ours, and nothing in it is lost.

`service` decides and wires, `files` makes it all or nothing, `schema` knows the first service's
tables and `others` what else was in its file, `takeover` writes its rows, `rows` tells what they
are as rows of ours, and `values` reads one cell.
"""
