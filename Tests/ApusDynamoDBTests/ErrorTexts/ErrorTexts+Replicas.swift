/// Replicas: `plain` has one in eu-west-2, and is asked in eu-west-1.
extension ErrorText {
    private static func update(_ table: String, _ updates: String, _ rest: String = "") -> String {
        #"{"TableName":"\#(table)","ReplicaUpdates":[\#(updates)]\#(rest)}"#
    }
    private static func create(_ region: String) -> String { #"{"Create":{"RegionName":"\#(region)"}}"# }
    private static let nothing = #"{"Update":{"RegionName":"eu-west-2"}}"#
    private static let third = create("eu-west-3")
    private static let classOverride = #"{"Update":{"RegionName":"eu-west-2","TableClassOverride":"STANDARD"}}"#
    private static let local = validation(
        "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required."
    )
    private static let noMember = validation(
        "Update global table operation failed because one or more replicas were not part of the global table. Please retry the request without these replicas: [eu-west-3]."
    )
    private static let alone = parameters("Replica modification must be the only operation in the request")
    private static let noActions = validation(
        "There are no actions specified in the Replica Update Action of the request.")

    static let replicas: [ErrorText] = [
        ErrorText("UpdateTable", update("plain", create("eu-west-1")), local, .finding(223)),
        ErrorText("UpdateTable", update("plain", #"{"Delete":{"RegionName":"eu-west-1"}}"#), local, .finding(223)),
        ErrorText(
            "UpdateTable", update("plain", create("eu-west-2")),
            validation(
                "Failed to create a the new replica of table with name: 'plain' because one or more replicas already existed as tables."
            ), .finding(203)),
        ErrorText("UpdateTable", update("plain", #"{"Delete":{"RegionName":"eu-west-3"}}"#), noMember, .finding(203)),
        ErrorText(
            "UpdateTable",
            update("plain", #"{"Update":{"RegionName":"eu-west-3","TableClassOverride":"STANDARD"}}"#), noMember,
            .finding(223)),
        ErrorText("UpdateTable", update("plain", nothing), noActions, .finding(223)),
        ErrorText("UpdateTable", update("plain", "{}"), noActions, .finding(223)),
        ErrorText(
            "UpdateTable", update("plain", third + "," + create("eu-north-1")),
            validation("Update table operation with more than one create or delete replica actions not allowed"),
            .finding(265)),
        // The same region twice is two actions first.
        ErrorText(
            "UpdateTable", update("plain", third + "," + third),
            validation("Update table operation with more than one create or delete replica actions not allowed"),
            .finding(265)),
        ErrorText(
            "UpdateTable", update("plain", classOverride + "," + classOverride),
            validation("Cannot target multiple regions with the same action"), .finding(442)),
        ErrorText(
            "UpdateTable",
            update("plain", #"{"Create":{"RegionName":"eu-west-3"},"Delete":{"RegionName":"eu-west-2"}}"#),
            validation("Update table operation with more than one type of replica actions not allowed."),
            .finding(223)),
        ErrorText("UpdateTable", update("plain", third, #","DeletionProtectionEnabled":true"#), alone, .finding(224)),
        ErrorText("UpdateTable", update("plain", third, #","TableClass":"STANDARD""#), alone, .finding(224)),
        ErrorText(
            "UpdateTable", update("plain", third, #","StreamSpecification":{"StreamEnabled":false}"#), alone,
            .finding(224)),
        ErrorText(
            "UpdateTable", update("fixed", third),
            validation("Table write capacity should either be Pay-Per-Request or AutoScaled."),
            .thread("hashicorp/terraform-provider-aws/issues/13097")),
        ErrorText(
            "UpdateTable", #"{"TableName":"plain","StreamSpecification":{"StreamEnabled":false}}"#,
            parameters("Disabling Stream is not allowed for a Global Table replica."),
            .thread("hashicorp/terraform-provider-aws/issues/34450")),
        ErrorText(
            "DeleteTable", #"{"TableName":"plain"}"#,
            validation(
                "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 hours."
            ), .finding(266)),
    ]
}
