internal import ApusBase
package import ApusWire
internal import Logging

/// `/_apus/log-levels` on the admin socket: what is written, and its change.
///
/// ```
/// GET   {"level": "info", "categories": {"request": "info", …}}
/// POST  {"level": "debug"} or {"category": "request", "level": "warning"}; "default" has a category follow the level for all
/// ```
package enum LogLevelPage {
    package static let path = "/_apus/log-levels"

    /// The levels as they are.
    package static func picture(_ levels: LogLevels) -> HTTPResponse {
        let picture = levels.picture
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("level")
        writer.string(picture.level.rawValue)
        writer.key("categories")
        writer.beginObject()
        for category in picture.categories {
            writer.key(category.name)
            writer.string(category.level.rawValue)
        }
        writer.endObject()
        writer.endObject()
        return AdminResponder.json(200, writer.bytes)
    }

    /// Does what the body says and answers the levels as they are then; 400 with a sentence where it says nothing that can be
    /// done.
    package static func change(_ body: [UInt8], _ levels: LogLevels) -> HTTPResponse {
        guard let value = try? JSONValue(parsing: body), let name = value["level"]?.stringValue else {
            return AdminResponder.problem(400, "The body must be an object with \"level\", and \"category\" or not.")
        }
        let category = value["category"]?.stringValue
        let level = Logger.Level(rawValue: name)
        guard level != nil || (name == "default" && category != nil) else {
            let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            return AdminResponder.problem(
                400, "There is no level \(name). Levels are \(names); a category also takes default.")
        }
        if let category {
            guard levels.set(level, of: category) else {
                let names = levels.picture.categories.map(\.name).joined(separator: ", ")
                return AdminResponder.problem(400, "There is no category \(category). Categories are \(names).")
            }
        } else if let level {
            levels.set(level)
        }
        return self.picture(levels)
    }

    /// The body that asks for a change.
    package static func request(category: String?, level: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if let category {
            writer.key("category")
            writer.string(category)
        }
        writer.key("level")
        writer.string(level)
        writer.endObject()
        return writer.bytes
    }

    /// An answer as lines for people: the level for all, then each category whose level is another.
    package static func text(_ body: [UInt8]) -> String? {
        guard let value = try? JSONValue(parsing: body), let level = value["level"]?.stringValue,
            let categories = value["categories"]?.objectValue?.members
        else { return nil }
        let width = categories.map { $0.name.count }.max() ?? 0
        let lines = categories.map { category in
            let name = category.name + String(repeating: " ", count: width - category.name.count)
            return "  \(name)  \(category.value.stringValue ?? "")"
        }
        return (["level \(level)"] + lines).joined(separator: "\n")
    }
}
