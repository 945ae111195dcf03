"""The rules of the worked examples, built once."""

import pytest

from leadbase.core.rules import Rules
from tests.core.scoring.worked_examples import example_rules


@pytest.fixture(scope="session")
def rules() -> Rules:
    return example_rules()
