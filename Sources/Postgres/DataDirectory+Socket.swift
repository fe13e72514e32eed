internal import Crypto

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension DataDirectory {
  /// The number in the socket's file name. No TCP port is opened under it.
  static let port = 5432

  /// What fits `sockaddr_un.sun_path` with its closing zero.
  #if canImport(Darwin)
    static let socketPathMax = 103
  #else
    static let socketPathMax = 107
  #endif

  /// Where the socket lies: in the data directory, or, when its path is too long for a socket or
  /// has a character that would have to be escaped for libpq and the server alike, in a directory
  /// in `/tmp` that is named after it.
  var socketDirectory: String {
    let inside = path + "/run"
    let plain = inside.utf8.allSatisfy(Self.isPlain)
    let length = "\(inside)/.s.PGSQL.\(Self.port)".utf8.count
    if plain && length <= Self.socketPathMax { return inside }
    let digest = SHA256.hash(data: Array(path.utf8)).prefix(8)
    let name = digest.map { String($0, radix: 36) }.joined()
    return "\(Self.temporary)/orderly-\(account.serverUserID)-\(name)"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// Creates the socket's directory with mode 0700. In `/tmp` somebody else may have made it
  /// first, and whoever owns it could put a socket of theirs in it.
  func prepareSocketDirectory() throws(PrivateClusterError) {
    let directory = socketDirectory
    let files = FileManager.default
    do {
      try files.createDirectory(atPath: directory, withIntermediateDirectories: false)
      try makePrivate(directory)
    } catch {
      let attributes = try? files.attributesOfItem(atPath: directory)
      guard attributes?[.type] as? FileAttributeType == .typeDirectory,
        owner(of: directory) == account.serverUserID
      else {
        throw PrivateClusterError(
          .noPermission(path: directory, fix: "it must be a directory of \(account.serverName)"))
      }
      try makePrivate(directory)
    }
  }
}
