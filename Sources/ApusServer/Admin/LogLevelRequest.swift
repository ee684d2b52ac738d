/// `apus log-level`: asks the server of a data directory for its levels, or to change one.
package enum LogLevelRequest {
    /// The levels as lines for people, after the change where `level` is given.
    ///
    /// Errors: `unavailable` where no server runs, `configuration` where there is no such level or category.
    package static func perform(
        category: String?, level: String?, in dataDirectory: String
    ) throws(ServerFailure) -> String {
        let answer: AdminClient.Answer
        if let level {
            let body = LogLevelPage.request(category: category, level: level)
            answer = try AdminClient.ask("POST", LogLevelPage.path, body: body, in: dataDirectory)
        } else {
            answer = try AdminClient.ask("GET", LogLevelPage.path, in: dataDirectory)
        }
        guard answer.status == 200, let text = LogLevelPage.text(answer.body) else {
            throw ServerFailure(.configuration, AdminClient.message(of: answer))
        }
        return text
    }
}
