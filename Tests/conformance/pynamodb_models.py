"""What test_pynamodb.py runs in a Python of its own: models of PynamoDB on tables of Apus. It fails by an assertion."""

import os

from pynamodb.attributes import (
    ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, VersionAttribute)
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection, LocalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
REGION = os.environ["AWS_REGION"]


class ByState(GlobalSecondaryIndex):
    class Meta:
        index_name = "by-state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    at = NumberAttribute(range_key=True)


class States(LocalSecondaryIndex):
    class Meta:
        index_name = "states"
        projection = KeysOnlyProjection()

    customer = UnicodeAttribute(hash_key=True)
    state = UnicodeAttribute(range_key=True)


class Address(MapAttribute):
    city = UnicodeAttribute()
    number = NumberAttribute(null=True)


class Order(Model):
    class Meta:
        table_name = "pynamodb-orders"
        host = ENDPOINT
        region = REGION
        billing_mode = "PAY_PER_REQUEST"

    customer = UnicodeAttribute(hash_key=True)
    at = NumberAttribute(range_key=True)
    state = UnicodeAttribute(default="open")
    total = NumberAttribute(default=0)
    labels = UnicodeSetAttribute(null=True)
    lines = ListAttribute(null=True)
    address = Address(null=True)
    version = VersionAttribute()
    by_state = ByState()
    states = States()


def refused(error, action):
    try:
        action()
    except error as caught:
        return caught
    raise AssertionError(f"{error.__name__} was expected")


def items():
    order = Order("ada", 1, total=5, labels={"a", "b"}, lines=[1, "two", {"three": 3}], address=Address(city="Turin", number=7))
    order.save()
    assert order.version == 1
    read = Order.get("ada", 1, consistent_read=True)
    assert (read.total, read.labels, read.lines) == (5, {"a", "b"}, [1, "two", {"three": 3}])
    assert (read.address.city, read.address.number) == ("Turin", 7)

    order.update(actions=[Order.total.add(3), Order.labels.delete({"a"}), Order.lines.set(Order.lines.append(["four"]))])
    assert (order.total, order.labels, order.lines[-1], order.version) == (8, {"b"}, "four", 2)
    read.total = 100
    assert refused(PutError, read.save).cause_response_code == "ConditionalCheckFailedException"
    assert refused(UpdateError, lambda: order.update(actions=[Order.total.set(1)], condition=Order.state == "paid"))
    order.delete()
    refused(DoesNotExist, lambda: Order.get("ada", 1))


def batches_and_pages():
    with Order.batch_write() as batch:
        for number in range(60):
            batch.save(Order("grace", number, state="paid" if number % 3 == 0 else "open", total=number))
    assert [order.at for order in Order.query("grace", Order.at.between(10, 13))] == [10, 11, 12, 13]
    assert [order.at for order in Order.query("grace", scan_index_forward=False, limit=2)] == [59, 58]
    assert len(list(Order.query("grace", page_size=7))) == 60
    assert Order.count("grace", filter_condition=Order.total > 49) == 10
    assert [order.at for order in Order.by_state.query("paid", ByState.at < 9)] == [0, 3, 6]
    assert len(list(Order.states.query("grace", States.state == "paid"))) == 20
    assert sum(1 for _ in Order.scan(Order.state.startswith("op"), page_size=11)) == 40
    assert len(list(Order.batch_get([("grace", number) for number in range(60)]))) == 60

    page = Order.query("grace", limit=5)
    assert len(list(page)) == 5
    following = Order.query("grace", limit=5, last_evaluated_key=page.last_evaluated_key)
    assert [order.at for order in following] == [5, 6, 7, 8, 9]


def transactions():
    connection = Connection(region=REGION, host=ENDPOINT)
    with TransactWrite(connection=connection) as transaction:
        transaction.save(Order("alan", 1, total=1))
        transaction.save(Order("alan", 2, total=2))
    with TransactGet(connection=connection) as transaction:
        futures = [transaction.get(Order, "alan", number) for number in (1, 2)]
    assert [future.get().total for future in futures] == [1, 2]

    def refuse():
        with TransactWrite(connection=connection) as transaction:
            transaction.save(Order("alan", 3))
            transaction.condition_check(Order, "alan", 1, condition=Order.total == 9)

    caught = refused(TransactWriteError, refuse)
    # PynamoDB sends the checks first.
    assert [reason and reason.code for reason in caught.cancellation_reasons] == ["ConditionalCheckFailed", None]
    refused(DoesNotExist, lambda: Order.get("alan", 3))


assert not Order.exists()
Order.create_table(wait=True)
assert Order.exists()
items()
batches_and_pages()
transactions()
Order.delete_table()
assert not Order.exists()
