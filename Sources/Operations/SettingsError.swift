/// Everything that is wrong with the configuration, all at once: a user should not have to start a
/// program five times to hear of five mistakes.
public struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
  public struct Problem: Equatable, Sendable, CustomStringConvertible {
    public enum Reason: Equatable, Sendable {
      /// Wrong form or out of range.
      case notAllowed(value: String, form: String)
      case unknownKey(nearest: String?)
      /// The setting has no default and nobody set it.
      case missing(form: String, why: String)
      /// The value and `<key>File` in one and the same source.
      case givenTwice(other: String)
      /// A configuration file, or a file that holds a secret.
      case unreadable(path: String, cause: String)
      case malformed(what: String)
      /// Two settings that do not go together.
      case conflict(String)
    }
    /// Empty when the problem is the whole file.
    public let key: String
    /// For example `flag --edge-port` or `file ./orderly.json, line 3, column 20`.
    public let source: String
    public let reason: Reason

    public init(key: String, source: String, reason: Reason) {
      self.key = key
      self.source = source
      self.reason = reason
    }

    public var description: String {
      switch reason {
      case .notAllowed(let value, let form):
        "\(key): \"\(LogText.oneLine(value))\" from \(source) is not allowed; give \(form)"
      case .unknownKey(let nearest):
        "\(LogText.oneLine(key)): unknown setting in \(source)"
          + (nearest.map { "; did you mean \($0)?" } ?? "; see --help for all settings")
      case .missing(let form, let why):
        "\(key): not set; \(why); give \(form) as \(source)"
      case .givenTwice(let other):
        "\(key): given together with \(other) from \(source); give one of them"
      case .unreadable(let path, let cause):
        (key.isEmpty ? "" : "\(key): ") + "cannot read \(path) named by \(source): \(cause)"
      case .malformed(let what):
        "\(source): \(what)"
      case .conflict(let what):
        "\(key): \(what)"
      }
    }
  }

  public let problems: [Problem]

  public init(_ problems: [Problem]) { self.problems = problems }

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
