import ApusLambda
import Testing

@Suite struct ConcurrencyGateTests {
    private let place = ConcurrencyGate.Place(account: "1", region: "r")

    @Test func `a reservation is the function's own and its bound`() throws {
        var gate = ConcurrencyGate()
        let claim = try gate.enter(self.place, function: 7, reservation: 1, allReserved: 1)
        #expect(throws: ConcurrencyGate.Refusal.reserved) {
            try gate.enter(self.place, function: 7, reservation: 1, allReserved: 1)
        }
        _ = try gate.enter(self.place, function: 8, reservation: nil, allReserved: 1)
        gate.leave(claim)
        _ = try gate.enter(self.place, function: 7, reservation: 1, allReserved: 1)
        #expect(gate.running == 2)
    }

    @Test func `a reservation of nothing runs nothing`() {
        var gate = ConcurrencyGate()
        #expect(throws: ConcurrencyGate.Refusal.reserved) {
            try gate.enter(self.place, function: 7, reservation: 0, allReserved: 0)
        }
    }

    @Test func `all others share what is not reserved, region by region`() throws {
        var gate = ConcurrencyGate()
        for _ in 0..<100 { _ = try gate.enter(self.place, function: 7, reservation: nil, allReserved: 900) }
        #expect(throws: ConcurrencyGate.Refusal.account) {
            try gate.enter(self.place, function: 8, reservation: nil, allReserved: 900)
        }
        let elsewhere = ConcurrencyGate.Place(account: "1", region: "s")
        _ = try gate.enter(elsewhere, function: 8, reservation: nil, allReserved: 0)
    }

    @Test func `an invocation leaves as it entered, whatever was reserved meanwhile`() throws {
        var gate = ConcurrencyGate()
        let claim = try gate.enter(self.place, function: 7, reservation: nil, allReserved: 0)
        _ = try gate.enter(self.place, function: 7, reservation: 1, allReserved: 1)
        gate.leave(claim)
        #expect(throws: ConcurrencyGate.Refusal.reserved) {
            try gate.enter(self.place, function: 7, reservation: 1, allReserved: 1)
        }
    }
}
