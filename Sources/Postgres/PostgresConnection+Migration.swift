extension PostgresConnection {
  /// Runs one file and records it, both or neither.
  func run(
    _ migration: Migration, version: Int32, checksum: [UInt8]
  ) throws(PostgresError) {
    _ = try query(Self.begin())
    do throws(PostgresError) {
      _ = try query(
        Migrations.insert(.int32(version), .text(migration.name), .bytes(checksum)))
      do throws(PostgresError) {
        try script(migration.sql)
      } catch {
        // A file that fails by its own fault is named; one that only has to wait is tried again.
        guard let server = error.serverError, !error.isRetryable else { throw error }
        throw PostgresError(.migrationFailed(name: migration.name, server))
      }
      guard try isInTransaction() else {
        throw PostgresError(
          .invalidMigration(name: migration.name, "the file ends the transaction it runs in"))
      }
      _ = try pipeline([Self.commit()])
    } catch {
      rollBackQuietly()
      throw error
    }
  }

  /// Refuses a database that does not sort text by its bytes. The lines of an order are sorted by
  /// byte in the program, and locks are taken in that order in the database: were the two orders
  /// to differ, two orders could lock the same rows crosswise.
  public func requireByteOrder() throws(PostgresError) {
    let row = try query(Self.order()).single()
    guard try row.bool(0) else { throw PostgresError(.textOrder(try row.text(1))) }
  }

  private static let order = Statement(
    name: "orderly_text_order", sql: "SELECT 'Z'::text < 'a'::text, current_database()")

  private func rollBackQuietly() {
    guard isOpen else { return }
    do throws(PostgresError) {
      _ = try query(Self.rollBack())
    } catch {
      close()  // Which rolls back as well.
    }
  }

  /// Connects, trying again until `limit` has passed while the server cannot be reached or is
  /// still starting.
  public nonisolated func connect(
    waitingAtMost limit: Duration
  ) async throws(PostgresError) {
    let end = ContinuousClock.now + limit
    var pause = ReconnectPause()
    while true {
      do throws(PostgresError) {
        return try await connect()
      } catch {
        let next = ContinuousClock.now + pause.next(spread: .random(in: ReconnectPause.spread))
        guard next < end else { throw error }
        do {
          try await Task.sleep(until: next, clock: .continuous)
        } catch {
          throw PostgresError(.cancelled)
        }
      }
    }
  }
}
