/// What comparing the services' books with the answers they gave came to.
public struct VerificationReport: Equatable, Sendable {
  /// Keys with an answer that says the order exists.
  public internal(set) var acknowledged: UInt64 = 0
  /// Keys whose answers were lost, and how many of those orders exist.
  public internal(set) var inDoubt: UInt64 = 0
  public internal(set) var inDoubtFound: UInt64 = 0
  /// Orders of an earlier run with the same seed.
  public internal(set) var older: UInt64 = 0
  /// The first of them, up to `violationsMax`.
  public private(set) var violations: [Violation] = []
  public private(set) var violationCount = 0

  /// More lines than this tell nothing that the first ones did not.
  public static let violationsMax = 100

  mutating func add(_ violation: Violation) {
    violationCount += 1
    if violations.count < Self.violationsMax { violations.append(violation) }
  }

  mutating func add(_ other: VerificationReport) {
    acknowledged += other.acknowledged
    inDoubt += other.inDoubt
    inDoubtFound += other.inDoubtFound
    older += other.older
    violationCount += other.violationCount
    violations += other.violations.prefix(max(0, Self.violationsMax - violations.count))
  }

  public var isClean: Bool { violationCount == 0 }
}

/// Whether the books were compared at all.
public enum Verification: Equatable, Sendable {
  case notAsked
  case done(VerificationReport)
  /// The books could not be read; the cause is what the service said.
  case impossible(String)
}
