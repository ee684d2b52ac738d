/// The places for environments on this machine: a number each, which names its user, its private directory and its cgroup.
package struct SlotTable: Sendable {
    private var free: [Int]
    package let count: Int

    package init(first: Int = 0, count: Int) {
        self.count = count
        // The lowest number is given out first: few directories and groups on a quiet machine.
        self.free = Array((first..<first + count).reversed())
    }

    package var freeCount: Int { self.free.count }

    package mutating func take() -> Int? { self.free.popLast() }

    package mutating func release(_ slot: Int) { self.free.append(slot) }
}
