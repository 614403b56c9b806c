"""A faithful ComfyUI server on a real socket, for tests and for trying things out.

It speaks as a ComfyUI 0.3.64 was recorded to speak, runs the graphs that it is sent with small
pictures in place of models, and can be told to fail (`behaviour.py`). `handle.py` runs it in a
thread of this process, `tower-anime comfyui-simulator` as a process of its own; `control.py` is
the HTTP interface by which either is told how to behave.
"""
