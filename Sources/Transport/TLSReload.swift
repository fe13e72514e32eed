/// Decides which reading of the files serves new handshakes.
///
///     serving ──other bytes──▶ load ──they fit──▶ serving, the new ones
///        ▲                      │
///        └──────── they do not: the old ones stay ────────┘
///
/// Bytes that did not fit are tried again only when they changed or somebody asks, so that a fault
/// is told once and not at every look.
struct TLSReload: Sendable {
  enum Decision: Equatable {
    case keep
    case load
  }

  private(set) var serving: TLSContents
  private var refused: TLSContents?
  private var unreadable: TLSFileError?

  init(serving: TLSContents) { self.serving = serving }

  /// The files have been read.
  /// - Parameter isAsked: Whether somebody wants to know what becomes of them.
  mutating func read(_ contents: TLSContents, isAsked: Bool) -> Decision {
    unreadable = nil
    if contents == serving {
      // Back to what serves: should the bad ones come again, they are news again.
      refused = nil
      return .keep
    }
    return contents == refused && !isAsked ? .keep : .load
  }

  mutating func loaded(_ contents: TLSContents) {
    serving = contents
    refused = nil
  }

  mutating func refused(_ contents: TLSContents) { refused = contents }

  /// A file could not be read.
  /// - Returns: whether that is news.
  mutating func failed(_ error: TLSFileError, isAsked: Bool) -> Bool {
    defer { unreadable = error }
    return isAsked || unreadable != error
  }
}
