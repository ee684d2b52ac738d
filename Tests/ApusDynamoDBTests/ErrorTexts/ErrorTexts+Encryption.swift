/// Encryption of tables; `plain` has AWS's own key.
extension ErrorText {
    private static func update(_ encryption: String, _ rest: String = "") -> String {
        #"{"TableName":"plain","SSESpecification":{\#(encryption)}\#(rest)}"#
    }

    static let encryption: [ErrorText] = [
        ErrorText(
            "UpdateTable", update(#""Enabled":false,"SSEType":"KMS""#),
            parameters("SSEType can not be specified if Enabled is false"), .finding(442)),
        ErrorText(
            "UpdateTable", update(#""KMSMasterKeyId":"alias/aws/dynamodb""#),
            parameters("KMSMasterKeyId can not be specified if Enabled is false"), .finding(442)),
        ErrorText(
            "UpdateTable", update(#""Enabled":true,"KMSMasterKeyId":"alias/aws/dynamodb""#),
            parameters("SSEType KMS is required if KMSMasterKeyId is specified"), .finding(442)),
        ErrorText(
            "UpdateTable", update(#""Enabled":true,"SSEType":"AES256""#),
            parameters("SSEType AES256 is not supported"), .finding(442)),
        ErrorText(
            "UpdateTable", update(#""Enabled":false"#), parameters("Table is already encrypted by default"),
            .finding(79)),
        ErrorText("UpdateTable", update(""), parameters("Table is already encrypted by default"), .finding(442)),
        ErrorText(
            "UpdateTable", update(#""Enabled":true"#, #","DeletionProtectionEnabled":true"#),
            parameters("Server-Side Encryption modification must be the only operation in the request"), .finding(442)),
    ]
}
