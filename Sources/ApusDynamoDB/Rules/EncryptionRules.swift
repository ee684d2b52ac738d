internal import ApusBase
package import ApusService
internal import DynamoDBItems

/// Server-side encryption as tables are told to have it. It is kept and told: there is no KMS, and the data directory's encryption
/// is its disk's. So a table may have the key that AWS manages, of which nobody could ever see more than its name, and no key of
/// one's own, which could be disabled or taken away.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
package enum EncryptionRules {
    /// What a request asks for; nil where it asks for nothing.
    package static func encryption(
        _ specification: SSESpecification?, of table: TableReference
    ) throws(ServiceError) -> TableEncryption? {
        guard let specification else { return nil }
        guard specification.enabled == true else {
            guard specification.sseType == nil else {
                throw ItemError.parameters("SSEType can not be specified if Enabled is false").service
            }
            guard specification.kmsMasterKeyId == nil else {
                throw ItemError.parameters("KMSMasterKeyId can not be specified if Enabled is false").service
            }
            return .ownedKey
        }
        guard specification.sseType != "AES256" else {
            throw ItemError.parameters("SSEType AES256 is not supported").service
        }
        if let key = specification.kmsMasterKeyId {
            guard specification.sseType != nil else {
                throw ItemError.parameters("SSEType KMS is required if KMSMasterKeyId is specified").service
            }
            try TableRules.checkSupported([("KMSMasterKeyId", !table.isManagedKey(key))])
        }
        return .managedKey
    }

    /// What UpdateTable makes of a table's encryption.
    package static func change(
        _ specification: SSESpecification?, of table: inout OpenTable
    ) throws(ServiceError) {
        guard let wanted = try Self.encryption(specification, of: table.reference) else { return }
        let current = table.record.encryption
        if current == .ownedKey, wanted == .ownedKey {
            throw ItemError.parameters("Table is already encrypted by default").service
        }
        if current == .managedKey, specification?.kmsMasterKeyId == table.reference.managedKey {
            throw ItemError.parameters(
                "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key"
            ).service
        }
        table.record.encryption = wanted
    }

    /// A change of encryption is the only one of its request.
    package static func checkAlone(_ input: UpdateTableInput) throws(ServiceError) {
        guard input.sseSpecification != nil, input.changesMore else { return }
        throw ItemError.parameters("Server-Side Encryption modification must be the only operation in the request").service
    }
}

extension TableReference {
    /// The ARN of `alias/aws/dynamodb` in the table's account and region: always the same key.
    var managedKey: String {
        let digits = Hex.encode(
            Array(Digest.sha256(Array("\(self.account) \(self.region) aws/dynamodb".utf8)).prefix(16)))
        var id = ""
        for (place, digit) in digits.enumerated() {
            if place == 8 || place == 12 || place == 16 || place == 20 { id += "-" }
            id.append(digit)
        }
        return ARN(service: "kms", region: self.region, account: self.account, resource: "key/\(id)").description
    }

    fileprivate func isManagedKey(_ key: String) -> Bool {
        let alias = "alias/aws/dynamodb"
        let arn = ARN(service: "kms", region: self.region, account: self.account, resource: alias).description
        return key == alias || key == arn || key == self.managedKey || self.managedKey.hasSuffix(":key/\(key)")
    }
}

extension OpenTable {
    /// nil with AWS's own key.
    var encryptionDescription: SSEDescription? {
        guard self.record.encryption == .managedKey else { return nil }
        return SSEDescription(status: "ENABLED", sseType: "KMS", kmsMasterKeyArn: self.reference.managedKey)
    }
}
