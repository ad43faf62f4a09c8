"""What `saigen export` wrote, in the folder that `--exports` names: `ro-crate`, `croissant`, `codecheck`
and `citation`, each read by the programs that such files are for. No test needs a network.
"""

import shutil
from pathlib import Path

import pytest


def pytest_addoption(parser):
    parser.addoption("--exports", type=Path, required=True, help="the folder with the exports")


@pytest.fixture(scope="session")
def exports(request):
    return request.config.getoption("--exports").resolve()


@pytest.fixture
def spare(exports, tmp_path):
    """A copy of an export, to be altered."""
    return lambda of: Path(shutil.copytree(exports / of, tmp_path / of.replace("/", "-")))
