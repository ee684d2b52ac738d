/// The numbers of the store, with their reasons.
package enum StoreLimits {
    /// Bytes of a key: a PostgreSQL index entry ends at 2,704.
    package static let keyBytes = 2_600
    /// Bytes of a value; larger things go to the blob store.
    package static let valueBytes = 2 << 20
    /// Keys one body may read before it is cut off.
    package static let keysRead = 200_000
    /// Keys one body may read on an event loop, and bytes of their values. A key of a scan costs 1 to 2 µs.
    package static let briefKeys = 300
    package static let briefBytes = 192 << 10
    /// Keys one body may write: the largest request, PutLogEvents with its 10,000 events, writes two for each and some more.
    package static let keysWritten = 24_000
    /// Bytes of keys and values one body may write.
    package static let bytesWritten = 32 << 20
    /// Bodies that wait for the writer; one more is refused with `StoreError.overloaded`.
    package static let waitingBodies = 8_192
    /// Requests are throttled when they would wait longer than this for the writer. 99 of 100 that are taken are to be answered
    /// within 250 ms, and under overload most of a request's time goes by before anybody looks at it, in sockets. What waits
    /// for so long is still a group or more of the largest.
    package static let requestWaitNanoseconds: UInt64 = 25_000_000
    /// Waiting bodies up to which nothing is throttled, however slow the disk: a quarter of the largest group.
    package static let bodiesAlwaysTaken = 128
    /// Bodies that are committed as one batch at most.
    package static let bodiesPerGroup = 512
    /// Bodies that must wait while the disk works for a second thread to run them. Fewer cost more in wake-ups of threads than
    /// their running beside the disk saves: with 32 clients on two cores 5 µs of a SendMessage's 34.
    package static let worthHelping = 64
    /// Keys written after which a group is closed: the overlay keeps them sorted, at a cost that grows with their number.
    package static let keysPerGroup = 20_000
    /// Bytes of writes after which a group is closed.
    package static let bytesPerGroup = 8 << 20
}
