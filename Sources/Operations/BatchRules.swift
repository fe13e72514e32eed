public import Contracts

/// What a batch asks of one of its members.
public protocol Batchable: Sendable {
  /// Rows the member adds beside its own.
  var lineCount: Int { get }
  /// The SKUs whose stock it changes; empty when it changes none.
  var skus: [SKU] { get }
  /// True for what must be written by itself, with nobody before or after it in its batch.
  var ridesAlone: Bool { get }
}

extension Batchable {
  @inlinable public var ridesAlone: Bool { false }
}

/// Where a batch ends.
public struct BatchCaps: Sendable, Equatable {
  /// One commit for a thousand orders costs next to nothing per order; more only adds waiting.
  public var orders = 1_000
  /// Keeps the parameters of one batch within a few hundred kilobytes.
  public var lines = 4_000
  /// Keeps the answer with one row a SKU small enough for the socket buffers, so that a client
  /// stopped right after sending does not stop the server's commit.
  public var skus = 1_000
  /// When more wait, only half of them go, and no fewer than this. Were all of them one batch, they
  /// would all be answered at once and stay together from stage to stage, so that only one stage
  /// at a time had anything to do.
  public var splitAbove = 1_000

  public init() {}
}

/// What decides about batches, and nothing else.
public enum BatchRules {
  /// How many of `waiting`, from the front and in order, form the next batch: as many as fit under
  /// every cap. The first always does, or it would wait for ever.
  @inlinable public static func take(waiting: some Collection<some Batchable>, caps: BatchCaps)
    -> Int
  {
    var lines = 0
    // Every SKU comes with a line, so there is nothing to count while lines are few.
    var distinct: Set<SKU>?
    var taken = 0
    let count = waiting.count
    let most = min(caps.orders, max(caps.splitAbove, count - count / 2))
    for member in waiting {
      if taken == 0 {
        if member.ridesAlone { return 1 }
      } else if member.ridesAlone || taken + 1 > most
        || lines + member.lineCount > caps.lines
      {
        return taken
      }
      let linesAfter = lines + member.lineCount
      if linesAfter > caps.skus {
        var counted = distinct ?? Set(waiting.prefix(taken).flatMap(\.skus))
        counted.formUnion(member.skus)
        if taken > 0, counted.count > caps.skus { return taken }
        distinct = counted
      }
      lines = linesAfter
      taken += 1
    }
    return taken
  }
}
