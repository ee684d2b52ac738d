internal import ApusService
internal import ApusStore

/// The operations of a durable execution, counted where they change and read a portion at a time.
extension Call {
    /// Writes an operation down.
    mutating func put(
        _ key: DurableOperationKey, _ operation: DurableOperationRecord, before: DurableOperationRecord?,
        in record: inout DurableRecord
    ) throws(ServiceError) {
        record.open?.count(operation, before: before)
        try self.put(key, operation)
    }

    /// Writes an operation down to which something happened from outside, of which the function is to be told.
    mutating func putChanged(
        _ key: DurableOperationKey, _ operation: DurableOperationRecord, before: DurableOperationRecord,
        in record: inout DurableRecord
    ) throws(ServiceError) {
        record.change += 1
        var operation = operation
        operation.change = record.change
        try self.put(DurableChangeKey(execution: key.execution, number: record.change), DurableNumber(key.number))
        try self.put(key, operation, before: before, in: &record)
    }

    /// The operations that an execution waits for. Only those of a record of version 1 have to be counted.
    mutating func openOperations(of record: inout DurableRecord) throws(ServiceError) -> DurableOpenOperations {
        if let known = record.open { return known }
        var open = DurableOpenOperations()
        try self.scan(DurableOperationKey.all(record.id)) { _, operation in
            open.count(operation)
            return .next
        }
        record.open = open
        return open
    }

    /// The operations that a replay needs after a number, in the order of their starts, and where to go on.
    ///
    /// Children of a completed context come only where it says so, but count for the limits: a page may have none, and more follow.
    mutating func state(
        of execution: UInt64, after number: UInt64, bytes: Int, limit: Int
    ) throws(ServiceError) -> (operations: [OperationShape], next: UInt64?) {
        var page: [(number: UInt64, operation: DurableOperationRecord)] = []
        var size = 0
        var isMore = false
        let range = DurableOperationKey.all(execution).after(DurableOperationKey(execution: execution, number: number))
        try self.scan(range) { key, operation in
            if !page.isEmpty, page.count >= limit || size + operation.size > bytes {
                isMore = true
                return .stop
            }
            size += operation.size
            page.append((key.number, operation))
            return .next
        }
        var closed: [String: Bool] = [:]
        var found: [OperationShape] = []
        for (number, operation) in page {
            var isHidden = false
            if let parent = operation.parentID { isHidden = try self.isClosed(parent, of: execution, &closed) }
            closed[operation.id] = isHidden || operation.isClosed
            if !isHidden { found.append(operation.answer(execution, number)) }
        }
        return (found, isMore ? page.last?.number : nil)
    }

    /// What the last checkpoint touched, from an index on, and where to go on.
    mutating func touched(
        by record: DurableRecord, from start: Int, limit: Int
    ) throws(ServiceError) -> (operations: [OperationShape], next: Int?) {
        var size = 0
        var found: [OperationShape] = []
        for (index, number) in record.lastTouched.enumerated().dropFirst(start) {
            guard let operation = try self.get(DurableOperationKey(execution: record.id, number: number)) else {
                continue
            }
            if !found.isEmpty, found.count >= limit || size + operation.size > DurableLimits.pageBytes {
                return (found, index)
            }
            size += operation.size
            found.append(operation.answer(record.id, number))
        }
        return (found, nil)
    }

    /// Whether a context, or one around it, is completed without its children. Remembers in `known` what it looks up.
    private mutating func isClosed(
        _ id: String, of execution: UInt64, _ known: inout [String: Bool]
    ) throws(ServiceError) -> Bool {
        var path: [String] = []
        var next: String? = id
        var isClosed = false
        while let id = next, !isClosed {
            if let answer = known[id] {
                isClosed = answer
                break
            }
            path.append(id)
            guard let number = try self.get(DurableOperationIDKey(execution: execution, id: id))?.number,
                let operation = try self.get(DurableOperationKey(execution: execution, number: number))
            else { break }
            isClosed = operation.isClosed
            next = operation.parentID
        }
        for id in path { known[id] = isClosed }
        return isClosed
    }
}

extension DurableOperationRecord {
    /// Whether it is a completed context, of which a replay needs no children.
    var isClosed: Bool { self.type == "CONTEXT" && self.isOver && !self.replaysChildren }
}
