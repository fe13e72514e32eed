internal import NIOCore
public import Transport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// An address that cannot be listened on, as the failure that ends the program.
public enum ListenFailure {
  /// - Parameter portFlag: The flag that chooses another port, for example `--edge-port`.
  public static func failure(_ error: TransportError, portFlag: String) -> Failure {
    switch error.reason {
    case .addressInUse: inUse(error.address, portFlag)
    case .permissionDenied: noPermission(error.address, portFlag)
    case .addressInvalid: invalid(error.address, portFlag)
    case .alreadyStarted, .system: other(error.address, "\(error)", portFlag)
    }
  }

  public static func failure(
    host: String, port: Int, error: any Error, portFlag: String
  ) -> Failure {
    let address = PeerAddress(host: host, port: port).description
    guard let error = error as? IOError else { return other(address, "\(error)", portFlag) }
    return switch error.errnoCode {
    case EADDRINUSE: inUse(address, portFlag)
    case EACCES: noPermission(address, portFlag)
    case EADDRNOTAVAIL: invalid(address, portFlag)
    default: other(address, "\(error)", portFlag)
    }
  }

  /// - Parameter cause: In the words of whoever tried.
  public static func failure(
    host: String, port: Int, cause: String, portFlag: String
  ) -> Failure {
    other(PeerAddress(host: host, port: port).description, cause, portFlag)
  }

  private static func inUse(_ address: String, _ portFlag: String) -> Failure {
    Failure(
      .systemRefused, "cannot listen on \(address): the address is in use",
      remedy: "stop the process that has it, or choose another port with \(portFlag)")
  }

  private static func noPermission(_ address: String, _ portFlag: String) -> Failure {
    Failure(
      .noPermission, "cannot listen on \(address): no permission",
      remedy: "choose a port above 1023 with \(portFlag)")
  }

  private static func invalid(_ address: String, _ portFlag: String) -> Failure {
    let hostFlag = portFlag.hasSuffix("port") ? portFlag.dropLast(4) + "host" : "--…-host"
    return Failure(
      .systemRefused, "cannot listen on \(address): no address of this machine",
      remedy: "choose one of its addresses with \(hostFlag)")
  }

  private static func other(_ address: String, _ why: String, _ portFlag: String) -> Failure {
    Failure(
      .systemRefused, "cannot listen on \(address): \(why)",
      remedy: "choose another address or port with \(portFlag)")
  }
}
