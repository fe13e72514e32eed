/// The settings of one process, read and checked: `settings.edgeTimeoutMax` is a `Duration`.
@dynamicMemberLookup
public struct Settings: Sendable {
  /// Where a value came from, as `/config` prints it.
  public enum Source: Equatable, Sendable, CustomStringConvertible {
    case flag(String)
    case variable(String)
    case file(path: String, line: Int, column: Int)
    case fallback

    public var description: String {
      switch self {
      case .flag(let name): "flag \(name)"
      case .variable(let name): "env \(name)"
      case .file(let path, let line, let column): "file \(path), line \(line), column \(column)"
      case .fallback: "default"
      }
    }
  }

  struct Resolved: Sendable {
    let value: any Sendable
    let text: String
    let source: Source
  }

  public let program: Program
  public let table: SettingsTable
  /// What did not stop the start but ought to be known, for example a variable nobody reads.
  public let warnings: [String]
  /// Only what somebody set; everything else has its default.
  private let resolved: [String: Resolved]

  init(
    program: Program, table: SettingsTable, resolved: [String: Resolved], warnings: [String]
  ) {
    self.program = program
    self.table = table
    self.resolved = resolved
    self.warnings = warnings
  }

  public subscript<Value: SettingValue>(
    dynamicMember path: KeyPath<SettingsTable, Setting<Value>>
  ) -> Value {
    let setting = table[keyPath: path]
    // The row itself made the value, so the cast holds; a row without one has its default.
    return resolved[setting.key]?.value as? Value ?? setting.fallbackValue(in: program)
  }

  public func source<Value>(of path: KeyPath<SettingsTable, Setting<Value>>) -> Source {
    source(of: table[keyPath: path])
  }

  public func source(of row: any SettingRow) -> Source { resolved[row.key]?.source ?? .fallback }

  /// The effective value as it may be shown: a secret is masked, an unset one is nil.
  public func shownText(of row: any SettingRow) -> String? {
    guard let value = resolved[row.key] else { return row.fallbackText(in: program) }
    return row.isSecret ? "******" : value.text
  }
}
