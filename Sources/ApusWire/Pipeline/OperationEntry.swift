package import ApusService

/// Ties an operation's generated shapes to what performs it.
package struct OperationEntry: Sendable {
    package let binding: OperationBinding
    /// The generated shapes, for those who try the wire without the operation.
    package let input: any Shape.Type
    package let output: any Shape.Type
    /// Whether it is throttled while the store is behind with its writes.
    package let admission: Admission
    /// Decodes, performs, answers.
    package let start: @Sendable (InFlight) -> Void

    package enum Admission: Sendable { case always, whileWritesKeepUp }

    private init(
        _ name: String, in model: ServiceModel, _ input: any Shape.Type, _ output: any Shape.Type,
        _ admission: Admission, _ start: @escaping @Sendable (InFlight) -> Void
    ) {
        guard let binding = model.operation(name) else {
            preconditionFailure("\(model.name) has no operation \(name) in its model")
        }
        self.binding = binding
        self.input = input
        self.output = output
        self.admission = admission
        self.start = start
    }

    /// An operation in one transaction, under the name of its type.
    package static func operation<Op: Operation>(
        _ type: Op.Type, in model: ServiceModel
    ) -> OperationEntry where Op.Input: Shape, Op.Output: Shape {
        let admission: Admission = Op.access == .write ? .whileWritesKeepUp : .always
        return OperationEntry(Self.name(of: type), in: model, Op.Input.self, Op.Output.self, admission) { flight in
            guard let input = flight.decode(Op.Input.self) else { return }
            flight.host.perform(type, input, flight.context) { flight.finish($0) }
        }
    }

    /// An operation that may wait for something to come.
    package static func poll<Op: PollOperation>(
        _ type: Op.Type, in model: ServiceModel
    ) -> OperationEntry where Op.Input: Shape, Op.Output: Shape {
        OperationEntry(Self.name(of: type), in: model, Op.Input.self, Op.Output.self, .whileWritesKeepUp) { flight in
            guard let input = flight.decode(Op.Input.self) else { return }
            let handle = flight.host.poll(type, input, flight.context) { flight.finish($0) }
            if let handle { flight.exchange.onDisconnect(handle.abandon) }
        }
    }

    /// An operation in durable steps: runs as a task on the connection's event loop.
    package static func procedure<Op: Procedure>(
        _ procedure: Op, in model: ServiceModel
    ) -> OperationEntry where Op.Input: Shape, Op.Output: Shape {
        OperationEntry(Self.name(of: Op.self), in: model, Op.Input.self, Op.Output.self, .always) { flight in
            guard let input = flight.decode(Op.Input.self) else { return }
            Task(executorPreference: flight.exchange.executor) {
                let session = Session(host: flight.host, context: flight.context)
                do throws(ServiceError) {
                    flight.succeed(try await procedure.perform(input, in: session))
                } catch {
                    flight.fail(error)
                }
            }
        }
    }

    /// An operation that answers with a stream of events.
    package static func stream<Op: StreamOperation>(
        _ type: Op.Type, in model: ServiceModel
    ) -> OperationEntry where Op.Input: Shape, Op.Output: Shape, Op.Event: EventShape {
        OperationEntry(Self.name(of: type), in: model, Op.Input.self, Op.Output.self, .always) { flight in
            guard let input = flight.decode(Op.Input.self) else { return }
            do throws(ServiceError) {
                let (output, stream) = try flight.host.stream(type, input, flight.context)
                flight.begin(output, stream)
            } catch {
                flight.fail(error)
            }
        }
    }

    /// A procedure that answers with a stream of events.
    package static func streaming<Op: StreamingProcedure>(
        _ procedure: Op, in model: ServiceModel
    ) -> OperationEntry where Op.Input: Shape, Op.Output: Shape, Op.Events.Event: EventShape {
        OperationEntry(Self.name(of: Op.self), in: model, Op.Input.self, Op.Output.self, .always) { flight in
            guard let input = flight.decode(Op.Input.self) else { return }
            Task(executorPreference: flight.exchange.executor) {
                let session = Session(host: flight.host, context: flight.context)
                do throws(ServiceError) {
                    let (output, events) = try await procedure.perform(input, in: session)
                    flight.begin(output, events)
                } catch {
                    flight.fail(error)
                }
            }
        }
    }

    /// The type's own name, which is AWS's name of the operation.
    private static func name(of type: Any.Type) -> String { String(describing: type) }
}
