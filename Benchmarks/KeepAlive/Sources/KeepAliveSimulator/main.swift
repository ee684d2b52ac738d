import Foundation
import KeepAlive

/// Cold starts against wasted memory, for a fixed time, the paper's policy and ours.
var applications = 1000
var days = 7.0
var seed: UInt64 = 1
var trace: String?
var rest = CommandLine.arguments.dropFirst()
while let flag = rest.popFirst() {
    guard let value = rest.popFirst() else { fatalError("\(flag) wants a value") }
    switch flag {
    case "--applications": applications = Int(value) ?? applications
    case "--days": days = Double(value) ?? days
    case "--seed": seed = UInt64(value) ?? seed
    case "--trace": trace = value
    default: fatalError("unknown flag \(flag): --applications N --days N --seed N --trace DIR")
    }
}
var workload: [Application]
if let trace {
    let read = try AzureTrace.read(directory: trace)
    workload = read.applications
    days = Double(read.days)
} else {
    workload = SyntheticTrace.make(applications: applications, days: days, seed: seed)
}
let policies: [(name: String, policy: KeepAlivePolicy)] = [
    ("fixed, 5 minutes", .fixed(minutes: 5)), ("fixed, 10 minutes", .fixed(minutes: 10)),
    ("fixed, 1 hour", .fixed(minutes: 60)), ("hybrid histogram, as published", .paper), ("Apus", .ours),
]
let results = policies.map { Simulation(workload, policy: $0.policy, endMinutes: days * 1440) }
let base = results[1].wasted
print("\(workload.count) applications, \(results[0].events) events, \(Int(days)) days")
print("policy                           cold    cold, 50 % of apps  75 % of apps  wasted memory (10 minutes = 100 %)")
for (policy, result) in zip(policies, results) {
    let numbers = [
        Double(result.coldStarts) / Double(max(1, result.events)), result.quantile(0.5), result.quantile(0.75),
        result.wasted / base,
    ].map { String(format: "%6.1f %%", 100 * $0) }
    let name = policy.name.padding(toLength: 30, withPad: " ", startingAt: 0)
    print("\(name)  \(numbers[0])  \(numbers[1])            \(numbers[2])      \(numbers[3])")
}
