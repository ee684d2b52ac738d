/// Global tables of version 2017.11.29, and auto scaling of replicas.
extension ErrorText {
    static let globalTables: [ErrorText] = [
        ErrorText(
            "CreateGlobalTable",
            #"{"GlobalTableName":"acktable","ReplicationGroup":[{"RegionName":"ap-southeast-2"},{"RegionName":"us-east-1"}]}"#,
            "TableNotFoundException: Table not found: Table: 'acktable' not found in region: 'ap-southeast-2'.",
            .words("https://github.com/aws-controllers-k8s/community/issues/1034")),
        ErrorText(
            "DescribeGlobalTable", #"{"GlobalTableName":"none"}"#,
            "GlobalTableNotFoundException: Global table not found: Global table with name: 'none' does not exist.",
            .api("DescribeGlobalTable")),
        ErrorText(
            "DescribeGlobalTable", #"{"GlobalTableName":"no"}"#,
            constraint("'no'", "globalTableName", "Member must have length greater than or equal to 3"),
            .api("DescribeGlobalTable")),
        ErrorText(
            "ListGlobalTables", #"{"Limit":0}"#,
            constraint("'0'", "limit", "Member must have value greater than or equal to 1"), .api("ListGlobalTables")),
        ErrorText(
            "UpdateGlobalTableSettings", #"{"GlobalTableName":"none","GlobalTableProvisionedWriteCapacityUnits":0}"#,
            constraint(
                "'0'", "globalTableProvisionedWriteCapacityUnits",
                "Member must have value greater than or equal to 1"),
            .api("UpdateGlobalTableSettings")),
        ErrorText(
            "DescribeTableReplicaAutoScaling", #"{"TableName":"none"}"#,
            "ResourceNotFoundException: Requested resource not found: Table: none not found",
            .api("DescribeTableReplicaAutoScaling")),
        ErrorText(
            "UpdateTableReplicaAutoScaling",
            #"{"TableName":"plain","ProvisionedWriteCapacityAutoScalingUpdate":{"MinimumUnits":0}}"#,
            constraint(
                "'0'", "provisionedWriteCapacityAutoScalingUpdate.minimumUnits",
                "Member must have value greater than or equal to 1"),
            .api("AutoScalingSettingsUpdate")),
    ]
}
