/// The table of docs/localstack.md, made from the list of variables so that it cannot lag behind it.
package enum LocalStackReference {
    /// `apus settings --localstack` prints it. A test looks for it in the page.
    package static var markdown: String {
        var lines = ["| variable | what becomes of it |", "| --- | --- |"]
        for variable in LocalStackVariable.all {
            let what =
                switch variable.treatment {
                case .mapped: variable.reason
                case .ignored(let silent): "no effect\(Self.unless(silent)): \(variable.reason)"
                case .refused(let fine): "stops the server\(Self.unless(fine)): \(variable.reason)"
                }
            lines.append("| `\(variable.name)` | \(what.hasSuffix(".") ? String(what.dropLast()) : what) |")
        }
        return lines.joined(separator: "\n")
    }

    private static func unless(_ values: [String]) -> String {
        values.first.map { " (`\($0)` is so anyway)" } ?? ""
    }
}
