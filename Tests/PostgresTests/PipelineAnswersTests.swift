import Testing

@testable import Postgres

/// A server, or something between it and us, may answer anything. Whatever it answers, the sorting
/// ends and never puts one statement's answer to another.
@Suite struct PipelineAnswersTests {
  private static func batch(_ isNew: Bool...) throws -> [EncodedStatement] {
    try isNew.enumerated().map { index, isNew in
      EncodedStatement(
        statement: Statement(name: "s\(index)", sql: ""), types: [],
        values: try EncodedParameters([]), isNew: isNew)
    }
  }

  private static let done = LibpqLink.Answer.rows(Rows(commandTag: "INSERT 0 1", affectedRows: 1))
  private static let refused = LibpqLink.Answer.refused(
    ServerError(sqlState: .checkViolation, message: ""))

  private func sorted(
    _ batch: [EncodedStatement], _ answers: [LibpqLink.Answer]
  ) -> PipelineAnswers {
    var sorted = PipelineAnswers(batch)
    for answer in answers where !sorted.isComplete { sorted.take(answer) }
    return sorted
  }

  @Test func `a new statement is prepared and then run`() throws {
    let result = sorted(
      try Self.batch(true, false),
      [Self.done, .statementEnd, Self.done, .statementEnd, Self.done, .statementEnd, .synced])
    #expect(result.isComplete)
    #expect(result.violation == nil)
    #expect(result.refusal == nil)
    #expect(result.rows.count == 2)
    #expect(result.nowPrepared.map(\.statement.name) == ["s0"])
  }

  @Test func `the first refusal counts and the skipped are not prepared`() throws {
    let result = sorted(
      try Self.batch(true, true),
      [
        Self.done, .statementEnd, Self.refused, .statementEnd, .skipped, .statementEnd,
        .skipped, .statementEnd, .synced,
      ])
    #expect(result.refusal?.index == 0)
    #expect(result.violation == nil)
    #expect(result.nowPrepared.map(\.statement.name) == ["s0"])
  }

  @Test func `a commit may be refused at the very end`() throws {
    for end in [[.statementEnd, .synced], [.synced]] as [[LibpqLink.Answer]] {
      let result = sorted(
        try Self.batch(false), [Self.done, .statementEnd, Self.refused] + end)
      #expect(result.isComplete)
      #expect(result.violation == nil)
      #expect(result.refusal?.error.sqlState == .checkViolation)
      #expect(result.refusal?.index == nil)
    }
  }

  @Test(
    arguments: [
      [.synced], [.statementEnd], [.skipped], [done, done], [done, .synced],
      [done, .statementEnd, done], [.unexpected("PGRES_COPY_IN")],
      [refused, .skipped], [done, .statementEnd, refused, refused],
      [done, .statementEnd, .statementEnd],
    ] as [[LibpqLink.Answer]])
  func `an answer out of place ends the pipeline as a violation`(
    answers: [LibpqLink.Answer]
  ) throws {
    let result = sorted(try Self.batch(false), answers)
    #expect(result.isComplete)
    #expect(result.violation != nil)
  }
}
