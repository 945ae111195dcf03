"""The three grades by their canonical keys."""

QUOTABLE = "quotable"
NEEDS_VERIFICATION = "needs-verification"
NOT_ADOPTED = "not-adopted"
