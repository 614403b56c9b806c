"""ComfyUI graphs with bindings: which of their inputs take the prompt, the seed, a picture…"""
