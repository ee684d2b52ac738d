package import ApusBase
public import ApusStore

/// All that an operation sees: the request's facts, the transaction, the ports to other services, time and chance.
///
/// A body may be run again, so it has no effect but what it does here.
@usableFromInline package struct Call: ~Copyable {
    package private(set) var context: CallContext
    package let host: ServiceHost
    @usableFromInline var transaction: Transaction

    package init(context: CallContext, host: ServiceHost, transaction: consuming Transaction) {
        self.context = context
        self.host = host
        self.transaction = transaction
    }

    package var principal: Principal { self.context.principal }
    package var account: String { self.context.account }
    package var region: String { self.context.region }
    package var requestID: String { self.context.requestID }
    package var now: Timestamp { self.context.now }
    package var ports: Ports { self.host.ports }
    package var entropy: any Entropy { self.host.entropy }
    package var isReadOnly: Bool { self.transaction.isReadOnly }

    consuming func takeTransaction() -> Transaction { self.transaction }

    // MARK: Reading

    /// The value under `key`, or nil.
    @inlinable package mutating func get<Key: StoreKey>(_ key: Key) throws(ServiceError) -> Key.Value? {
        do { return try self.transaction.get(key) } catch { throw .store(error) }
    }

    @inlinable package mutating func get<Key: StoreKey>(all keys: [Key]) throws(ServiceError) -> [Key.Value?] {
        do { return try self.transaction.get(all: keys) } catch { throw .store(error) }
    }

    @inlinable package mutating func contains<Key: StoreKey>(_ key: Key) throws(ServiceError) -> Bool {
        do { return try self.transaction.contains(key) } catch { throw .store(error) }
    }

    /// Up to `limit` keys and values of `range`.
    @inlinable package mutating func page<Key: StoreKey>(
        _ range: KeyRange<Key>, direction: ScanDirection = .forward, limit: Int
    ) throws(ServiceError) -> [(key: Key, value: Key.Value)] {
        do { return try self.transaction.page(range, direction: direction, limit: limit) } catch { throw .store(error) }
    }

    @inlinable package mutating func first<Key: StoreKey>(
        _ range: KeyRange<Key>, direction: ScanDirection = .forward
    ) throws(ServiceError) -> (key: Key, value: Key.Value)? {
        do { return try self.transaction.first(range, direction: direction) } catch { throw .store(error) }
    }

    /// Walks `range` until `body` answers `.stop`. The body cannot call back into the call: collect, then act.
    @inlinable package mutating func scan<Key: StoreKey>(
        _ range: KeyRange<Key>, direction: ScanDirection = .forward,
        _ body: (Key, Key.Value) throws(StoreError) -> ScanStep
    ) throws(ServiceError) {
        do { try self.transaction.scan(range, direction: direction, body) } catch { throw .store(error) }
    }

    @inlinable package mutating func count<Key: StoreKey>(_ range: KeyRange<Key>, limit: Int) throws(ServiceError)
        -> Int
    {
        do { return try self.transaction.count(range, limit: limit) } catch { throw .store(error) }
    }

    // MARK: Writing

    @inlinable package mutating func put<Key: StoreKey>(_ key: Key, _ value: Key.Value) throws(ServiceError) {
        do { try self.transaction.put(key, value) } catch { throw .store(error) }
    }

    @inlinable package mutating func delete<Key: StoreKey>(_ key: Key) throws(ServiceError) {
        do { try self.transaction.delete(key) } catch { throw .store(error) }
    }

    package mutating func clear<Key: StoreKey>(_ range: KeyRange<Key>) throws(ServiceError) {
        do { try self.transaction.clear(range) } catch { throw .store(error) }
    }

    /// Makes a written blob belong to what this call writes; see `Transaction.adopt`.
    package mutating func adopt(_ blob: StoredBlob) throws(ServiceError) {
        do { try self.transaction.adopt(blob) } catch { throw .store(error) }
    }

    /// Gives up a blob that this call no longer names; see `Transaction.release`.
    package mutating func release(_ blob: BlobID) throws(ServiceError) {
        do { try self.transaction.release(blob) } catch { throw .store(error) }
    }

    /// Runs `effect` after the commit, while others' answers wait: short, without blocking.
    package mutating func afterCommit(_ effect: @escaping @Sendable () -> Void) { self.transaction.afterCommit(effect) }

    /// Tells those who wait on `channel`, after the commit.
    package mutating func signal(_ channel: Channel) { self.transaction.signal(channel) }

    // MARK: Parts that may fail alone

    /// Runs `body`; if it throws, its writes and effects are undone and the error is returned.
    package mutating func attempt<Result>(
        _ body: (inout Call) throws(ServiceError) -> Result
    ) -> Swift.Result<Result, ServiceError> {
        let savepoint = self.transaction.savepoint()
        let context = self.context
        do throws(ServiceError) {
            return .success(try body(&self))
        } catch {
            self.context = context
            if !error.commits { self.transaction.rollback(to: savepoint) }
            return .failure(error)
        }
    }

    /// Runs `body` as another principal (a service with its source, a role's session), in that principal's name only.
    package mutating func acting<Result>(
        as principal: Principal, account: String? = nil, region: String? = nil,
        _ body: (inout Call) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        let context = self.context
        self.context.principal = principal
        if let account { self.context.account = account }
        if let region { self.context.region = region }
        defer { self.context = context }
        return try body(&self)
    }

    // MARK: Authorisation

    /// Refuses with AWS's words unless the caller may do it.
    package mutating func require(_ demand: Demand) throws(ServiceError) {
        let authorizer = self.ports.authorizer
        if let refusal = try authorizer.refusal(of: demand, in: &self) {
            throw .api(
                APIError(
                    "AccessDeniedException", queryCode: "AccessDenied", status: 403, isModelled: false, message: refusal
                ))
        }
    }

    /// Whether the caller may do it.
    package mutating func allows(_ demand: Demand) throws(ServiceError) -> Bool {
        let authorizer = self.ports.authorizer
        return try authorizer.refusal(of: demand, in: &self) == nil
    }

    // MARK: Secrets

    /// Encrypts a field with the server's key. `context` ties it to its place: the same must be given to `open`.
    package func seal(_ plaintext: [UInt8], context: [UInt8]) -> Sealed {
        Sealed(ciphertext: self.host.sealing.seal(plaintext, context: context))
    }

    /// Decrypts what `seal` made.
    package func open(_ sealed: Sealed, context: [UInt8]) throws(ServiceError) -> [UInt8] {
        guard let plaintext = self.host.sealing.open(sealed.ciphertext, context: context) else {
            throw .store(.unreadable(reason: "a sealed field does not open: wrong master key or damage"))
        }
        return plaintext
    }
}
