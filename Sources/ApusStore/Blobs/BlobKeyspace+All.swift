/// Every key of the blobs' records, for those who explain keys.
package enum BlobKeys {
    package static let all: [any StoreKey.Type] = [BlobIntentKey.self, BlobGarbageKey.self, BlobKey.self]
}
