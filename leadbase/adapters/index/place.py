"""Where a base's index lies: in the user's cache, never in the base, since a clone could bring a poisoned one."""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from leadbase.late import late

if TYPE_CHECKING:
    import platformdirs
else:
    platformdirs = late("platformdirs")

CACHE_VARIABLE = "LEADBASE_CACHE_DIR"
"""The environment variable that names the folder for the caches of all bases; empty counts as not set."""

_NAME_CHARACTERS = 40


def cache_folder(root: Path) -> Path:
    """The folder for what is kept of the base in `root`; it need not be there. Two bases never share one."""
    named = os.environ.get(CACHE_VARIABLE, "")
    top = Path(named).absolute() if named else platformdirs.user_cache_path("leadbase", appauthor=False)
    resolved = root.resolve()
    digest = hashlib.sha256(str(resolved).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    # the name is for a person who looks into the cache: short, and without what some file system would refuse
    name = "".join(each if each.isalnum() or each in "-_" else "-" for each in resolved.name[:_NAME_CHARACTERS])
    return top / f"{name or 'base'}-{digest}"
