import ArgumentParser
import Operations

/// A subcommand that reads settings.
protocol SettingsCommand: ParsableArguments {
  static var program: Program { get }
}

/// The flags of one subcommand, made from the rows of the table of settings that it reads.
///
/// ArgumentParser finds flags by reflection, so the reflection of this type is made up: it has one
/// property for each row. That keeps the table the only place where a setting is declared, and
/// parsing, usage and "did you mean" in the hands of the library. Values stay texts here; the table
/// judges them together with those of other sources.
struct SettingFlags<Command: SettingsCommand>: ParsableArguments, CustomReflectable {
  /// Texts by key, as given.
  private(set) var texts: [String: String] = [:]

  init() {}

  private static var rows: [any SettingRow] { SettingsTable().rows(of: Command.program) }

  var customMirror: Mirror {
    var children: [(label: String?, value: Any)] = [
      (
        SettingsReader.configFileKey,
        Self.option(
          SettingName.configFileFlag, placeholder: "path",
          help: "JSON file with settings. (default: ./orderly.json if there)")
      )
    ]
    for row in Self.rows {
      children.append((row.key, row.isSwitch ? Self.toggle(row) : Self.option(row)))
      if let fileKey = row.fileKey {
        children.append(
          (
            fileKey,
            Self.option(
              SettingName.flag(of: fileKey), placeholder: "path",
              help: "File that holds \(row.key), which keeps it out of the process list.")
          ))
      }
    }
    return Mirror(self, children: children, displayStyle: .struct)
  }

  private static func option(_ row: any SettingRow) -> Option<String?> {
    option(row.flag, placeholder: row.placeholder, help: help(row))
  }

  private static func option(
    _ flag: String, placeholder: String, help: String
  ) -> Option<String?> {
    Option(
      name: .customLong(String(flag.dropFirst(2))),
      help: ArgumentHelp(stringLiteral: help).with(valueName: placeholder))
  }

  private static func toggle(_ row: any SettingRow) -> Flag<Bool?> {
    Flag(
      name: .customLong(String(row.flag.dropFirst(2))), inversion: .prefixedNo,
      help: ArgumentHelp(stringLiteral: help(row)))
  }

  private static func help(_ row: any SettingRow) -> String {
    "\(row.help) (default: \(row.fallbackText(in: Command.program) ?? "none"))"
  }

  /// A property of the made-up reflection.
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func text(_ key: String) throws -> String? {
      try container.decode(Option<String?>.self, forKey: Key(stringValue: key)).wrappedValue
    }
    texts[SettingsReader.configFileKey] = try text(SettingsReader.configFileKey)
    for row in Self.rows {
      if row.isSwitch {
        let key = Key(stringValue: row.key)
        let given = try container.decode(Flag<Bool?>.self, forKey: key).wrappedValue
        texts[row.key] = given.map { $0 ? "true" : "false" }
      } else {
        texts[row.key] = try text(row.key)
      }
      if let fileKey = row.fileKey { texts[fileKey] = try text(fileKey) }
    }
  }
}

extension ArgumentHelp {
  fileprivate func with(valueName: String) -> ArgumentHelp {
    var help = self
    help.valueName = valueName
    return help
  }
}
