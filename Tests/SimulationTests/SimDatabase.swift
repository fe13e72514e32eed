import Contracts
import Operations
import Postgres

/// What a transaction can lock.
enum SimKey: Hashable {
  case hold(OrderID)
  case stock(SKU)
  case order(OrderID)
  case due(OrderID)
  case log(LogPosition)
}

/// One transaction on the server: what it has locked and what its commit will change.
final class SimTransaction<Tables> {
  fileprivate(set) var locks: [SimKey] = []
  fileprivate var changes: [(inout Tables) -> Void] = []
  fileprivate var waitsFor: SimKey?
  fileprivate(set) var isOver = false
  /// Of the server in which it began; it dies with it.
  let life: Int

  init(life: Int) { self.life = life }

  func change(_ change: @escaping (inout Tables) -> Void) { changes.append(change) }
}

/// One statement: what it locks, in order, by the rows that are committed when it begins, and what
/// it does once it has the locks, by the rows that are committed then (READ COMMITTED).
struct SimStatement<Tables> {
  var keys: (Tables) -> [SimKey] = { _ in [] }
  /// Keys that turned out to need no lock, since the row to insert was there already.
  var unneeded: (Tables) -> [SimKey] = { _ in [] }
  let effect: (Tables, SimTransaction<Tables>) throws(PostgresError) -> Void
}

/// A PostgreSQL as far as transactions, locks and lost connections go. Row locks are held to the
/// end of the transaction and waited for in order of arrival; a wait ends by a deadlock, or by the
/// lock timeout.
final class SimDatabase<Tables> {
  typealias Transaction = SimTransaction<Tables>

  let world: SimWorld
  private(set) var tables: Tables
  private(set) var isUp = true
  private(set) var life = 0
  var wallOffset: Int64 = 0
  private(set) var deadlocks = 0
  static var lockTimeout: Int64 { 2_000_000 }

  private struct Lock {
    var owner: Transaction
    var waiting: [(transaction: Transaction, resume: (PostgresError?) -> Void)] = []
  }

  private var locks: [SimKey: Lock] = [:]
  private var mourners: [Int: () -> Void] = [:]
  private var nextMourner = 0

  init(_ tables: Tables, in world: SimWorld) {
    self.world = world
    self.tables = tables
  }

  var wallClock: Int64 { 1_700_000_000_000_000 + world.now + wallOffset }

  /// What an administrator does, outside any transaction.
  func administer(_ change: (inout Tables) -> Void) { change(&tables) }

  /// Ends every transaction without its changes, as a crash of the server does.
  func kill() {
    guard isUp else { return }
    isUp = false
    life += 1
    for lock in locks.values {
      lock.owner.isOver = true
      for waiter in lock.waiting { waiter.transaction.isOver = true }
    }
    locks = [:]
    let told = mourners.sorted { $0.key < $1.key }.map(\.value)
    mourners = [:]
    for mourner in told { mourner() }
  }

  func start() { isUp = true }

  /// Told when the server dies.
  func onDeath(_ run: @escaping () -> Void) -> Int {
    nextMourner += 1
    mourners[nextMourner] = run
    return nextMourner
  }

  func forget(_ mourner: Int) { mourners[mourner] = nil }

  /// Runs statements one after the other, with some time between them in which others run.
  func run(
    _ statements: ArraySlice<SimStatement<Tables>>, in transaction: Transaction,
    _ done: @escaping (PostgresError?) -> Void
  ) {
    guard !transaction.isOver else { return }
    guard let statement = statements.first else { return done(nil) }
    lock(statement.keys(tables)[...], transaction) { [self] error in
      if let error {
        rollBack(transaction)
        return done(error)
      }
      for key in statement.unneeded(tables) { unlock(key, transaction) }
      do throws(PostgresError) {
        try statement.effect(tables, transaction)
      } catch {
        rollBack(transaction)
        return done(error)
      }
      if statements.count == 1 { return done(nil) }
      let life = life
      world.after(world.draw(1...200)) { [self] in
        guard self.life == life else { return }
        run(statements.dropFirst(), in: transaction, done)
      }
    }
  }

  func commit(_ transaction: Transaction) {
    guard !transaction.isOver else { return }
    for change in transaction.changes { change(&tables) }
    end(transaction)
  }

  func rollBack(_ transaction: Transaction) {
    guard !transaction.isOver else { return }
    end(transaction)
  }

  private func end(_ transaction: Transaction) {
    transaction.isOver = true
    for key in transaction.locks.reversed() { unlock(key, transaction) }
  }

  private func lock(
    _ keys: ArraySlice<SimKey>, _ transaction: Transaction,
    _ done: @escaping (PostgresError?) -> Void
  ) {
    guard !transaction.isOver else { return }
    var left = keys
    while let key = left.popFirst() {
      guard let lock = locks[key] else {
        locks[key] = Lock(owner: transaction)
        transaction.locks.append(key)
        continue
      }
      if lock.owner === transaction { continue }
      if isDeadlock(transaction, key) {
        deadlocks += 1
        return done(Self.refused("40P01"))
      }
      return wait(for: key, transaction) { [self, left] error in
        if let error { return done(error) }
        self.lock(left, transaction, done)
      }
    }
    done(nil)
  }

  private func wait(
    for key: SimKey, _ transaction: Transaction, _ resume: @escaping (PostgresError?) -> Void
  ) {
    transaction.waitsFor = key
    var isOver = false
    let resumeOnce: (PostgresError?) -> Void = { error in
      guard !isOver else { return }
      isOver = true
      transaction.waitsFor = nil
      resume(error)
    }
    locks[key]?.waiting.append((transaction, resumeOnce))
    world.after(Self.lockTimeout) { [self] in
      guard !isOver, !transaction.isOver else { return }
      locks[key]?.waiting.removeAll { $0.transaction === transaction }
      resumeOnce(Self.refused("55P03"))
    }
  }

  /// Whether the owner of `key` waits, over whatever others, for `transaction`.
  private func isDeadlock(_ transaction: Transaction, _ key: SimKey) -> Bool {
    var next: SimKey? = key
    while let key = next, let owner = locks[key]?.owner {
      if owner === transaction { return true }
      next = owner.waitsFor
    }
    return false
  }

  private func unlock(_ key: SimKey, _ transaction: Transaction) {
    guard var lock = locks[key], lock.owner === transaction else { return }
    transaction.locks.removeAll { $0 == key }
    while !lock.waiting.isEmpty {
      let next = lock.waiting.removeFirst()
      guard !next.transaction.isOver else { continue }
      lock.owner = next.transaction
      locks[key] = lock
      next.transaction.locks.append(key)
      next.transaction.waitsFor = nil
      let life = life
      world.after(1) { [self] in
        if self.life == life { next.resume(nil) }
      }
      return
    }
    locks[key] = nil
  }

  static func refused(_ code: String, _ constraint: String = "") -> PostgresError {
    PostgresError(
      .server(
        ServerError(sqlState: SQLState(rawValue: code), message: "", constraint: constraint)))
  }
}
