/// Walks a range of a view with the writes of an overlay laid over it.
enum MergedScan {
    typealias Body = (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool

    /// - Parameter skip: called for each key of the view that a cleared range hides; false ends the walk.
    static func run(
        view: any StorageView, overlay: Overlay, start: [UInt8], end: [UInt8], direction: ScanDirection,
        skip: () -> Bool, _ body: Body
    ) throws(StoreError) {
        let low = overlay.lowerBound(start)
        let high = overlay.lowerBound(end)
        var pending = direction == .forward ? low : high - 1
        let step = direction == .forward ? 1 : -1
        var stopped = false

        /// Hands out the overlay's entries that come before `key` (all that are left when nil); says whether to go on.
        func drain(before key: UnsafeRawBufferPointer?) -> Bool {
            while pending >= low, pending < high {
                let entry = overlay.entries[pending]
                if let key {
                    let order = entry.key.withUnsafeBytes { compareBytes($0, key) }
                    if order == 0 || (order < 0) != (direction == .forward) { return true }
                }
                pending += step
                guard let value = entry.value else { continue }
                let goesOn = entry.key.withUnsafeBytes { keyBytes in value.withUnsafeBytes { body(keyBytes, $0) } }
                if !goesOn { return false }
            }
            return true
        }

        try view.scan(start: start, end: end, direction: direction) { key, value in
            guard drain(before: key) else {
                stopped = true
                return false
            }
            if pending >= low, pending < high {
                let entry = overlay.entries[pending]
                if entry.key.withUnsafeBytes({ compareBytes($0, key) }) == 0 {
                    pending += step
                    guard let newer = entry.value else { return true }
                    stopped = !newer.withUnsafeBytes { body(key, $0) }
                    return !stopped
                }
            }
            if overlay.isCleared(key) {
                stopped = !skip()
                return !stopped
            }
            stopped = !body(key, value)
            return !stopped
        }
        if !stopped { _ = drain(before: nil) }
    }
}
