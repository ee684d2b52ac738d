"""Scalable targets of DynamoDB's tables, kept and told, through boto3."""

import pytest

NAMES = {
    "ServiceNamespace": "dynamodb", "ResourceId": "table/scaled", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}


@pytest.fixture
def scaling(server):
    return server.client("application-autoscaling")


def test_a_target_and_its_policy_are_told_as_they_were_given(scaling):
    arn = scaling.register_scalable_target(MinCapacity=5, MaxCapacity=50, Tags={"team": "a"}, **NAMES)["ScalableTargetARN"]
    target = scaling.describe_scalable_targets(ServiceNamespace="dynamodb", ResourceIds=["table/scaled"])["ScalableTargets"][0]
    assert (target["MinCapacity"], target["MaxCapacity"], target["ScalableTargetARN"]) == (5, 50, arn)
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"team": "a"}
    tracking = {
        "TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}}
    policy = {"PolicyName": "reads", "PolicyType": "TargetTrackingScaling", **NAMES}
    made = scaling.put_scaling_policy(TargetTrackingScalingPolicyConfiguration=tracking, **policy)
    assert made["Alarms"] == []
    told = scaling.describe_scaling_policies(**NAMES)["ScalingPolicies"]
    assert [(one["PolicyARN"], one["TargetTrackingScalingPolicyConfiguration"]) for one in told] == [
        (made["PolicyARN"], tracking)]
    scaling.delete_scaling_policy(PolicyName="reads", **NAMES)
    scaling.deregister_scalable_target(**NAMES)
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        scaling.deregister_scalable_target(**NAMES)


def test_what_is_missing_is_refused_by_name(scaling):
    with pytest.raises(scaling.exceptions.ClientError) as refused:
        scaling.describe_scaling_activities(ServiceNamespace="dynamodb")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
