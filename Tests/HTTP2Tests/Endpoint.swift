import TestSupport

@testable import HTTP2

/// One side of a connection in memory: a session, what it reported, and the frames it sent.
final class Endpoint {
  /// An event with its DATA copied out, so that it can be looked at later.
  enum Report: Equatable {
    case headers(Int32, HeaderCategory, endStream: Bool)
    case data(Int32, [UInt8])
    case endStream(Int32)
    case reset(Int32, HTTP2ErrorCode)
    case fault(HTTP2StreamError)
    case endStreamSent(Int32)
    case closed(Int32, HTTP2ErrorCode)
    case goAway(Int32, HTTP2ErrorCode, String)
    case goAwaySent(Int32, HTTP2ErrorCode, String)
    case settings
    case settingsAcknowledged
    case ping(UInt64)
    case pingAcknowledged(UInt64)
  }

  let session: HTTP2Session
  var reports: [Report] = []
  var blocks: [Int32: [HeaderBlock]] = [:]
  var bodies: [Int32: [UInt8]] = [:]
  var failure: HTTP2ConnectionError?
  var now: UInt64 = 0
  /// Called with each event, as an owner would react to it.
  var react: (HTTP2Session, Report) -> Void = { _, _ in }
  /// Takes all bytes for a reader as they come.
  var consumes = true

  init(_ role: HTTP2Role, _ settings: HTTP2Settings? = nil) throws {
    session = try HTTP2Session(
      role: role, settings: settings ?? (role == .server ? .server : .client), now: 0)
  }

  /// Takes in `bytes` in pieces of `size`; answers with what the session sends in return.
  @discardableResult
  func receive(_ bytes: [UInt8], cut size: Int = .max) -> [UInt8] {
    var output: [UInt8] = []
    var start = 0
    while start < bytes.count {
      let piece = Array(bytes[start..<start + min(size, bytes.count - start)])
      start += piece.count
      do { try session.receive(piece, now: now) } catch { failure = failure ?? error }
      takeEvents(piece)
      output += drain()
    }
    return output
  }

  func drain() -> [UInt8] {
    var output: [UInt8] = []
    do { try session.drain(into: &output) } catch {
      failure = failure ?? error
      try? session.drain(into: &output)
    }
    takeEvents([])
    return output
  }

  private func takeEvents(_ bytes: [UInt8]) {
    while let event = session.nextEvent() {
      let report = report(event, bytes)
      reports.append(report)
      if case .data(let id, let part) = report {
        bodies[id, default: []] += part
        if consumes { session.consume(part.count, on: StreamID(rawValue: id)) }
      }
      react(session, report)
    }
  }

  private func report(_ event: HTTP2Event, _ bytes: [UInt8]) -> Report {
    switch event {
    case .headers(let id, let block, let category, let endStream):
      blocks[id.rawValue, default: []].append(block)
      return .headers(id.rawValue, category, endStream: endStream)
    case .data(let id, let range): return .data(id.rawValue, Array(bytes[range]))
    case .endStream(let id): return .endStream(id.rawValue)
    case .reset(let id, let code): return .reset(id.rawValue, code)
    case .fault(let error): return .fault(error)
    case .endStreamSent(let id): return .endStreamSent(id.rawValue)
    case .closed(let id, let code): return .closed(id.rawValue, code)
    case .goAway(let last, let code, let reason): return .goAway(last.rawValue, code, reason)
    case .goAwaySent(let last, let code, let reason):
      return .goAwaySent(last.rawValue, code, reason)
    case .settings: return .settings
    case .settingsAcknowledged: return .settingsAcknowledged
    case .ping(let payload): return .ping(payload)
    case .pingAcknowledged(let payload): return .pingAcknowledged(payload)
    }
  }

  /// Fields of the `index`-th block of a stream, as text.
  func fields(_ id: Int32, _ index: Int = 0) -> [[String]] {
    guard let block = blocks[id]?.dropFirst(index).first else { return [] }
    return block.map { field in
      [String(decoding: block[field.name], as: UTF8.self)]
        + [String(decoding: block[field.value], as: UTF8.self)]
    }
  }

  func body(_ id: Int32) -> [UInt8] { bodies[id] ?? [] }

  func has(_ report: Report) -> Bool { reports.contains(report) }

  func closings(_ id: Int32) -> [HTTP2ErrorCode] {
    reports.compactMap { if case .closed(id, let code) = $0 { code } else { nil } }
  }
}

/// Two sides joined by nothing but arrays.
struct Connection {
  let client: Endpoint
  let server: Endpoint

  init(client: HTTP2Settings? = nil, server: HTTP2Settings? = nil) throws {
    self.client = try Endpoint(.client, client)
    self.server = try Endpoint(.server, server)
  }

  /// Carries bytes both ways until both sides are silent. Each direction is cut into pieces.
  func run(cut size: Int = .max) {
    var toServer = client.drain()
    var toClient = server.drain()
    while !toServer.isEmpty || !toClient.isEmpty {
      let answer = server.receive(toServer, cut: size)
      toServer = client.receive(toClient, cut: size)
      toClient = answer + server.drain()
      toServer += client.drain()
    }
  }
}
