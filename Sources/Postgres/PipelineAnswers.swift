/// Sorts the answers to one pipeline: which belongs to which statement, what the first refusal was
/// and which statements the session has prepared. It reads no socket.
///
/// A new statement has two answers, that of its preparation and that of its execution.
struct PipelineAnswers {
  struct Refusal {
    var error: ServerError
    /// Nil when it was the commit itself that was refused.
    var index: Int?
  }

  private(set) var rows: [Rows] = []
  private(set) var nowPrepared: [EncodedStatement] = []
  private(set) var refusal: Refusal?
  private(set) var violation: String?
  private(set) var isComplete = false

  private let batch: [EncodedStatement]
  private var index = 0
  private var isPreparing: Bool
  private var hasAnswer = false

  init(_ batch: [EncodedStatement]) {
    self.batch = batch
    isPreparing = batch.first?.isNew ?? false
    rows.reserveCapacity(batch.count)
  }

  mutating func take(_ answer: LibpqLink.Answer) {
    switch answer {
    case .synced:
      isComplete = true
      if refusal == nil, index < batch.count { fail("the end after \(index) answers") }
    case .refused(let error) where index == batch.count && !hasAnswer:
      // What is only checked at the commit, as in a serializable transaction, fails at the Sync.
      hasAnswer = true
      if refusal == nil { refusal = Refusal(error: error, index: nil) }
    case .statementEnd where index == batch.count && hasAnswer:
      hasAnswer = false
    case _ where index >= batch.count:
      fail("more answers than statements")
    case .statementEnd:
      if !hasAnswer { return fail("a statement without an answer") }
      advance()
    case _ where hasAnswer:
      fail("two answers to one statement")
    case .rows(let found):
      hasAnswer = true
      if isPreparing { nowPrepared.append(batch[index]) } else { rows.append(found) }
    case .refused(let error):
      hasAnswer = true
      if refusal == nil { refusal = Refusal(error: error, index: index) }
    case .skipped:
      hasAnswer = true
      if refusal == nil { fail("a statement skipped without a reason") }
    case .unexpected(let status):
      fail(status)
    }
  }

  private mutating func advance() {
    hasAnswer = false
    if isPreparing {
      isPreparing = false
    } else {
      index += 1
      isPreparing = index < batch.count && batch[index].isNew
    }
  }

  private mutating func fail(_ text: String) {
    if violation == nil { violation = text }
    isComplete = true
  }
}
