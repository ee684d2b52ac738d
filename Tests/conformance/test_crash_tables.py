"""After `kill -9`: transactions are whole or not there, and each acknowledged change stands in its stream once, in order per key."""

import collections
import os
import random
import threading
import time

import botocore.exceptions
import pytest

from test_dynamodb import create
from test_dynamodb_streams import VIEW, stream_of

ROUNDS = int(os.environ.get("APUS_TEST_CRASH_ROUNDS", "20"))
TABLES = ("crash-left", "crash-right")
KEYS = 12


class Load:
    """Writes until stopped; remembers the changes that were acknowledged and those in doubt, by their numbers."""

    def __init__(self, server, seed):
        self.server, self.random, self.lock, self.stopping = server, random.Random(seed), threading.Lock(), False
        self.acknowledged, self.transactions, self.count = set(), {}, 0

    def number(self):
        with self.lock:
            self.count += 1
            return self.count

    def run(self):
        dynamodb = self.server.client("dynamodb", retries=0, connect_timeout=2, read_timeout=5)
        while not self.stopping:
            number = self.number()
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


def records(server, table):
    streams = server.client("dynamodbstreams")
    arn = stream_of(server.client("dynamodb"), table)
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


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_transactions_and_streams_outlive_random_kills(own_server, seed):
    server = own_server
    chance = random.Random(seed)
    load = Load(server, seed)
    for table in TABLES:
        create(server.client("dynamodb"), table, StreamSpecification=VIEW)
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
    told = collections.Counter()
    for table in TABLES:
        changes = records(server, table)
        numbers = [change["SequenceNumber"] for change in changes]
        assert numbers == sorted(set(numbers)), f"seed {seed}: the stream of {table} is out of order"
        items = {}
        for change in changes:
            key = change["Keys"]["pk"]["S"]
            assert items.get(key) == change.get("OldImage"), f"seed {seed}: a record of {table} does not follow"
            items[key] = change["NewImage"]
            told[int(change["NewImage"]["n"]["N"])] += 1
        there = server.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
        assert {item["pk"]["S"]: item for item in there} == items, f"seed {seed}: {table} is not what its stream tells"
    assert len(load.acknowledged) > ROUNDS
    for number in range(1, load.count + 1):
        whole = load.transactions.get(number, 1)
        if number in load.acknowledged:
            assert told[number] == whole, f"seed {seed}: {number} was acknowledged and told {told[number]} times"
        else:
            assert told[number] in (0, whole), f"seed {seed}: {number} was done in part"
