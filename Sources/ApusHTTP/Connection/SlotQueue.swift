/// A queue of request slots, numbered in the order in which they came. Almost always one or two long.
struct SlotQueue {
    private var slots: [ConnectionMachine.Slot] = []
    /// Where the first slot lies in `slots`; those before it are gone.
    private var front = 0
    private var firstSequence: UInt64 = 0

    var count: Int { self.slots.count - self.front }
    var isEmpty: Bool { self.front == self.slots.count }
    var first: ConnectionMachine.Slot? { self.isEmpty ? nil : self.slots[self.front] }

    subscript(index: Int) -> ConnectionMachine.Slot {
        get { self.slots[self.front + index] }
        set { self.slots[self.front + index] = newValue }
    }

    func sequence(at index: Int) -> UInt64 { self.firstSequence + UInt64(index) }

    /// Where the slot `sequence` lies now, if it is still there.
    func index(of sequence: UInt64) -> Int? {
        guard sequence >= self.firstSequence, sequence - self.firstSequence < UInt64(self.count) else { return nil }
        return Int(sequence - self.firstSequence)
    }

    mutating func append(_ slot: consuming ConnectionMachine.Slot) -> UInt64 {
        self.slots.append(slot)
        return self.firstSequence + UInt64(self.count - 1)
    }

    /// Amortised O(1).
    mutating func removeFirst() {
        precondition(!self.isEmpty, "There is no slot to remove.")
        self.front += 1
        self.firstSequence += 1
        if self.front == self.slots.count {
            self.slots.removeAll(keepingCapacity: self.slots.count <= 64)
            self.front = 0
        } else if self.front >= 64, self.front * 2 >= self.slots.count {
            self.slots.removeFirst(self.front)
            self.front = 0
        } else {
            self.slots[self.front - 1] = ConnectionMachine.Slot(state: .running, form: AnswerForm())
        }
    }

    /// Forgets all slots; their sequences are not used again.
    mutating func removeAll() {
        self.firstSequence += UInt64(self.count)
        self.slots.removeAll()
        self.front = 0
    }
}
