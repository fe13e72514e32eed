/// Every negative code of nghttp2, by name, so that a log line says more than a number.
public enum LibraryFailure: Equatable, Sendable, CustomStringConvertible {
  case invalidArgument
  case bufferError
  case unsupportedVersion
  case wouldBlock
  case protocolViolation
  case invalidFrame
  case endOfFile
  case deferred
  case streamIDNotAvailable
  case streamClosed
  case streamClosing
  case streamWriteClosed
  case invalidStreamID
  case invalidStreamState
  case deferredDataExist
  case startStreamNotAllowed
  case goAwayAlreadySent
  case invalidHeaderBlock
  case invalidState
  case temporalCallbackFailure
  case frameSizeError
  case headerCompression
  case flowControl
  case bufferTooSmall
  case pause
  case tooManySettingsInFlight
  case pushDisabled
  case dataExist
  case sessionClosing
  case httpHeader
  case httpMessaging
  case refusedStream
  case internalFailure
  case cancel
  case settingsExpected
  case tooManySettings
  case fatal
  case outOfMemory
  case callbackFailure
  case badClientMagic
  case flooded
  case tooManyContinuations
  /// A code that this version's header does not list.
  case unlisted(Int32)

  public init(code: Int32) {
    self = Self.listed.first { $0.code == code }?.failure ?? .unlisted(code)
  }

  /// What nghttp2 returned.
  public var code: Int32 {
    if case .unlisted(let code) = self { return code }
    return Self.listed.first { $0.failure == self }?.code ?? 0
  }

  public var description: String {
    let name = Self.listed.first { $0.failure == self }?.name ?? "unlisted code"
    return "nghttp2: \(name) (\(code))"
  }

  /// Numbers and names as in nghttp2.h.
  static let listed: [(code: Int32, failure: LibraryFailure, name: String)] = [
    (-501, .invalidArgument, "INVALID_ARGUMENT"),
    (-502, .bufferError, "BUFFER_ERROR"),
    (-503, .unsupportedVersion, "UNSUPPORTED_VERSION"),
    (-504, .wouldBlock, "WOULDBLOCK"),
    (-505, .protocolViolation, "PROTO"),
    (-506, .invalidFrame, "INVALID_FRAME"),
    (-507, .endOfFile, "EOF"),
    (-508, .deferred, "DEFERRED"),
    (-509, .streamIDNotAvailable, "STREAM_ID_NOT_AVAILABLE"),
    (-510, .streamClosed, "STREAM_CLOSED"),
    (-511, .streamClosing, "STREAM_CLOSING"),
    (-512, .streamWriteClosed, "STREAM_SHUT_WR"),
    (-513, .invalidStreamID, "INVALID_STREAM_ID"),
    (-514, .invalidStreamState, "INVALID_STREAM_STATE"),
    (-515, .deferredDataExist, "DEFERRED_DATA_EXIST"),
    (-516, .startStreamNotAllowed, "START_STREAM_NOT_ALLOWED"),
    (-517, .goAwayAlreadySent, "GOAWAY_ALREADY_SENT"),
    (-518, .invalidHeaderBlock, "INVALID_HEADER_BLOCK"),
    (-519, .invalidState, "INVALID_STATE"),
    (-521, .temporalCallbackFailure, "TEMPORAL_CALLBACK_FAILURE"),
    (-522, .frameSizeError, "FRAME_SIZE_ERROR"),
    (-523, .headerCompression, "HEADER_COMP"),
    (-524, .flowControl, "FLOW_CONTROL"),
    (-525, .bufferTooSmall, "INSUFF_BUFSIZE"),
    (-526, .pause, "PAUSE"),
    (-527, .tooManySettingsInFlight, "TOO_MANY_INFLIGHT_SETTINGS"),
    (-528, .pushDisabled, "PUSH_DISABLED"),
    (-529, .dataExist, "DATA_EXIST"),
    (-530, .sessionClosing, "SESSION_CLOSING"),
    (-531, .httpHeader, "HTTP_HEADER"),
    (-532, .httpMessaging, "HTTP_MESSAGING"),
    (-533, .refusedStream, "REFUSED_STREAM"),
    (-534, .internalFailure, "INTERNAL"),
    (-535, .cancel, "CANCEL"),
    (-536, .settingsExpected, "SETTINGS_EXPECTED"),
    (-537, .tooManySettings, "TOO_MANY_SETTINGS"),
    (-900, .fatal, "FATAL"),
    (-901, .outOfMemory, "NOMEM"),
    (-902, .callbackFailure, "CALLBACK_FAILURE"),
    (-903, .badClientMagic, "BAD_CLIENT_MAGIC"),
    (-904, .flooded, "FLOODED"),
    (-905, .tooManyContinuations, "TOO_MANY_CONTINUATIONS"),
  ]
}
