import Foundation

/// Random numbers from a seed (SplitMix64), so that a run can be repeated.
struct Chance {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    private mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// In 0..<1.
    mutating func uniform() -> Double { Double(self.next() >> 11) / 9_007_199_254_740_992 }

    mutating func exponential(mean: Double) -> Double { -log(1 - self.uniform()) * mean }

    mutating func normal() -> Double {
        (-2 * log(1 - self.uniform())).squareRoot() * cos(2 * Double.pi * self.uniform())
    }

    /// Burr XII with the shape parameters c and k and the scale lambda.
    mutating func burr(c: Double, k: Double, lambda: Double) -> Double {
        lambda * pow(pow(1 - self.uniform(), -1 / k) - 1, 1 / c)
    }
}
