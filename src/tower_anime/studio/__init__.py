"""The web studio: its built files, served. Its sources are in `web/`."""
