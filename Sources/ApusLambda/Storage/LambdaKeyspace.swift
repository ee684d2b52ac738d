package import ApusBase
package import ApusStore

/// `4001, account, region, name`: a function by its name.
package struct FunctionKey: RegionalKey {
    package typealias Value = FunctionRecord
    package static let tag = KeyTag.lambdaFunction
    package var account: String
    package var region: String
    package var name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }
}

/// `4002, function`: the resource policy of a function.
package struct FunctionPolicyKey: StoreKey {
    package typealias Value = FunctionPolicyRecord
    package static let tag = KeyTag.lambdaFunctionPolicy
    package var function: UInt64

    package init(function: UInt64) { self.function = function }
    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.function) }
    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.function = try decoder.readInteger() }
}

/// The statements of a function's resource policy.
package struct FunctionPolicyRecord: StoreValue, Equatable {
    package struct Statement: Equatable, Sendable {
        package var id: String
        /// The statement's JSON text.
        package var json: String

        package init(id: String, json: String) {
            self.id = id
            self.json = json
        }
    }
    /// In the order in which they were added.
    package var statements: [Statement]
    package var revisionID: String

    package init(statements: [Statement], revisionID: String) {
        self.statements = statements
        self.revisionID = revisionID
    }

    /// The policy as GetPolicy answers it and as decisions read it.
    package var document: String {
        #"{"Version":"2012-10-17","Id":"default","Statement":["# + self.statements.map(\.json).joined(separator: ",")
            + "]}"
    }

    package func encode(into writer: inout RecordWriter) {
        writer.array(self.statements) { writer, statement in
            writer.string(statement.id)
            writer.string(statement.json)
        }
        writer.string(self.revisionID)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.statements = try reader.readArray { (reader) throws(RecordError) in
            Statement(id: try reader.readString(), json: try reader.readString())
        }
        self.revisionID = try reader.readString()
    }
}
