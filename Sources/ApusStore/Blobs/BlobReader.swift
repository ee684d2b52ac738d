internal import ApusBase

/// An open blob. It can be read as long as the reader is held, even when the blob is released and removed meanwhile.
///
/// Every byte handed out has matched its checksum. Calls block on the disk: not for event loops.
package final class BlobReader: Sendable {
    package let blob: StoredBlob
    private let file: any BlobFile

    /// Opens and checks the frame of a blob.
    init(_ id: BlobID, disk: any BlobDisk) throws(BlobError) {
        let file = try Self.io(id) { () throws(FileError) in try disk.open(id) }
        let (count, header, trailer) = try Self.io(id) { () throws(FileError) in
            let count = try file.size()
            let trailerStart = max(count - BlobFrame.trailerCount, 0)
            return (
                count, try file.read(at: 0, count: BlobFrame.headerCount),
                try file.read(at: trailerStart, count: BlobFrame.trailerCount)
            )
        }
        self.file = file
        self.blob = try BlobFrame.check(header: header, trailer: trailer, fileCount: count, id: id)
    }

    private static func io<Value>(
        _ id: BlobID, _ body: () throws(FileError) -> Value
    ) throws(BlobError) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw error.isNotFound ? .missing(id) : .failed(reason: error.description)
        }
    }

    /// The bytes of `range`, which lies within the blob.
    package func read(_ range: Range<Int>) throws(BlobError) -> [UInt8] {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= self.blob.length, "a range that the blob does not have")
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let number = position >> BlobFrame.chunkShift
            let start = number << BlobFrame.chunkShift
            let content = try self.chunk(number)
            let end = min(range.upperBound, start + content.count)
            result += content[(position - start)..<(end - start)]
            position = end
        }
        return result
    }

    /// The whole content.
    package func readAll() throws(BlobError) -> [UInt8] { try self.read(0..<self.blob.length) }

    private func chunk(_ number: Int) throws(BlobError) -> ArraySlice<UInt8> {
        let place = BlobFrame.place(ofChunk: number, length: self.blob.length)
        let bytes = try Self.io(self.blob.id) { () throws(FileError) in
            try self.file.read(at: place.lowerBound, count: place.count)
        }
        guard bytes.count == place.count, let content = BlobFrame.content(ofChunk: number, bytes) else {
            throw .damaged(
                self.blob.id, reason: "the bytes from \(number << BlobFrame.chunkShift) on do not match their checksum")
        }
        return content
    }

    /// Writes the content, without the frame, to a new file. It is not synchronised.
    package func copy(to path: String) throws(BlobError) {
        let target: ByteFile
        do throws(FileError) { target = try ByteFile(path, .create) } catch { throw .failed(reason: error.description) }
        for number in 0..<BlobFrame.chunks(length: self.blob.length) {
            let content = Array(try self.chunk(number))
            do throws(FileError) { try target.append(content) } catch { throw .failed(reason: error.description) }
        }
    }
}
