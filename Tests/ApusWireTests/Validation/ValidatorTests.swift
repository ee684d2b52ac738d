import ApusWire
import Testing

@Suite struct ValidatorTests {
    @Test func `nothing wrong is no message`() {
        var validator = Validator()
        validator.string("a", "name", StringConstraint(min: 1, max: 1))
        validator.string(nil, "other", StringConstraint(min: 1))
        #expect(validator.message() == nil)
    }

    @Test func `lengths are counted in characters, not bytes`() {
        let constraint = StringConstraint(min: 2, max: 2)
        #expect(constraint.accepts("éü"))
        #expect(!constraint.accepts("é"))
        #expect(!constraint.accepts("abc"))
        #expect(constraint.accepts("😀😀"))
    }

    @Test func `a secret value is not printed`() {
        var validator = Validator()
        validator.string("hunter2", "password", StringConstraint(min: 8, sensitive: true))
        #expect(
            validator.message() == """
                1 validation error detected: Value at 'password' failed to satisfy constraint: \
                Member must have length greater than or equal to 8
                """)
    }

    @Test func `keys and values of a map are reported with the map`() {
        var validator = Validator()
        validator.stringMap(
            ["b": "", "a": "x"], "tags", size: SizeConstraint(max: 1), key: StringConstraint(max: 128),
            value: StringConstraint(min: 1, max: 256))
        #expect(
            validator.message() == """
                2 validation errors detected: Value '{a=x, b=}' at 'tags' failed to satisfy constraint: \
                Member must have length less than or equal to 1; Value '{a=x, b=}' at 'tags' failed to satisfy constraint: \
                Map value must satisfy constraint: [Member must have length less than or equal to 256, \
                Member must have length greater than or equal to 1, Member must not be null]
                """)
    }

    @Test func `bounds of numbers speak of values`() {
        var validator = Validator()
        validator.integer(901, "timeout", IntegerConstraint(min: 1, max: 900))
        validator.double(.nan, "rate", DoubleConstraint(min: 0, max: 1))
        #expect(
            validator.message() == """
                3 validation errors detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value \
                less than or equal to 900; Value 'nan' at 'rate' failed to satisfy constraint: Member must have value greater \
                than or equal to 0; Value 'nan' at 'rate' failed to satisfy constraint: Member must have value less than or \
                equal to 1
                """)
    }
}
