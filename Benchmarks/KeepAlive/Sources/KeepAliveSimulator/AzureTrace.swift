import Foundation

/// The public trace "AzureFunctionsDataset2019": files `invocations_per_function_md.anon.dNN.csv`, a line for each function and day
/// with the columns HashOwner, HashApp, HashFunction, Trigger, and the events of each of the day's 1,440 minutes.
enum AzureTrace {
    /// Reads the files, in the order of their names as consecutive days. Applications, as in the paper, are what is kept; memory is
    /// not in these files, and is the paper's median of 170 MB for all.
    static func read(directory: String) throws -> (applications: [Application], days: Int) {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { $0.hasPrefix("invocations_per_function") && $0.hasSuffix(".csv") }.sorted()
        var minutes: [String: Set<Int32>] = [:]
        for (day, name) in names.enumerated() {
            let text = try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
            for line in text.split(separator: "\n").dropFirst() {
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                guard fields.count == 4 + 1440 else { continue }
                for minute in 0..<1440 where fields[4 + minute] != "0" {
                    minutes[String(fields[1]), default: []].insert(Int32(day * 1440 + minute))
                }
            }
        }
        let applications = minutes.sorted { $0.key < $1.key }.map { _, events in
            Application(memoryMiB: 170, events: events.sorted().map { Double($0) })
        }
        return (applications, names.count)
    }
}
