internal import ApusWire

/// What operators ask of a running server over its admin socket, besides backups.
enum OperatorCommands {
    static func list(_ plan: ServerPlan, log: ServerLog) -> [AdminCommand] {
        [
            AdminCommand("GET", LogLevelPage.path) { _ in LogLevelPage.picture(log.levels) },
            AdminCommand("POST", LogLevelPage.path) { LogLevelPage.change($0.body, log.levels) },
            AdminCommand("POST", ServerUpgrade.path) { _, exchange in
                plan.requests.add(
                    .replace { problem in
                        exchange.reply(
                            problem.map { AdminResponder.problem(409, $0) }
                                ?? AdminResponder.json(202, Array("{}".utf8)))
                    })
            },
        ]
    }
}
