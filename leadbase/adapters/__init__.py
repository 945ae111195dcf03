"""The adapters: one for each outside thing - the folder, TOML settings, git, Jinja. They do not import one another."""
