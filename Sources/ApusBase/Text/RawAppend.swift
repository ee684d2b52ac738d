extension [UInt8] {
    /// Appends what `write` puts at the address it is given, at most `capacity` bytes; it answers how many. One check of
    /// uniqueness and capacity for many bytes: appending them one by one costs three times as much.
    @inline(__always)
    mutating func append(upTo capacity: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        self.append(addingCapacity: capacity) { span in
            span.withUnsafeMutableBufferPointer { buffer, count in
                guard let start = buffer.baseAddress else { return }
                count = write(start)
            }
        }
    }
}
