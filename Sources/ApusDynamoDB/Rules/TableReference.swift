internal import ApusBase
package import ApusService

/// A table as a request names it: by its name, or by its ARN, which may be of another account.
package struct TableReference: Hashable, Sendable {
    package let account: String
    package let region: String
    package let name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }

    /// The table that `text` names in a call. `parameter` is what messages call it.
    package init(
        _ text: String, in call: borrowing Call, parameter: String = "TableName"
    ) throws(ServiceError) {
        if text.hasPrefix("arn:") {
            try self.init(arn: text, in: call)
        } else {
            try Self.check(name: text, parameter: parameter)
            self.init(account: call.account, region: call.region, name: text)
        }
    }

    /// The table that an ARN names: `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`.
    package init(arn text: String, in call: borrowing Call) throws(ServiceError) {
        guard text.hasPrefix("arn:") else {
            throw CommonError.validation(
                "One or more parameter values were invalid: ARNs must start with 'arn:': \(text)")
        }
        guard let arn = ARN(text), arn.service == "dynamodb", arn.resource.hasPrefix("table/") else {
            throw CommonError.validation("Invalid TableArn: Invalid ResourceArn provided as input \(text)")
        }
        let name = String(arn.resource.dropFirst("table/".count))
        guard Self.isName(name), arn.account.utf8.count == 12, arn.region == call.region else {
            throw CommonError.validation("Invalid TableArn: Invalid ResourceArn provided as input \(text)")
        }
        self.init(account: arn.account, region: arn.region, name: name)
    }

    package var key: TableKey { TableKey(account: self.account, region: self.region, name: self.name) }

    package var arn: String { "arn:aws:dynamodb:\(self.region):\(self.account):table/\(self.name)" }

    package func arn(ofIndex index: String) -> String { "\(self.arn)/index/\(index)" }

    package func arn(ofStream label: String) -> String { "\(self.arn)/stream/\(label)" }

    /// Refuses a name that no table can have.
    package static func check(name: String, parameter: String = "TableName") throws(ServiceError) {
        let count = name.unicodeScalars.count
        guard DynamoDBLimits.nameCharacters.contains(count) else {
            throw CommonError.validation(
                "\(parameter) must be at least 3 characters long and at most 255 characters long")
        }
        guard Self.isName(name) else {
            throw CommonError.validation(
                "1 validation error detected: Value '\(name)' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
            )
        }
    }

    /// Letters, digits, `_`, `.` and `-`, as many as a name has.
    package static func isName(_ text: String) -> Bool {
        guard DynamoDBLimits.nameCharacters.contains(text.utf8.count) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
