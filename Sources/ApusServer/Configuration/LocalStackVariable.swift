/// A variable that configures LocalStack, and what a dev server does with it: so that a compose file which names it moves over
/// unchanged.
///
/// The names and their meaning are those of docs.localstack.cloud, "Configuration". A compose file may also write each with
/// `LOCALSTACK_` before it.
package struct LocalStackVariable: Sendable {
    /// What becomes of a value.
    package enum Treatment: Sendable {
        /// Sets a setting. The translation gives the setting's text and perhaps a sentence for the log; a sentence that refuses
        /// stops the server.
        case mapped(setting: String, translate: @Sendable (String) -> Translation)
        /// Has no effect, for a reason that the log gives; nothing is said of a value that asks for what is so anyway.
        case ignored(unless: [String] = [])
        /// Stops the server: going on would do something else than what was asked for.
        case refused(unless: [String])
    }
    package enum Translation: Sendable {
        case text(String, notice: String? = nil)
        /// As good as not set.
        case nothing
        case refusal(String)
    }

    package var name: String
    package var treatment: Treatment
    /// One sentence for the log and for docs/localstack.md.
    package var reason: String

    package init(_ name: String, _ treatment: Treatment, _ reason: String) {
        self.name = name
        self.treatment = treatment
        self.reason = reason
    }
}

extension LocalStackVariable {
    /// What the variables of an environment say.
    package struct Reading: Sendable, Equatable {
        /// Settings by key, in the order of the list.
        package var settings: [Setting] = []
        package var notices: [String] = []
        package var refusals: [String] = []

        package struct Setting: Sendable, Equatable {
            package var variable: String
            package var key: String
            package var text: String
        }
    }

    /// Reads an environment. An empty value is none: compose files write `${NAME-}`.
    package static func read(_ variables: [String: String]) -> Reading {
        var reading = Reading()
        for variable in Self.all {
            let names = [variable.name, "LOCALSTACK_" + variable.name]
            guard let name = names.first(where: { variables[$0]?.isEmpty == false }), let value = variables[name] else {
                continue
            }
            variable.read(value, as: name, &reading)
        }
        return reading
    }

    private func read(_ value: String, as name: String, _ reading: inout Reading) {
        switch self.treatment {
        case .mapped(let key, let translate):
            switch translate(value) {
            case .text(let text, let notice):
                // Of two variables for one setting, the one that stands first in the list counts.
                guard !reading.settings.contains(where: { $0.key == key }) else { return }
                reading.settings.append(Reading.Setting(variable: name, key: key, text: text))
                if let notice { reading.notices.append("\(name): \(notice)") }
            case .nothing: break
            case .refusal(let sentence): reading.refusals.append("\(name): \(sentence)")
            }
        case .ignored(let silent):
            if !silent.contains(value) { reading.notices.append("\(name) has no effect: \(self.reason)") }
        case .refused(let fine):
            if !fine.contains(value) { reading.refusals.append("\(name)=\(value): \(self.reason)") }
        }
    }
}
