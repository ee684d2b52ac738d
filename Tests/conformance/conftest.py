import importlib

import pytest

import functions
from apus import Server

# What takes long because it waits. It begins before all other tests and runs beside them, with servers of its own; its tests
# come last and wait for its end.
BESIDE = ["test_example.py", "test_logs_retention.py", "test_terraform.py"]

# What takes all that the machine can do: after all others, so that nothing runs beside it any more.
ALONE = "test_overload.py"


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: (item.path.name == ALONE, item.path.name in BESIDE))


def pytest_collection_finish(session):
    if not session.config.option.collectonly:
        for name in sorted({item.path.stem for item in session.items if item.path.name in BESIDE}):
            importlib.import_module(name).begin()


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
