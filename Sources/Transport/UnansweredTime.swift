internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
  internal import Glibc
#endif

/// How long the system waits for the other end to acknowledge bytes. Without it a connection whose
/// peer is gone while bytes are under way lives for a quarter of an hour, as the system goes on to
/// send them again. Where keepalive asks, this is what its answer may take. (gRFC A18)
enum UnansweredTime {
  #if os(Linux)
    static let option = ChannelOptions.Types.SocketOption(
      level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT))
  #endif

  static func milliseconds(_ time: Duration) -> Int {
    Int(CInt(clamping: TimeAmount(time).nanoseconds / 1_000_000))
  }
}

extension ServerBootstrap {
  /// - Parameter time: Zero leaves it to the system.
  func childUnansweredTimeMax(_ time: Duration) -> ServerBootstrap {
    #if os(Linux)
      if time > .zero {
        return childChannelOption(
          UnansweredTime.option, value: UnansweredTime.milliseconds(time))
      }
    #endif
    return self
  }
}

extension ClientBootstrap {
  /// - Parameter time: Zero leaves it to the system.
  func unansweredTimeMax(_ time: Duration) -> ClientBootstrap {
    #if os(Linux)
      if time > .zero {
        return channelOption(UnansweredTime.option, value: UnansweredTime.milliseconds(time))
      }
    #endif
    return self
  }
}
