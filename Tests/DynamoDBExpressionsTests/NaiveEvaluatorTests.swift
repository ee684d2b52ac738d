import ApusBase
import DynamoDBItems
import Testing

@testable import DynamoDBExpressions

/// Random expressions on random documents, evaluated a second time in the plainest way.
@Suite struct NaiveEvaluatorTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>) func `updates make what the plainest evaluator makes`(seed: UInt64)
        throws
    {
        let entropy = SeededEntropy(seed: seed)
        var made = 0
        for _ in 0..<150 {
            let old = NaiveValue.item(entropy, depth: 2)
            let update = NaiveUpdate(entropy)
            let (text, values) = update.text
            let (item, failures) = update.applied(to: old)
            var placeholders = try Fixture.placeholders(nil, values == "{}" ? nil : values)
            let bound: Update
            do throws(ItemError) {
                bound = try UpdateExpression(text).bound(to: &placeholders)
            } catch {
                Issue.record("\(text) with \(values): \(error.message)")
                continue
            }
            let before = try Fixture.item(old.entries)
            do throws(ItemError) {
                let new = try bound.applied(to: before, key: .empty)
                #expect(failures.isEmpty && new.json == item.entries, "\(text) with \(values) of \(old.entries)")
                made += 1
            } catch {
                let words = failures.map(\.message)
                #expect(words.contains(error.message), "\(text) with \(values) of \(old.entries): \(error.message)")
            }
        }
        #expect(made > 15)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>) func `conditions on documents hold as the plainest evaluator says`(
        seed: UInt64
    ) throws {
        let entropy = SeededEntropy(seed: seed)
        var held = 0
        for _ in 0..<150 {
            let condition = NaiveDocumentCondition.random(entropy, depth: 3)
            var values: [NaiveValue] = []
            let text = condition.text(&values)
            let entries = values.enumerated().map { "\":v\($0.offset)\":\($0.element.json)" }.joined(separator: ",")
            var placeholders = try Fixture.placeholders(nil, values.isEmpty ? nil : "{\(entries)}")
            let bound: Condition
            do throws(ItemError) {
                bound = try ConditionExpression(text, as: .filter).bound(to: &placeholders)
            } catch {
                Issue.record("\(text) with \(entries): \(error.message)")
                continue
            }
            for _ in 0..<4 {
                let item = NaiveValue.item(entropy, depth: 2)
                let expected = condition.holds(item)
                #expect(
                    bound.holds(for: try Fixture.item(item.entries)) == expected,
                    "\(text) with \(entries) on \(item.entries)")
                held += expected ? 1 : 0
            }
        }
        #expect((60..<540).contains(held))
    }
}
