"""`nox` runs the tests on every Python that leadbase promises, where the interpreters are installed."""

import nox

nox.options.error_on_missing_interpreters = False


@nox.session(python=["3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    session.install(".[dev]")
    session.run("python", "-m", "pytest", *session.posargs)
