"""After `kill -9`: transactions are whole or not there, and each acknowledged change stands in its stream once, in order per key.
Of global tables this holds in each region, and all regions have the same."""

import collections
import os
import random
import threading
import time

import botocore.exceptions
import pytest

from apus import REGION, eventually
from test_dynamodb import create
from test_dynamodb_replicas import OTHER, replicas, replicate
from test_dynamodb_streams import VIEW, stream_of

ROUNDS = int(os.environ.get("APUS_TEST_CRASH_ROUNDS", "20"))
TABLES = ("crash-left", "crash-right")
KEYS = 12


class Load:
    """Writes until stopped, each time in one of the regions; remembers the changes that were acknowledged and those in doubt, by
    their numbers."""

    def __init__(self, server, seed, regions):
        self.server, self.random, self.lock, self.stopping = server, random.Random(seed), threading.Lock(), False
        self.regions = regions
        self.acknowledged, self.transactions, self.count = set(), {}, 0

    def number(self):
        with self.lock:
            self.count += 1
            return self.count

    def run(self):
        clients = [
            self.server.client("dynamodb", region=region, retries=0, connect_timeout=2, read_timeout=5)
            for region in self.regions]
        while not self.stopping:
            number, dynamodb = self.number(), self.random.choice(clients)
            try:
                if number % 3 == 0:
                    self.transact(dynamodb, number)
                else:
                    self.update(dynamodb, number)
                with self.lock:
                    self.acknowledged.add(number)
            except dynamodb.exceptions.TransactionCanceledException:
                with self.lock:
                    self.transactions.pop(number)
            except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
                if self.stopping:
                    return
                time.sleep(0.01)

    def key(self):
        return {"pk": {"S": f"k{self.random.randrange(KEYS)}"}}

    def update(self, dynamodb, number):
        dynamodb.update_item(
            TableName=self.random.choice(TABLES), Key=self.key(), UpdateExpression="SET n = :n ADD steps :one",
            ExpressionAttributeValues={":n": {"N": str(number)}, ":one": {"N": "1"}})

    def transact(self, dynamodb, number):
        """Two items of each table get the number."""
        parts = []
        for table in TABLES:
            for key in self.random.sample(range(KEYS), 2):
                parts.append({"Update": {
                    "TableName": table, "Key": {"pk": {"S": f"k{key}"}}, "UpdateExpression": "SET n = :n ADD steps :one",
                    "ExpressionAttributeValues": {":n": {"N": str(number)}, ":one": {"N": "1"}}}})
        with self.lock:
            self.transactions[number] = len(parts)
        dynamodb.transact_write_items(TransactItems=parts, ClientRequestToken=f"token-{number}")


def records(server, table, region=REGION):
    streams = server.client("dynamodbstreams", region=region)
    arn = stream_of(server.client("dynamodb", region=region), table)
    found = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator)
            if not page["Records"]:
                break
            found += [record["dynamodb"] for record in page["Records"]]
            iterator = page.get("NextShardIterator")
    return found


def kill_again_and_again(server, seed, regions):
    """Rounds of load that end with `kill -9` and a start; the load, with what it knows."""
    chance = random.Random(seed)
    load = Load(server, seed, regions)
    for _ in range(ROUNDS):
        load.stopping = False
        threads = [threading.Thread(target=load.run) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.05, 0.6))
        server.kill()
        load.stopping = True
        for thread in threads:
            thread.join()
        server.start()
    assert len(load.acknowledged) > ROUNDS
    return load


def items_of(server, table, region=REGION):
    found = server.client("dynamodb", region=region).scan(TableName=table, ConsistentRead=True)["Items"]
    return {item["pk"]["S"]: item for item in found}


def judge(server, load, seed, region=REGION):
    """What was acknowledged is in a region's tables and streams once, what was not is there in whole or not at all."""
    told = collections.Counter()
    for table in TABLES:
        what = f"seed {seed}, {region}"
        changes = records(server, table, region)
        numbers = [change["SequenceNumber"] for change in changes]
        assert numbers == sorted(set(numbers)), f"{what}: the stream of {table} is out of order"
        items = {}
        for change in changes:
            key = change["Keys"]["pk"]["S"]
            assert items.get(key) == change.get("OldImage"), f"{what}: a record of {table} does not follow"
            items[key] = change["NewImage"]
            told[int(change["NewImage"]["n"]["N"])] += 1
        assert items_of(server, table, region) == items, f"{what}: {table} is not what its stream tells"
    for number in range(1, load.count + 1):
        whole = load.transactions.get(number, 1)
        if number in load.acknowledged:
            assert told[number] == whole, f"{what}: {number} was acknowledged and told {told[number]} times"
        else:
            assert told[number] in (0, whole), f"{what}: {number} was done in part"
    return told


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_transactions_and_streams_outlive_random_kills(own_server, seed):
    for table in TABLES:
        create(own_server.client("dynamodb"), table, StreamSpecification=VIEW)
    load = kill_again_and_again(own_server, seed, [REGION])
    judge(own_server, load, seed)


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_replicas_and_their_streams_outlive_random_kills(own_server, seed):
    here = own_server.client("dynamodb")
    for table in TABLES:
        create(here, table)
        replicate(here, table)
    eventually(lambda: all(replicas(here, table) == {OTHER: "ACTIVE"} for table in TABLES))
    load = kill_again_and_again(own_server, seed, [REGION, OTHER])
    assert judge(own_server, load, seed) == judge(own_server, load, seed, OTHER)
    for table in TABLES:
        assert items_of(own_server, table) == items_of(own_server, table, OTHER)
        # Changes of one key have one order, whichever region they came in by.
        orders = []
        for region in (REGION, OTHER):
            order = collections.defaultdict(list)
            for change in records(own_server, table, region):
                order[change["Keys"]["pk"]["S"]].append(change["NewImage"]["n"]["N"])
            orders.append(order)
        assert orders[0] == orders[1], f"seed {seed}: the regions tell {table} in different orders"
