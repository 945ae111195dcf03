"""The actions: one file per thing leadbase can do. They take a Workspace and return values; they print nothing."""
