import Foundation

/// How much a terminal shows.
struct TerminalSize: Equatable, Sendable {
  var columns: Int
  var rows: Int

  /// What a terminal has that does not say.
  static let standard = TerminalSize(columns: 80, rows: 24)

  /// Of standard output, now: a window may have another size at every look.
  static func current() -> TerminalSize {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0,
      size.ws_row > 0
    else { return standard }
    return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }
}
