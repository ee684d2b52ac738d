/// What a body reads and writes: a consistent view, under the writes of its own and of the bodies before it in the group.
///
/// A body is synchronous and may be run again, so it has no effect but what it does here. Effects for after the commit are
/// registered with `afterCommit` and `signal`; those of a run that did not commit are dropped.
///
/// What is generic over a key is compiled for each key in the services: called through witness tables it costs several times as
/// much. For that all it touches is `@usableFromInline`: of what is only `package` no other module sees a body, `@inlinable` or
/// not.
@usableFromInline package struct Transaction: ~Copyable {
    private let view: any StorageView
    private let overlay: Overlay?
    private let budget: ReadBudget
    private var keysRead = 0
    private var bytesRead = 0
    private var keysWritten = 0
    private var bytesWritten = 0
    private var effects: [Effect] = []

    /// Something to do once the writes are durable.
    enum Effect: Sendable {
        case signal(Channel)
        case run(@Sendable () -> Void)
    }

    /// - Parameter overlay: nil for a transaction that only reads.
    init(view: any StorageView, overlay: Overlay?, budget: ReadBudget = .whole) {
        self.view = view
        self.overlay = overlay
        self.budget = budget
    }

    /// Whether writes are allowed.
    package var isReadOnly: Bool { self.overlay == nil }

    // MARK: Reading

    /// The value under `key`, or nil.
    @inlinable package mutating func get<Key: StoreKey>(_ key: Key) throws(StoreError) -> Key.Value? {
        switch try self.find(key.encoded) {
        case .nothing: nil
        case .bytes(let bytes): try Key.Value(decoding: bytes, tag: Key.tag)
        case .shared(let record): try record.value(Key.Value.self, tag: Key.tag)
        }
    }

    /// Whether anything lies under `key`.
    @inlinable package mutating func contains<Key: StoreKey>(_ key: Key) throws(StoreError) -> Bool {
        switch try self.find(key.encoded) {
        case .nothing: false
        case .bytes: true
        case .shared(let record): record.bytes != nil
        }
    }

    /// The values under `keys`, in their order. One round trip where an engine has round trips.
    @inlinable package mutating func get<Key: StoreKey>(all keys: [Key]) throws(StoreError) -> [Key.Value?] {
        var values: [Key.Value?] = []
        values.reserveCapacity(keys.count)
        for key in keys { values.append(try self.get(key)) }
        return values
    }

    @usableFromInline mutating func find(_ key: [UInt8]) throws(StoreError) -> FoundRecord {
        try self.countRead()
        switch self.overlay?.lookup(key) ?? .below {
        case .value(let bytes): return .bytes(bytes)
        case .deleted: return .nothing
        case .below: break
        }
        let found = try self.view.find(key)
        if case .bytes(let bytes) = found {
            self.bytesRead += bytes.count
            try self.checkRead()
        }
        return found
    }

    /// Up to `limit` keys and values of `range`, in key order or backwards.
    @inlinable package mutating func page<Key: StoreKey>(
        _ range: KeyRange<Key>, direction: ScanDirection = .forward, limit: Int
    ) throws(StoreError) -> [(key: Key, value: Key.Value)] {
        var result: [(key: Key, value: Key.Value)] = []
        try self.scan(range, direction: direction) { (key, value) throws(StoreError) in
            guard result.count < limit else { return .stop }
            result.append((key, value))
            return result.count < limit ? .next : .stop
        }
        return result
    }

    /// The first key and value of `range` in `direction`, or nil.
    @inlinable package mutating func first<Key: StoreKey>(
        _ range: KeyRange<Key>, direction: ScanDirection = .forward
    ) throws(StoreError) -> (key: Key, value: Key.Value)? {
        try self.page(range, direction: direction, limit: 1).first
    }

    /// Calls `body` for each key of `range`, in key order or backwards, until it answers `.stop`.
    ///
    /// Each visited key counts against the body's budget, so a scan that consumes an unbounded range must stop itself and go
    /// on in another transaction.
    @inlinable package mutating func scan<Key: StoreKey>(
        _ range: KeyRange<Key>, direction: ScanDirection = .forward,
        _ body: (Key, Key.Value) throws(StoreError) -> ScanStep
    ) throws(StoreError) {
        var failure: StoreError?
        try self.scanBytes(start: range.start, end: range.end, direction: direction) { key, value in
            do throws(StoreError) {
                var decoder = KeyDecoder(Array(key))
                let typed: Key
                do { typed = try Key(from: &decoder) } catch { throw .corrupt(Key.tag, reason: "key") }
                guard decoder.isAtEnd else { throw .corrupt(Key.tag, reason: "key has more bytes than fields") }
                return try body(typed, Key.Value(decoding: Array(value), tag: Key.tag)) == .next
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
    }

    /// The number of keys in `range`, counting no further than `limit`. O(result).
    @inlinable package mutating func count<Key: StoreKey>(_ range: KeyRange<Key>, limit: Int) throws(StoreError) -> Int
    {
        var count = 0
        guard limit > 0 else { return 0 }
        try self.scanBytes(start: range.start, end: range.end, direction: .forward) { _, _ in
            count += 1
            return count < limit
        }
        return count
    }

    @usableFromInline mutating func scanBytes(
        start: [UInt8], end: [UInt8], direction: ScanDirection,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) {
        guard bytesAreOrdered(start, end) else { return }
        var visited = 0
        var bytes = 0
        let budget = self.budget.keys - self.keysRead
        let bytesLeft = self.budget.bytes - self.bytesRead
        let counted: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool = { key, value in
            visited += 1
            bytes += value.count
            return visited <= budget && bytes <= bytesLeft && body(key, value)
        }
        if let overlay = self.overlay, !overlay.isEmpty {
            // What a cleared range hides costs as much to walk over as what it does not.
            let skip: () -> Bool = {
                visited += 1
                return visited <= budget
            }
            try MergedScan.run(
                view: self.view, overlay: overlay, start: start, end: end, direction: direction, skip: skip, counted)
        } else {
            try self.view.scan(start: start, end: end, direction: direction, counted)
        }
        self.keysRead += visited
        self.bytesRead += bytes
        try self.checkRead()
    }

    private mutating func countRead() throws(StoreError) {
        self.keysRead += 1
        try self.checkRead()
    }

    private func checkRead() throws(StoreError) {
        if self.keysRead > self.budget.keys {
            throw .budgetExceeded(reason: "more than \(self.budget.keys) keys read")
        }
        if self.bytesRead > self.budget.bytes {
            throw .budgetExceeded(reason: "more than \(self.budget.bytes) bytes read")
        }
    }

    // MARK: Writing

    /// Sets the value under `key`.
    @inlinable package mutating func put<Key: StoreKey>(_ key: Key, _ value: Key.Value) throws(StoreError) {
        let keyBytes = key.encoded
        let valueBytes = value.encoded
        try self.countWrite(Key.tag, keyBytes: keyBytes.count, valueBytes: valueBytes.count)
        self.set(keyBytes, valueBytes)
    }

    /// Deletes `key`, whether or not there is anything under it.
    @inlinable package mutating func delete<Key: StoreKey>(_ key: Key) throws(StoreError) {
        let keyBytes = key.encoded
        try self.countWrite(Key.tag, keyBytes: keyBytes.count, valueBytes: 0)
        self.set(keyBytes, nil)
    }

    /// Deletes every key of `range` with one write, however many there are.
    package mutating func clear<Key: StoreKey>(_ range: KeyRange<Key>) throws(StoreError) {
        try self.countWrite(Key.tag, keyBytes: range.start.count + range.end.count, valueBytes: 0)
        self.writable.clear(start: range.start, end: range.end)
    }

    @usableFromInline mutating func countWrite(_ tag: KeyTag, keyBytes: Int, valueBytes: Int) throws(StoreError) {
        guard keyBytes <= StoreLimits.keyBytes * 2 else { throw .keyTooLong(tag) }
        guard valueBytes <= StoreLimits.valueBytes else {
            throw .budgetExceeded(reason: "a value of \(valueBytes) bytes")
        }
        self.keysWritten += 1
        self.bytesWritten += keyBytes + valueBytes
        guard self.keysWritten <= StoreLimits.keysWritten, self.bytesWritten <= StoreLimits.bytesWritten else {
            throw .budgetExceeded(reason: "\(self.keysWritten) keys and \(self.bytesWritten) bytes written")
        }
    }

    @usableFromInline func set(_ key: [UInt8], _ value: [UInt8]?) { self.writable.set(key, value) }

    private var writable: Overlay {
        guard let overlay = self.overlay else { preconditionFailure("a write in a transaction that only reads") }
        return overlay
    }

    // MARK: Savepoints

    /// A state to which a transaction can return.
    package struct Savepoint {
        fileprivate let mark: Int
        fileprivate let effects: Int
    }

    /// The state now. Savepoints nest; rolling back to one drops those made after it.
    package func savepoint() -> Savepoint { Savepoint(mark: self.overlay?.mark ?? 0, effects: self.effects.count) }

    /// Undoes every write and effect since `savepoint`.
    package mutating func rollback(to savepoint: Savepoint) {
        self.overlay?.rollback(to: savepoint.mark)
        self.effects.removeLast(self.effects.count - savepoint.effects)
    }

    // MARK: After the commit

    /// Runs `effect` once the writes are durable: while others wait for the same, so it must be short and must not block.
    package mutating func afterCommit(_ effect: @escaping @Sendable () -> Void) { self.effects.append(.run(effect)) }

    /// Tells those who wait on `channel`, once the writes are durable.
    package mutating func signal(_ channel: Channel) { self.effects.append(.signal(channel)) }

    consuming func takeEffects() -> [Effect] { self.effects }
}

/// Whether a scan goes on.
@usableFromInline package enum ScanStep: Sendable { case next, stop }
