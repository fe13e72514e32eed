/// Why a series cannot be registered.
public struct MetricsError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    case badName
    case badLabel(String)
    /// The name stands for another kind of metric already.
    case otherKind
    case alreadyThere
  }
  public let reason: Reason
  public let name: String

  public init(reason: Reason, name: String) {
    self.reason = reason
    self.name = name
  }

  public var description: String {
    switch reason {
    case .badName: "\(name) is no name of a metric"
    case .badLabel(let label): "\(name): \(label) is no name of a label"
    case .otherKind: "\(name) is another kind of metric"
    case .alreadyThere: "\(name) has a series with these labels already"
    }
  }
}
