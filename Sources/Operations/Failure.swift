/// Why a program ends with an exit code above 1, in one line: what failed, the value in question,
/// and what to do.
public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
  public let status: ExitReason
  /// For example `cannot listen on 127.0.0.1:8080: address in use`.
  public let what: String
  /// For example `stop the other process or choose another port with --edge-port`.
  public let remedy: String
  /// What somebody else said about it, for example the end of PostgreSQL's log; printed before.
  public let context: [String]

  public init(_ status: ExitReason, _ what: String, remedy: String, context: [String] = []) {
    self.status = status
    self.what = what
    self.remedy = remedy
    self.context = context
  }

  public var description: String {
    "orderly: \(LogText.oneLine(what)); \(LogText.oneLine(remedy))"
  }
}

extension Failure {
  /// Settings that are wrong. Each problem is a line of its own, so that none hides another.
  public static func lines(of error: SettingsError) -> [String] {
    error.problems.map { "orderly: \($0.description)" }
  }
}
