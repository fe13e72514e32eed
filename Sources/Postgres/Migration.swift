internal import Crypto

/// One file of SQL that takes a database from one version to the next. The file is compiled into
/// the program as text, so a program and its schema cannot be separated.
public struct Migration: Sendable, Equatable {
  /// `NNNN_name.sql`, where NNNN is the version.
  public let name: String
  public let sql: String

  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }

  /// The number at the head of the name, or nil when the name is not of the form.
  var version: Int32? {
    let bytes = name.utf8
    guard bytes.count > "0001_.sql".utf8.count, name.hasSuffix(".sql") else { return nil }
    let digits = bytes.prefix(4)
    guard digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      bytes.dropFirst(4).first == UInt8(ascii: "_")
    else { return nil }
    return Int32(String(decoding: digits, as: UTF8.self))
  }

  /// SHA-256 of the file.
  var checksum: [UInt8] { Array(SHA256.hash(data: Array(sql.utf8))) }
}
