/// One row of the table of settings, with the type its readers get.
public struct Setting<Value: SettingValue>: Sendable {
  /// For example `edge.timeoutMax`; every other name is derived from it.
  public let key: String
  public let fallback: Value
  /// Where a program has another default than the rest.
  let fallbackIn: [Program: Value]
  /// What stands in the documentation when the default is decided at run time.
  let fallbackNote: String?
  /// Which programs offer the flag, because something in them reads the value.
  public let readBy: Set<Program>
  /// Whether a change is to take effect without a restart.
  public let reloads: Bool
  /// Never printed or logged, and may be given as `<key>File`.
  public let isSecret: Bool
  public let help: String
  let allowed: @Sendable (Value) -> Bool
  /// The form of the value, with its range when it has one.
  public let form: String

  init(
    _ key: String, _ fallback: Value, in fallbackIn: [Program: Value] = [:],
    note: String? = nil, readBy: Set<Program>, reloads: Bool = false, isSecret: Bool = false,
    form: String = Value.form, allowed: @escaping @Sendable (Value) -> Bool = { _ in true },
    _ help: String
  ) {
    self.key = key
    self.fallback = fallback
    self.fallbackIn = fallbackIn
    self.fallbackNote = note
    self.readBy = readBy
    self.reloads = reloads
    self.isSecret = isSecret
    self.help = help
    self.allowed = allowed
    self.form = form
  }
}

extension Setting where Value: Comparable {
  init(
    _ key: String, _ fallback: Value, in fallbackIn: [Program: Value] = [:],
    range: ClosedRange<Value>, readBy: Set<Program>, reloads: Bool = false, _ help: String
  ) {
    let low = range.lowerBound.settingText, high = range.upperBound.settingText
    self.init(
      key, fallback, in: fallbackIn, readBy: readBy, reloads: reloads,
      form: "\(Value.form), from \(low) to \(high)", allowed: { range.contains($0) }, help)
  }
}

/// A setting whatever its type, for what treats all rows alike: flags, help, checks, `/config`.
public protocol SettingRow: Sendable {
  var key: String { get }
  var readBy: Set<Program> { get }
  var reloads: Bool { get }
  var isSecret: Bool { get }
  var help: String { get }
  var form: String { get }
  var placeholder: String { get }
  /// A switch is given as `--name` and `--no-name`, everything else as `--name value`.
  var isSwitch: Bool { get }
  /// The default as it would be written, or nil when the setting has none.
  func fallbackText(in program: Program) -> String?
  /// The typed value of `text`, or nil when its form or range is wrong.
  func value(of text: String) -> (any Sendable)?
}

extension Setting: SettingRow {
  public var placeholder: String { Value.placeholder }
  public var isSwitch: Bool { Value.self == Bool.self }

  public func fallbackText(in program: Program) -> String? {
    if let fallbackNote { return fallbackNote }
    let text = fallbackValue(in: program).settingText
    return text.isEmpty ? nil : text
  }

  public func fallbackValue(in program: Program) -> Value { fallbackIn[program] ?? fallback }

  public func value(of text: String) -> (any Sendable)? {
    guard let value = Value(settingText: text), allowed(value) else { return nil }
    return value
  }
}

extension SettingRow {
  /// `edge.timeoutMax` is `--edge-timeout-max`.
  public var flag: String { SettingName.flag(of: key) }
  /// `edge.timeoutMax` is `ORDERLY_EDGE_TIMEOUT_MAX`.
  public var variable: String { SettingName.variable(of: key) }
  /// A secret may be kept out of the command line and the environment: the file named here holds
  /// it.
  public var fileKey: String? { isSecret ? key + "File" : nil }
}
