internal import ApusBase

/// Makes items and values, part by part: what the wire's readers, updates and projections call.
///
/// Entries of maps may come in any order; of two with one name the later counts. What AWS refuses is noted, the first as `error`,
/// and writing goes on, since a request that is not well-formed at all is answered otherwise.
package struct ItemWriter: Sendable {
    var bytes: [UInt8] = []
    /// The first thing that AWS would refuse.
    package private(set) var error: ItemError?
    /// Containers that were begun and not ended, outermost first.
    private var frames: [Frame] = []
    /// Where entries and elements of the open maps and sets begin.
    private var offsets: [Int] = []

    struct Frame: Sendable {
        var type: ValueType
        /// Of the type's byte.
        var start: Int
        var count = 0
        /// In `offsets`.
        var firstOffset: Int
        /// Entries or elements came in strictly ascending order.
        var isSorted = true
    }

    package init(capacity: Int = 256) { self.bytes.reserveCapacity(capacity) }

    /// How many bytes there are so far; `ItemLimits.storedBytes` bounds those of an item that is not too large.
    package var byteCount: Int { self.bytes.count }

    package mutating func fail(_ error: ItemError) {
        if self.error == nil { self.error = error }
    }

    // MARK: The whole

    package mutating func beginItem() {
        precondition(self.bytes.isEmpty, "A writer makes one item at a time.")
        self.bytes.append(ItemBytes.version)
        self.begin(.map)
    }

    /// Ends the item; the writer is as new.
    package mutating func endItem() -> Item {
        self.end()
        precondition(self.frames.isEmpty, "Each container is ended.")
        let item = Item(made: self.bytes)
        self.bytes = []
        self.error = nil
        return item
    }

    /// The one value that was written since the writer was made; the writer is as new.
    package mutating func takeValue() -> ItemValue {
        precondition(self.frames.isEmpty && !self.bytes.isEmpty, "A value was written.")
        let value = ItemValue(self.bytes, at: 0)
        self.bytes = []
        self.error = nil
        return value
    }

    // MARK: Containers

    /// A list, map or set, until `end`.
    package mutating func begin(_ type: ValueType) {
        self.announce()
        self.frames.append(Frame(type: type, start: self.bytes.count, firstOffset: self.offsets.count))
        self.bytes.append(ValueCode(container: type).rawValue)
        for _ in 0..<8 { self.bytes.append(0) }
    }

    /// Ends the container begun last.
    package mutating func end() {
        guard var frame = self.frames.popLast() else { preconditionFailure("A container was begun.") }
        if frame.type != .list {
            if !frame.isSorted { self.sort(&frame) }
            self.offsets.removeLast(self.offsets.count - frame.firstOffset)
            if frame.type != .map, frame.count == 0 { self.failEmptySet(frame.type) }
        }
        let content = self.bytes.count - frame.start - ItemBytes.containerHeader
        ItemBytes.setFixed(content, in: &self.bytes, at: frame.start + 1)
        ItemBytes.setFixed(frame.count, in: &self.bytes, at: frame.start + 5)
    }

    private mutating func failEmptySet(_ type: ValueType) {
        switch type {
        case .stringSet: self.fail(.emptyStringSet)
        case .numberSet: self.fail(.emptyNumberSet)
        default: self.fail(.emptyBinarySet)
        }
    }

    /// The name of the entry whose value comes next, in a map.
    package mutating func name(utf8 name: ArraySlice<UInt8>) { self.run(name) }
    package mutating func name(_ name: String) { self.run(Array(name.utf8)[...]) }

    /// The next element of a set, as bytes: UTF-8, raw, or a number's encoded form.
    package mutating func member(_ member: ArraySlice<UInt8>) {
        if member.isEmpty, let type = self.frames.last?.type {
            self.fail(type == .stringSet ? .emptyStringInSet : .emptyBinaryInSet)
        }
        self.run(member)
    }

    /// A name or an element: what a map or a set is sorted by.
    private mutating func run(_ run: ArraySlice<UInt8>) {
        let place = self.frames.count - 1
        precondition(place >= 0, "Names and elements stand in maps and sets.")
        if self.frames[place].isSorted, let last = self.offsets.last, self.frames[place].count > 0 {
            var index = last
            let count = ItemBytes.length(self.bytes, at: &index)
            let isAscending = ItemValue.order(self.bytes[index..<index + count], run) < 0
            self.frames[place].isSorted = isAscending
        }
        self.frames[place].count += 1
        self.offsets.append(self.bytes.count)
        ItemBytes.append(length: run.count, to: &self.bytes)
        self.bytes.append(contentsOf: run)
    }

    // MARK: Values

    package mutating func string(utf8 text: ArraySlice<UInt8>) { self.scalar(.string, text) }
    package mutating func string(_ text: String) { self.scalar(.string, Array(text.utf8)[...]) }
    package mutating func binary(_ bytes: ArraySlice<UInt8>) { self.scalar(.binary, bytes) }
    package mutating func binary(_ bytes: [UInt8]) { self.scalar(.binary, bytes[...]) }

    package mutating func number(_ number: ItemNumber) {
        self.announce()
        self.bytes.append(ValueCode.number.rawValue)
        self.bytes.append(0)
        let start = self.bytes.count
        NumberCode.append(number, to: &self.bytes)
        self.bytes[start - 1] = UInt8(self.bytes.count - start)
    }

    /// A number as the wire has it.
    package mutating func number(utf8 text: ArraySlice<UInt8>) { self.number(self.parsed(text)) }

    /// An element of a set of numbers as the wire has it.
    package mutating func member(number text: ArraySlice<UInt8>) { self.run(self.parsed(text).encoded[...]) }

    private mutating func parsed(_ text: ArraySlice<UInt8>) -> ItemNumber {
        do throws(ItemError) {
            return try ItemNumber(utf8: text)
        } catch {
            self.fail(error)
            return .zero
        }
    }

    package mutating func bool(_ value: Bool) {
        self.announce()
        self.bytes.append((value ? ValueCode.yes : .no).rawValue)
    }

    package mutating func null() {
        self.announce()
        self.bytes.append(ValueCode.null.rawValue)
    }

    /// A value from elsewhere. O(size) where it is a list or a map: what it holds may lie too deep here.
    package mutating func copy(_ value: ItemValue) {
        if value.code.rawValue >= ValueCode.list.rawValue, self.frames.count + value.depth - 1 > ItemLimits.depth {
            self.fail(.nesting)
        }
        self.keep(value)
    }

    /// A value that comes from as deep in another item, so that it cannot lie too deep.
    package mutating func keep(_ value: ItemValue) {
        self.announce()
        self.bytes.append(contentsOf: value.encoded)
    }

    private mutating func scalar(_ code: ValueCode, _ content: ArraySlice<UInt8>) {
        self.announce()
        self.bytes.append(code.rawValue)
        ItemBytes.append(length: content.count, to: &self.bytes)
        self.bytes.append(contentsOf: content)
    }

    /// Before each value: its container counts it, and values do not nest too deep.
    @inline(__always)
    private mutating func announce() {
        guard let frame = self.frames.last else { return }
        if frame.type == .list { self.frames[self.frames.count - 1].count += 1 }
        if self.frames.count > ItemLimits.depth { self.fail(.nesting) }
    }

    /// How many bytes there are, for `drop`.
    var mark: (bytes: Int, count: Int) { (self.bytes.count, self.frames.last?.count ?? 0) }

    /// Takes back a value that was written since `mark`.
    mutating func drop(to mark: (bytes: Int, count: Int)) {
        self.bytes.removeLast(self.bytes.count - mark.bytes)
        if !self.frames.isEmpty { self.frames[self.frames.count - 1].count = mark.count }
    }

    // MARK: Order

    /// Brings the entries or elements of the container that ends into order.
    private mutating func sort(_ frame: inout Frame) {
        let start = frame.start + ItemBytes.containerHeader
        let starts = Array(self.offsets[frame.firstOffset...])
        let ends = Array(starts.dropFirst()) + [self.bytes.count]
        let bytes = self.bytes
        func run(_ index: Int) -> ArraySlice<UInt8> {
            var place = starts[index]
            let count = ItemBytes.length(bytes, at: &place)
            return bytes[place..<place + count]
        }
        // Equal ones stay in the order in which they came.
        let order = starts.indices.sorted { left, right in
            let order = ItemValue.order(run(left), run(right))
            return order < 0 || order == 0 && left < right
        }
        self.bytes.removeLast(bytes.count - start)
        var count = 0
        var hasDuplicates = false
        for (place, index) in order.enumerated() {
            if place + 1 < order.count, ItemValue.order(run(index), run(order[place + 1])) == 0 {
                hasDuplicates = true
                continue
            }
            self.bytes.append(contentsOf: bytes[starts[index]..<ends[index]])
            count += 1
        }
        frame.count = count
        if hasDuplicates, frame.type != .map { self.failDuplicates(frame.type, starts.indices.map(run)) }
    }

    private mutating func failDuplicates(_ type: ValueType, _ elements: [ArraySlice<UInt8>]) {
        switch type {
        case .numberSet: self.fail(.duplicateNumbers)
        case .binarySet: self.fail(.duplicates(in: elements.map { Base64.encode(Array($0)) }, type))
        default: self.fail(.duplicates(in: elements.map { String(decoding: $0, as: UTF8.self) }, type))
        }
    }
}
