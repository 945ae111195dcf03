"""Showing one lead: what its file says and what the rules make of it."""

from datetime import date

from leadbase.errors import LeadFileError
from leadbase.workspace import Scored, Workspace


def show_lead(workspace: Workspace, wanted: str, as_of: date | None = None) -> Scored:
    """The lead a person calls `wanted`, assessed as of a day (None: its own).

    Raises LeadNotFound, or LeadFileError with the problems of a file that cannot be read.
    """
    reading = workspace.read(workspace.path_of(wanted))
    scored = workspace.assess(reading, as_of)
    if scored is None:
        raise LeadFileError(reading.problems)
    return scored
