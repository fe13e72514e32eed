import Foundation
import Testing
import Wire

/// One golden value: what it is in Swift, and what another implementation wrote for it. A case
/// named `newer` was written by a peer that knows more fields, so it is only read.
struct Vector: Sendable, CustomTestStringConvertible {
  /// Full name of the message, which is the folder's.
  let message: String
  let name: String
  /// The value as we write it.
  let encoded: [UInt8]
  /// Reads bytes: whether they are the value, and how we write what was read.
  let decode: @Sendable ([UInt8]) throws(WireError) -> (isValue: Bool, written: [UInt8])

  var testDescription: String { "\(message)/\(name)" }
  var isCanonical: Bool { name != "newer" }

  static func of<Message: WireMessage & Equatable>(
    _ message: String, _ values: KeyValuePairs<String, Message>
  ) -> [Vector] {
    values.map { name, value in
      Vector(message: message, name: name, encoded: value.wireBytes) {
        bytes throws(WireError) in
        let read = try Message(wireBytes: bytes)
        return (read == value, read.wireBytes)
      }
    }
  }

  static let all =
    StockVectors.all + ReconcileVectors.all + HoldVectors.all + OrderVectors.all
    + ResolveVectors.all + SettleVectors.all + ListVectors.all + WatchVectors.all
    + HealthVectors.all + DetailVectors.all

  /// The bytes that protoc made.
  func golden() throws -> [UInt8] {
    try Self.bytes(of: testDescription)
  }

  static func bytes(of vector: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: folder.appending(path: "\(vector).bin")))
  }

  /// Tests/Vectors, found from where this file stands.
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors")
}
