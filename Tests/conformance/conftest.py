import pytest

import functions
from apus import Server


@pytest.fixture(scope="session")
def server():
    """One server for all tests that do not kill it; names in tests are their own."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def own_server():
    """A server for tests that kill or fill it."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def role(server):
    """An execution role that may do what the tests' functions do."""
    return functions.create_role(server, "tests")
