/// By which key of KMS a table is said to be encrypted.
package enum TableEncryption: UInt8, Sendable {
    /// AWS's own, of which nothing is told.
    case ownedKey = 1
    /// AWS's in the account, `alias/aws/dynamodb`.
    case managedKey = 2
}
