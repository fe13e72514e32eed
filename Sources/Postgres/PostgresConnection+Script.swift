extension PostgresConnection {
  /// Runs a text of any number of statements by the simple protocol, in the transaction that is
  /// open, or else in one of its own. For migrations and for commands that cannot be prepared.
  ///
  /// `silenceMax` does not apply: building an index says nothing for as long as it takes.
  public func script(_ sql: String) throws(PostgresError) {
    let link = try openLink()
    var refusal: ServerError?
    do throws(LibpqLink.Failure) {
      try link.sendScript(sql)
      var patience = LibpqLink.Patience(silenceMax: .zero)
      reading: while true {
        switch try link.next(&patience) {
        case .statementEnd: break reading
        case .refused(let error): refusal = refusal ?? error
        case .rows, .skipped, .synced: continue
        case .unexpected(let status): throw LibpqLink.Failure(message: status)
        }
      }
      try link.endScript()
    } catch {
      close()
      throw PostgresError(.connectionLost(error.message), outcome: .unknown)
    }
    if let refusal { throw PostgresError(.server(refusal)) }
  }

  /// Whether the session is inside a transaction block that could still commit.
  func isInTransaction() throws(PostgresError) -> Bool {
    try openLink().isInTransaction
  }
}
