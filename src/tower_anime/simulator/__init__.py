"""A faithful ComfyUI server on a real socket, for tests, the demo and trying things out."""
