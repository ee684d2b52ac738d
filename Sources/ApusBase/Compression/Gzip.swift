internal import CZlib

/// Gzip (RFC 1952), as clients compress the bodies of requests.
package enum Gzip {
    /// What `bytes`, one whole gzip member, unpack to. Nil where they are none, where their checksum is wrong, or where
    /// there would be more than `limit` bytes, of which never more are held.
    package static func inflate(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        guard let (content, rest) = self.unpack(bytes, limit: limit + 1), rest == 0, content.count <= limit else {
            return nil
        }
        return content
    }

    /// The first bytes, at most `limit`, of what `bytes` unpack to. Nil where they are no gzip member as far as that. Costs
    /// what those bytes cost, however many follow.
    package static func beginning(of bytes: [UInt8], limit: Int) -> [UInt8]? {
        self.unpack(bytes, limit: limit)?.content
    }

    /// At most `limit` bytes of content. `rest` is the number of bytes that follow the member; nil where it has not ended.
    private static func unpack(_ bytes: [UInt8], limit: Int) -> (content: [UInt8], rest: Int?)? {
        guard !bytes.isEmpty, bytes.count <= Int(UInt32.max), limit <= Int(UInt32.max) else { return nil }
        var stream = z_stream()
        // 16 more than the window's bits: a gzip header and nothing else.
        guard inflateInit2_(&stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var content: [UInt8] = []
        var status: Int32 = Z_OK
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            while status == Z_OK, content.count < limit {
                let chunk = min(65_536, limit - content.count)
                content.append(upTo: chunk) { output in
                    stream.next_out = output
                    stream.avail_out = UInt32(chunk)
                    status = CZlib.inflate(&stream, Z_NO_FLUSH)
                    return chunk - Int(stream.avail_out)
                }
            }
        }
        guard status == Z_OK || status == Z_STREAM_END else { return nil }
        return (content, status == Z_STREAM_END ? Int(stream.avail_in) : nil)
    }
}
