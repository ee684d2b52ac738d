internal import ApusService

extension FunctionImages {
    /// Has an image for a transaction that notes its use; without one it is removed again, unless others use it.
    func use<Answer: Sendable>(
        _ uri: String, in session: Session, _ body: (ContainerImage) async throws(ServiceError) -> Answer
    ) async throws(ServiceError) -> Answer {
        let image: ContainerImage
        do throws(ImageError) { image = try await self.fetch(uri) } catch { throw error.answer }
        let result: Result<Answer, ServiceError>
        do throws(ServiceError) { result = .success(try await body(image)) } catch { result = .failure(error) }
        let isUsed = try? session.read { (call) throws(ServiceError) in try call.isImageUsed(image.digest) }
        self.letGo(image)
        if isUsed == false { self.forget(digest: image.digest) }
        return try result.get()
    }
}
