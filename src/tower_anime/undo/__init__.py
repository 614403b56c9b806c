"""Taking changes back: of projects, characters, branches, scenes, shots and cuts alike."""
