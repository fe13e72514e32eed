internal import CLibpq

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// libpq's handle for one session, always in pipeline mode and never blocking in a read or write.
///
/// This file and `LibpqLink+Results` are where Swift meets libpq. A link is made, used and
/// released on its connection's thread only; it is not Sendable.
@safe final class LibpqLink {
  let handle: OpaquePointer
  let farewell: Farewell

  /// The session is gone or cannot be used any more. The text is libpq's and names no secret.
  struct Failure: Error {
    var message: String
    /// Nothing came for as long as the caller would wait, though the session may live on.
    var isSilence = false
  }

  /// Connects, which blocks.
  init(_ target: ConnectionTarget) throws(PostgresError) {
    let keywords = CStrings(target.parameters.map(\.keyword))
    let values = CStrings(target.parameters.map(\.value))
    guard let handle = unsafe PQconnectdbParams(keywords.pointers, values.pointers, 0) else {
      throw PostgresError(.connectFailed("out of memory"))
    }
    unsafe self.handle = unsafe handle
    farewell = Farewell()
    guard unsafe PQstatus(handle) == CONNECTION_OK else {
      throw PostgresError(.connectFailed(lastMessage))
    }
    // Without a receiver of ours libpq prints notices on standard error, between the log's lines.
    unsafe PQsetNoticeReceiver(
      handle, { unsafe Farewell.hear($0, $1) }, Unmanaged.passUnretained(farewell).toOpaque())
    guard unsafe PQsetnonblocking(handle, 1) == 0, unsafe PQenterPipelineMode(handle) == 1 else {
      throw PostgresError(.connectFailed(lastMessage))
    }
  }

  deinit { unsafe PQfinish(handle) }

  var serverProcessID: Int32 { unsafe PQbackendPID(handle) }

  var isBroken: Bool { unsafe PQstatus(handle) != CONNECTION_OK }

  /// Inside a transaction block that no error has ended.
  var isInTransaction: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_INTRANS }

  /// What libpq said last, on one line.
  var lastMessage: String {
    guard let text = unsafe PQerrorMessage(handle) else { return "" }
    return unsafe String(cString: text).onOneLine
  }

  var failure: Failure { Failure(message: lastMessage) }

  /// The keywords a connection string sets, without the defaults libpq would add later.
  static func parse(_ text: String) throws(PostgresError) -> [ConnectionTarget.Parameter] {
    var message: UnsafeMutablePointer<CChar>?
    guard let options = unsafe PQconninfoParse(text, &message) else {
      let why = unsafe message.map { unsafe String(cString: $0).onOneLine } ?? "out of memory"
      unsafe PQfreemem(message)
      // Any other message may quote a piece of the string, and that may be the password.
      let isNamed = why.hasPrefix("invalid connection option")
      throw PostgresError(
        .invalidConnectionString(
          isNamed ? why : "neither 'key=value …' nor a postgresql:// address that libpq reads"))
    }
    defer { unsafe PQconninfoFree(options) }
    var parameters: [ConnectionTarget.Parameter] = []
    var option = unsafe options
    while let keyword = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val {
        unsafe parameters.append(
          ConnectionTarget.Parameter(
            keyword: String(cString: keyword), value: String(cString: value)))
      }
      unsafe option += 1
    }
    return parameters
  }
}

// MARK: - Sending. Everything is only queued; `next` writes while it waits for answers.

extension LibpqLink {
  func sendPrepare(_ statement: Statement, types: [PostgresType]) throws(Failure) {
    let types: [Oid] = types.map(\.rawValue)
    let sent = unsafe PQsendPrepare(
      handle, statement.name, statement.sql, Int32(truncatingIfNeeded: types.count), types)
    guard sent == 1 else { throw failure }
  }

  /// All values lie in one buffer, one after the other, and libpq copies them out of it.
  func sendExecute(_ name: String, _ values: EncodedParameters) throws(Failure) {
    let sent = unsafe values.bytes.withUnsafeBufferPointer { buffer in
      let base = unsafe UnsafeRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
      let pointers = unsafe values.starts.map { start in
        unsafe start < 0 ? nil : base.map { unsafe $0 + start }
      }
      return unsafe PQsendQueryPrepared(
        handle, name, Int32(truncatingIfNeeded: pointers.count), pointers, values.lengths,
        values.formats, 1)
    }
    guard sent == 1 else { throw failure }
  }

  /// Ends a pipeline: the server commits what came since the last one and answers.
  func sendSync() throws(Failure) {
    guard unsafe PQpipelineSync(handle) == 1 else { throw failure }
  }

  /// Sends a text of several statements by the simple protocol, outside pipeline mode.
  func sendScript(_ sql: String) throws(Failure) {
    guard unsafe PQexitPipelineMode(handle) == 1, unsafe PQsendQuery(handle, sql) == 1 else {
      throw failure
    }
  }

  func endScript() throws(Failure) {
    guard unsafe PQenterPipelineMode(handle) == 1 else { throw failure }
  }

  /// Asks the server, over a connection of its own, to give up the running statement. Blocks for
  /// as long as that takes. That it fails is no error here: the answer then comes late, or never,
  /// and the wait for it has its own end.
  func requestCancel() {
    guard let cancel = unsafe PQgetCancel(handle) else { return }
    defer { unsafe PQfreeCancel(cancel) }
    var message = [CChar](repeating: 0, count: 256)
    _ = unsafe PQcancel(cancel, &message, Int32(message.count))
  }
}

/// What the server says between statements. A session that it ends while idle gets its last
/// message this way, and the end of the stream only a moment later.
final class Farewell {
  private(set) var message: String?

  static func hear(_ owner: UnsafeMutableRawPointer?, _ notice: OpaquePointer?) {
    guard let owner = unsafe owner else { return }
    // PG_DIAG_SEVERITY_NONLOCALIZED, which is not translated.
    let severity = unsafe PQresultErrorField(notice, CInt(UInt8(ascii: "V")))
    guard let severity = unsafe severity else { return }
    let word = unsafe String(cString: severity)
    guard word == "FATAL" || word == "PANIC" else { return }
    let text = unsafe PQresultErrorMessage(notice).map { unsafe String(cString: $0).onOneLine }
    unsafe Unmanaged<Farewell>.fromOpaque(owner).takeUnretainedValue().message = text ?? word
  }
}

/// C strings with a null pointer behind the last, for as long as this object lives.
@safe private final class CStrings {
  let pointers: [UnsafePointer<CChar>?]

  init(_ strings: [String]) {
    var pointers: [UnsafePointer<CChar>?] = unsafe []
    for string in strings { unsafe pointers.append(UnsafePointer(strdup(string))) }
    unsafe pointers.append(nil)
    unsafe self.pointers = unsafe pointers
  }

  deinit {
    unsafe pointers.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
  }
}

extension String {
  /// libpq ends its messages with a line break and puts one host a line.
  var onOneLine: String {
    split(whereSeparator: \.isNewline)
      .map { $0.drop(while: \.isWhitespace) }
      .joined(separator: "; ")
  }
}
