import ArgumentParser
import Foundation
import LoadTest

/// What goes to the terminal and to files, for every command that puts servers under load.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Writes the result to this file as JSON. (default: none)", valueName: "path")
  )
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Writes the result to this file as a page to look at. (default: none)", valueName: "path"))
  var html: String?

  @Flag(help: "Print only the final report.")
  var quiet = false

  @Flag(
    help: """
      Append lines to a terminal too, instead of drawing in place, and write no colours; NO_COLOR \
      only turns colours off.
      """)
  var plain = false

  /// Colours only where somebody looks: not in files, pipes or where they are not wanted.
  /// (no-color.org)
  var hasColour: Bool {
    let isRefused = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return isLive && !isRefused
  }

  /// Whether somebody looks who can be shown a picture that changes. A terminal called dumb knows
  /// no escape codes.
  var isLive: Bool {
    let terminal = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
    return !plain && terminal != "dumb" && isatty(STDOUT_FILENO) == 1
  }

  /// Writes every file that can be written, and fails for one that cannot; the others are named.
  static func write(_ files: [(path: String?, text: () -> String)]) throws(LoadError) {
    var failure: LoadError?
    for (path, text) in files {
      guard let path else { continue }
      do throws(LoadError) {
        try ResultFile.write(text(), to: path)
      } catch {
        if let failure { Console.warn("rpcload: \(failure)") }
        failure = error
      }
    }
    if let failure { throw failure }
  }
}
