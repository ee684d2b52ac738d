internal import ApusWire

extension RequestRecord {
    /// The fields of a request's line: what an operator asks first, first.
    var fields: [(name: String, value: LogFormat.Value)] {
        var fields: [(name: String, value: LogFormat.Value)] = []
        fields.reserveCapacity(7)
        fields.append(("status", .integer(self.status)))
        if let code = self.errorCode { fields.append(("code", .text(code))) }
        fields.append(("durationMicroseconds", .integer(Int(self.durationNanoseconds / 1_000))))
        if let account = self.account { fields.append(("account", .text(account))) }
        fields.append(("requestBytes", .integer(self.requestBytes)))
        fields.append(("responseBytes", .integer(self.responseBytes)))
        fields.append(("requestId", .text(self.requestID)))
        return fields
    }
}
