internal import ApusBase
internal import Synchronization

/// What became of the init scripts, for the page `/_localstack/init`. Names and states are LocalStack's.
package final class InitStatus: Sendable {
    package enum State: String, Sendable {
        case unknown = "UNKNOWN"
        case running = "RUNNING"
        case successful = "SUCCESSFUL"
        case error = "ERROR"
    }
    package struct Script: Sendable, Equatable {
        package var stage: InitStage
        /// The file's name, without its folder.
        package var name: String
        package var state: State
    }

    private struct Picture {
        var completed: Set<InitStage> = []
        var scripts: [Script] = []
    }
    private let picture = Mutex(Picture())

    package init() {}

    /// Notes what was found. Returns the number of the first script for `set`.
    func add(_ names: [String], to stage: InitStage) -> Int {
        self.picture.withLock { picture in
            let first = picture.scripts.count
            picture.scripts += names.map { Script(stage: stage, name: $0, state: .unknown) }
            return first
        }
    }

    func set(_ number: Int, _ state: State) { self.picture.withLock { $0.scripts[number].state = state } }

    func complete(_ stage: InitStage) { self.picture.withLock { _ = $0.completed.insert(stage) } }

    package var scripts: [Script] { self.picture.withLock { $0.scripts } }

    package func isCompleted(_ stage: InitStage) -> Bool { self.picture.withLock { $0.completed.contains(stage) } }

    /// `{"completed": {"BOOT": true, …}, "scripts": [{"stage": "READY", "name": "queues.sh", "state": "RUNNING"}]}`; of one
    /// stage, `completed` is one value.
    func json(of stage: InitStage?) -> [UInt8] {
        let picture = self.picture.withLock { $0 }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("completed")
        if let stage {
            writer.bool(picture.completed.contains(stage))
        } else {
            writer.beginObject()
            for stage in InitStage.allCases {
                writer.key(stage.rawValue)
                writer.bool(picture.completed.contains(stage))
            }
            writer.endObject()
        }
        writer.key("scripts")
        writer.beginArray()
        for script in picture.scripts where stage == nil || script.stage == stage {
            writer.beginObject()
            for (name, value) in [
                ("stage", script.stage.rawValue), ("name", script.name), ("state", script.state.rawValue),
            ] {
                writer.key(name)
                writer.string(value)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
