import ApusBase
import Testing

@testable import ApusSQS

@Suite struct WaitingProfileTests {
    private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @Test func `entries within a second share an interval`() {
        var profile = WaitingProfile()
        for milliseconds: Int64 in [5_000, 5_400, 5_999] { profile.insert(self.time(milliseconds)) }
        #expect(profile.intervals == [.init(start: self.time(5_000), end: self.time(5_999), count: 3)])
        profile.insert(self.time(6_000))
        #expect(profile.intervals.map { $0.count } == [3, 1])
    }

    @Test func `an interval ends with its last entry, and the start moves on`() {
        var profile = WaitingProfile()
        profile.insert(self.time(1_000))
        profile.insert(self.time(60_000))
        let first = profile.remove(self.time(1_000))
        #expect(first)
        #expect(profile.start == self.time(60_000))
        let last = profile.remove(self.time(60_000))
        #expect(last)
        #expect(profile.start == nil)
        let unknown = profile.remove(self.time(60_000))
        #expect(!unknown)
    }

    @Test func `a look tells where the first interval really begins`() {
        var profile = WaitingProfile()
        for milliseconds: Int64 in [1_000, 1_500, 1_900] { profile.insert(self.time(milliseconds)) }
        let removed = profile.remove(self.time(1_000))
        #expect(removed)
        #expect(profile.start == self.time(1_000))
        profile.begin(at: self.time(1_500))
        #expect(profile.start == self.time(1_500))
        profile.begin(at: self.time(1_200))
        #expect(profile.start == self.time(1_500))
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `every entry lies in exactly one of at most sixteen intervals in order`(seed: UInt64) {
        let entropy = SeededEntropy(seed: seed)
        var profile = WaitingProfile()
        var live: [Int64] = []
        for step in 0..<2_000 {
            if live.isEmpty || entropy.below(100) < 55 {
                let time = Int64(step) * 200 + Int64(entropy.below(seed.isMultiple(of: 2) ? 40_000 : 4_000_000))
                live.append(time)
                profile.insert(self.time(time))
            } else {
                let time = live.remove(at: Int(entropy.below(UInt64(live.count))))
                let removed = profile.remove(self.time(time))
                #expect(removed)
            }
            self.check(profile, live)
        }
    }

    private func check(_ profile: WaitingProfile, _ live: [Int64]) {
        var counted = 0
        var end = Int64.min
        for interval in profile.intervals {
            #expect(interval.start <= interval.end && interval.start.milliseconds > end)
            end = interval.end.milliseconds
            let inside = live.filter { $0 >= interval.start.milliseconds && $0 <= end }.count
            #expect(interval.count == inside && inside > 0)
            counted += inside
        }
        #expect(counted == live.count && profile.intervals.count <= 16)
    }
}
