/// Why a server could not begin to listen, or an address could not be used.
public struct TransportError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    case addressInUse
    case permissionDenied
    case addressInvalid
    case alreadyStarted
    /// Anything else, in the words of the system.
    case system(String)
  }

  public let reason: Reason
  /// `host:port`
  public let address: String

  public init(_ reason: Reason, address: String) {
    self.reason = reason
    self.address = address
  }

  public var description: String {
    switch reason {
    case .addressInUse: "\(address) is in use by another process"
    case .permissionDenied: "no permission to listen on \(address)"
    case .addressInvalid: "\(address) is no address of this machine"
    case .alreadyStarted: "the server at \(address) has been started before"
    case .system(let text): "cannot listen on \(address): \(text)"
    }
  }
}
