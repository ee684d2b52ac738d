/// When idle environments are given up because the machine needs their memory. Pure.
package enum MemoryPressure {
    /// Below this share of the machine's memory, or this many MiB, there is pressure.
    package static let floorShare = 0.05
    package static let floorMiB = 256

    /// How many MiB are to be given back; 0 where there is no pressure.
    package static func wantedMiB(availableMiB: Int, totalMiB: Int) -> Int {
        max(0, max(Self.floorMiB, Int(Double(totalMiB) * Self.floorShare)) - availableMiB)
    }

    /// Which environments are ended, least benefit first, until they have given back what is wanted.
    package static func victims<ID>(
        _ idle: [(id: ID, benefit: Double, residentMiB: Int)], wantedMiB: Int
    ) -> [ID] {
        var left = wantedMiB
        var victims: [ID] = []
        for candidate in idle.sorted(by: { $0.benefit < $1.benefit }) {
            guard left > 0 else { break }
            victims.append(candidate.id)
            left -= max(1, candidate.residentMiB)
        }
        return victims
    }

    /// Total and available memory from /proc/meminfo; nil when it is not what is expected.
    package static func read(meminfo: String) -> (totalMiB: Int, availableMiB: Int)? {
        func mebibytes(_ name: String) -> Int? {
            meminfo.split(separator: "\n").first { $0.hasPrefix(name) }?
                .split { !$0.isNumber }.first.flatMap { Int($0) }.map { $0 >> 10 }
        }
        guard let total = mebibytes("MemTotal:"), let available = mebibytes("MemAvailable:") else { return nil }
        return (total, available)
    }
}
