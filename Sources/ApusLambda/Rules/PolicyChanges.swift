internal import ApusBase
internal import ApusService

/// What the operations that change resource policies share, a function's or a layer's.
extension FunctionPolicyRecord {
    /// Errors: PreconditionFailedException where the caller expects another revision.
    ///
    /// - Parameter operation: the one that tells the present revision, as the answer names it.
    func check(revision: String?, toldBy operation: String) throws(ServiceError) {
        guard let revision, revision != self.revisionID else { return }
        throw LambdaError.preconditionFailed(
            "The RevisionId provided does not match the latest RevisionId. Call the \(operation) API to retrieve the latest "
                + "RevisionId")
    }

    /// Errors: ResourceConflictException where a statement has the id.
    func checkNew(_ id: String) throws(ServiceError) {
        guard !self.statements.contains(where: { $0.id == id }) else {
            throw LambdaError.resourceConflict(
                "The statement id (\(id)) provided already exists. Please provide a new statement id, or remove the existing "
                    + "statement.")
        }
    }

    /// Adds a statement. Errors: PolicyLengthExceededException.
    mutating func add(_ id: String, _ json: String, revision: String) throws(ServiceError) {
        self.statements.append(Statement(id: id, json: json))
        self.revisionID = revision
        let size = self.document.utf8.count
        guard size <= LambdaLimits.policyBytes else {
            throw LambdaError.policyLengthExceeded(
                "The final policy size (\(size)) is bigger than the limit (\(LambdaLimits.policyBytes)).")
        }
    }

    /// Takes a statement away. Errors: ResourceNotFoundException where none has the id.
    mutating func remove(_ id: String, revision: String) throws(ServiceError) {
        guard let index = self.statements.firstIndex(where: { $0.id == id }) else {
            throw LambdaError.resourceNotFound("Statement \(id) is not found in resource policy.")
        }
        self.statements.remove(at: index)
        self.revisionID = revision
    }
}
