internal import ApusBase

/// A binary heap of (time, number). O(log n) to insert and to pop.
struct AlarmHeap {
    private var heap: [(at: Timestamp, number: UInt64)] = []

    var earliest: Timestamp? { self.heap.first?.at }

    /// Inserts; true when the new alarm is the earliest.
    mutating func insert(_ number: UInt64, at time: Timestamp) -> Bool {
        self.heap.append((time, number))
        var child = self.heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard self.heap[child].at < self.heap[parent].at else { break }
            self.heap.swapAt(child, parent)
            child = parent
        }
        return child == 0
    }

    /// Removes the earliest alarm if its time has come.
    mutating func popDue(_ now: Timestamp) -> UInt64? {
        guard let first = self.heap.first, first.at <= now else { return nil }
        let last = self.heap.removeLast()
        if !self.heap.isEmpty {
            self.heap[0] = last
            self.siftDown()
        }
        return first.number
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < self.heap.count {
                if self.heap[child].at < self.heap[least].at { least = child }
            }
            if least == parent { return }
            self.heap.swapAt(parent, least)
            parent = least
        }
    }
}
