/// The six protocols of AWS's APIs.
package enum WireProtocol: String, Sendable, CaseIterable {
    case json10, json11, query, restJSON, restXML, cbor
}
