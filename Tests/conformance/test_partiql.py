"""DynamoDB's PartiQL under boto3: statements, batches, transactions."""

import pytest
from botocore.exceptions import ClientError
from test_dynamodb import create


@pytest.fixture
def dynamodb(server):
    return server.client("dynamodb")


def fill(dynamodb, name):
    table = create(dynamodb, name, sort="N")
    for number in range(5):
        dynamodb.execute_statement(
            Statement=f'INSERT INTO "{table}" VALUE {{\'pk\': ?, \'sk\': ?, \'tags\': ?}}',
            Parameters=[{"S": "a"}, {"N": str(number)}, {"SS": ["x"]}])
    return table


def code(error):
    return error.value.response["Error"]["Code"]


def test_statements_select_change_and_delete(dynamodb):
    table = fill(dynamodb, "partiql-basic")
    found = dynamodb.execute_statement(
        Statement=f'SELECT sk FROM "{table}" WHERE pk=? AND sk BETWEEN 1 AND 3 ORDER BY sk DESC', Parameters=[{"S": "a"}])
    assert found["Items"] == [{"sk": {"N": "3"}}, {"sk": {"N": "2"}}, {"sk": {"N": "1"}}]
    changed = dynamodb.execute_statement(
        Statement=f"UPDATE \"{table}\" SET tags = SET_ADD(tags, <<'y'>>) SET n = 1 WHERE pk='a' AND sk=1 RETURNING ALL NEW *")
    assert changed["Items"][0]["n"] == {"N": "1"}
    assert sorted(changed["Items"][0]["tags"]["SS"]) == ["x", "y"]
    gone = dynamodb.execute_statement(Statement=f"DELETE FROM \"{table}\" WHERE pk='a' AND sk=1 RETURNING ALL OLD *")
    assert gone["Items"][0]["n"] == {"N": "1"}
    with pytest.raises(ClientError) as error:
        dynamodb.execute_statement(Statement=f"INSERT INTO \"{table}\" VALUE {{'pk':'a','sk':2}}")
    assert code(error) == "DuplicateItemException"
    with pytest.raises(ClientError) as error:
        dynamodb.execute_statement(Statement="SLECT")
    assert error.value.response["Error"]["Message"] == (
        "Statement wasn't well formed, can't be processed: Expected data manipulation")


def test_pages_follow_each_other(dynamodb):
    table = fill(dynamodb, "partiql-pages")
    seen, token = [], {}
    while True:
        page = dynamodb.execute_statement(Statement=f'SELECT * FROM "{table}"', Limit=2, **token)
        seen += [item["sk"]["N"] for item in page["Items"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert sorted(seen) == ["0", "1", "2", "3", "4"]


def test_batches_fail_by_statement(dynamodb):
    table = fill(dynamodb, "partiql-batch")
    answer = dynamodb.batch_execute_statement(
        Statements=[
            {"Statement": f"INSERT INTO \"{table}\" VALUE {{'pk':'b','sk':1}}"},
            {"Statement": f"INSERT INTO \"{table}\" VALUE {{'pk':'a','sk':1}}"},
        ])
    assert [r.get("Error", {}).get("Code") for r in answer["Responses"]] == [None, "DuplicateItem"]
    read = dynamodb.batch_execute_statement(
        Statements=[{"Statement": f'SELECT * FROM "{table}" WHERE pk=? AND sk=?', "Parameters": [{"S": "b"}, {"N": "1"}]}])
    assert read["Responses"][0]["Item"] == {"pk": {"S": "b"}, "sk": {"N": "1"}}


def test_transactions_are_whole(dynamodb):
    table = fill(dynamodb, "partiql-transaction")
    statements = [
        {"Statement": f"INSERT INTO \"{table}\" VALUE {{'pk':'t','sk':1}}"},
        {"Statement": f"EXISTS(SELECT * FROM \"{table}\" WHERE pk='a' AND sk=9)"},
    ]
    with pytest.raises(ClientError) as error:
        dynamodb.execute_transaction(TransactStatements=statements)
    assert code(error) == "TransactionCanceledException"
    assert [r["Code"] for r in error.value.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert dynamodb.execute_statement(Statement=f"SELECT * FROM \"{table}\" WHERE pk='t'")["Items"] == []
    statements[1]["Statement"] = f"EXISTS(SELECT * FROM \"{table}\" WHERE pk='a' AND sk=1)"
    dynamodb.execute_transaction(TransactStatements=statements)
    assert len(dynamodb.execute_statement(Statement=f"SELECT * FROM \"{table}\" WHERE pk='t'")["Items"]) == 1
