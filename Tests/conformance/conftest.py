import pytest

import functions
from apus import Server

SLOW = "test_terraform.py"


def pytest_collection_modifyitems(items):
    """What runs beside the others is waited for at the end."""
    items.sort(key=lambda item: item.path.name == SLOW)


def pytest_collection_finish(session):
    if any(item.path.name == SLOW for item in session.items) and not session.config.option.collectonly:
        import test_terraform

        test_terraform.begin()


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


@pytest.fixture
def open_server():
    """The same, with functions that can leave files where tests find them."""
    server = Server("--set", "functions.isolation=process")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def role(server):
    """An execution role that may do what the tests' functions do."""
    return functions.create_role(server, "tests")
