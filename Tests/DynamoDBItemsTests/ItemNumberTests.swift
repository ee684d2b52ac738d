import ApusBase
import Testing

@testable import DynamoDBItems

/// Ranges and precision: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html.
/// The messages are those of DynamoDB as clients' issues and dynalite, which was compared with the service, quote them.
@Suite struct ItemNumberTests {
    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("0.000", "0"), ("0e1000", "0"), ("1", "1"), ("+3", "3"), ("001.50", "1.5"),
        ("1.", "1"),
        (".5", "0.5"), ("-7.1234", "-7.1234"), ("1e2", "100"), ("1E+2", "100"), ("12e-3", "0.012"),
        ("-17.4E3", "-17400"),
        ("100", "100"), ("1200e-2", "12"), ("1e0000000000000000000000002", "100"), ("10", "10"), ("101", "101"),
        ("1001", "1001"), ("0.10", "0.1"), ("1234567890123456789012345678", "1234567890123456789012345678"),
        ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
        ("3.1415926535897932384626433832795028841", "3.1415926535897932384626433832795028841"),
        ("0.000000000000000000000000000000000000001", "0.000000000000000000000000000000000000001"),
        ("1000000000000000000", "1000000000000000000"), ("1000000000000000001", "1000000000000000001"),
    ])
    func `a number is answered without exponent and superfluous zeros`(text: String, expected: String) throws {
        #expect(try ItemNumber(text).text == expected)
    }

    @Test func `the largest and the smallest magnitudes are kept`() throws {
        #expect(try ItemNumber("1e125").text == "1" + String(repeating: "0", count: 125))
        #expect(try ItemNumber("9.9e125").text == "99" + String(repeating: "0", count: 124))
        #expect(try ItemNumber("-1e-130").text == "-0." + String(repeating: "0", count: 129) + "1")
    }

    @Test(arguments: ["1e126", "11e125", "-1e126", "1.0e100000000", "1e99999999999999999999999"])
    func `a number of too large magnitude overflows`(text: String) {
        #expect(
            throws: ItemError(
                "Number overflow. Attempting to store a number with magnitude larger than supported range")
        ) {
            try ItemNumber(text)
        }
    }

    @Test(arguments: ["1e-131", "0.9e-130", "-1e-131", "1e-99999999999999999999999"])
    func `a number of too small magnitude underflows`(text: String) {
        #expect(
            throws: ItemError(
                "Number underflow. Attempting to store a number with magnitude smaller than supported range")
        ) {
            try ItemNumber(text)
        }
    }

    @Test(arguments: [
        "3.14159265358979323846264338327950288419", "314159265358979323846264338327950288419e30",
        "100000000000000000000000000000000000001",
    ])
    func `a number has 38 significant digits at most`(text: String) {
        #expect(throws: ItemError("Attempting to store more than 38 significant digits in a Number")) {
            try ItemNumber(text)
        }
    }

    @Test(arguments: [
        "NaN", "Infinity", "-Infinity", "dog", " 1", "1 ", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "--1", "0x1",
    ])
    func `what is no number is named`(text: String) {
        #expect(throws: ItemError("The parameter cannot be converted to a numeric value: \(text)")) {
            try ItemNumber(text)
        }
    }

    @Test func `an empty text is no number`() {
        #expect(throws: ItemError("The parameter cannot be converted to a numeric value")) { try ItemNumber("") }
    }

    @Test func `the bytes of numbers sort as the numbers do`() throws {
        let texts = [
            "-9.9e125", "-1e125", "-1001", "-1000.5", "-1000", "-12.3", "-12", "-1.23", "-1.2", "-1", "-0.1", "-1e-130",
            "0",
            "1e-130", "0.099", "0.1", "0.11", "1", "1.01", "1.1", "2", "9.99", "10", "11", "99", "100", "1e18", "1e125",
        ]
        let bytes = try texts.map { try ItemNumber($0).encoded }
        for index in bytes.indices.dropFirst() {
            #expect(bytes[index - 1].lexicographicallyPrecedes(bytes[index]), "\(texts[index - 1]) < \(texts[index])")
        }
    }

    @Test(arguments: 1...20) func `random numbers survive their bytes and their text, and sort as they should`(
        seed: UInt64
    ) throws {
        let entropy = SeededEntropy(seed: seed)
        for _ in 0..<100 {
            let one = try RandomValues.number(entropy)
            let other = try RandomValues.number(entropy)
            #expect(ItemNumber(encoded: one.encoded[...]) == one)
            #expect(try ItemNumber(one.text) == one)
            let difference = try? one.subtracting(other)
            guard let difference else { continue }
            #expect((one < other) == (difference < .zero), "\(one.text) and \(other.text)")
        }
    }

    @Test(arguments: [
        ("1", "10000000000000000000000", "10000000000000000000001"), ("0.1", "0.2", "0.3"), ("5", "-5", "0"),
        ("-1", "0.5", "-0.5"),
        ("99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000"),
        ("1e38", "-99999999999999999999999999999999999999", "1"),
        ("-1e38", "99999999999999999999999999999999999999", "-1"),
        ("1e125", "0", "1" + String(repeating: "0", count: 125)),
    ])
    func `sums are exact`(left: String, right: String, sum: String) throws {
        #expect(try ItemNumber(left).adding(ItemNumber(right)).text == sum)
        #expect(try ItemNumber(right).adding(ItemNumber(left)).text == sum)
    }

    /// ScyllaDB's developers found that a sum which needs more than 38 digits is called an overflow by DynamoDB.
    @Test(arguments: [("9e125", "9e125"), ("1e50", "1"), ("1e50", "-1"), ("1e125", "1e-130")])
    func `sums that are too large or need too many digits overflow`(left: String, right: String) throws {
        let (left, right) = (try ItemNumber(left), try ItemNumber(right))
        #expect(throws: ItemError.numberOverflow) { try left.adding(right) }
        #expect(throws: ItemError.numberOverflow) { try right.adding(left) }
    }

    @Test func `whole numbers of the machine are numbers`() throws {
        for value in [0, 1, -1, 10, 1200, Int.max, Int.min] {
            #expect(try ItemNumber(value) == ItemNumber(String(value)))
        }
    }
}
