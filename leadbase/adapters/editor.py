"""The person's editor: started without a shell, so that no file name is ever a command."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from leadbase.errors import LeadbaseError

_USUAL = ("notepad",) if sys.platform == "win32" else ("sensible-editor", "editor", "vim", "nano", "vi")


def edit(path: Path) -> None:
    """Open a file in $VISUAL, else $EDITOR, else the first usual editor there is, and wait until it is closed.

    Raises LeadbaseError when there is no editor, or it cannot be started or says that it failed.
    """
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or next(filter(shutil.which, _USUAL), "")
    try:
        command = shlex.split(named, posix=sys.platform != "win32")
        if not command:
            raise LeadbaseError("no editor was found", "set EDITOR to a command such as vim")
        done = subprocess.run([*command, str(path)], check=False)  # noqa: S603 - the person's own command, no shell
    except (OSError, ValueError) as error:
        raise LeadbaseError(
            f"the editor '{named}' cannot be started: {error}", "set EDITOR to a command such as vim"
        ) from error
    if done.returncode:
        raise LeadbaseError(f"the editor '{named}' failed", "the lead is as it was saved last")
