internal import NIOCore
internal import NIOPosix

/// Asks a running instance whether it is ready, as a container's health check does. It needs no
/// shell and no curl in the image.
public struct ReadinessProbe: Sendable {
  /// For the whole question, connecting included.
  static let timeMax = TimeAmount.seconds(2)
  /// The status line is all that is read; an answer that has none by then is not ours.
  private static let statusBytesMax = 64

  private let host: String
  private let port: Int

  /// - Parameters: the admin listener's address.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Whether `/readyz` answers 200 in time. Whatever else happens, it is not ready.
  public func isReady() async -> Bool {
    do {
      return try await ask()
    } catch {
      return false
    }
  }

  private func ask() async throws -> Bool {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(Self.timeMax)
      .connect(host: target, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    // Closing is what ends the reading below when the other side stays silent.
    let timer = channel.channel.eventLoop.scheduleTask(in: Self.timeMax) {
      channel.channel.close(promise: nil)
    }
    defer { timer.cancel() }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(
        ByteBuffer(string: "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"))
      var answer = ""
      for try await bytes in inbound {
        answer += String(buffer: bytes)
        guard let end = answer.firstIndex(of: "\r\n") else {
          if answer.utf8.count > Self.statusBytesMax { return false }
          continue
        }
        return answer[..<end].hasPrefix("HTTP/1.1 200 ")
      }
      return false
    }
  }

  /// A listener on every address of the machine is asked on the loopback one.
  private var target: String {
    switch host {
    case "0.0.0.0": "127.0.0.1"
    case "::": "::1"
    default: host
    }
  }
}
