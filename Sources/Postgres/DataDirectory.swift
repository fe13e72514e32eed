internal import SystemPackage

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The directory the private PostgreSQL lives in, held against a second program by a lock.
///
/// ```
/// ORDERLY        marks the directory as ours
/// lock           the process id of the program that has it
/// postgres/      the cluster
/// postgres.log
/// run/           the socket
/// ```
struct DataDirectory: Sendable {
  let path: String
  let account: ServerAccount

  static let marker = "ORDERLY"

  var cluster: String { path + "/postgres" }
  /// Where `initdb` works before it has succeeded.
  var unfinishedCluster: String { path + "/postgres.unfinished" }
  var log: String { path + "/postgres.log" }
  var lockFile: String { path + "/lock" }

  init(_ settings: PrivateClusterSettings, _ account: ServerAccount) {
    self.account = account
    if settings.isEphemeral {
      let random = UInt64.random(in: .min ... .max)
      path = Self.temporary + "/orderly-" + String(random, radix: 36)
    } else {
      let named = settings.dataDirectory ?? Self.standard(settings.environment, account)
      path = Self.absolute(named)
    }
  }

  /// `/tmp` rather than `TMPDIR`: as root the server's user has to reach it too.
  static let temporary = "/tmp"

  private static func standard(
    _ environment: [String: String], _ account: ServerAccount
  ) -> String {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/orderly" }
    if account.isSwitching { return "/var/lib/orderly" }
    return (environment["HOME"] ?? account.home) + "/.local/state/orderly"
  }

  private static func absolute(_ path: String) -> String {
    let path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    return FilePath(path).lexicallyNormalized().string
  }

  /// Creates the directory, or makes sure that it is ours. A foreign one is left untouched.
  func prepare() throws(PrivateClusterError) {
    if let attributes = try? FileManager.default.attributesOfItem(atPath: path) {
      // A link counts as what it points to.
      let isFile = attributes[.type] as? FileAttributeType == .typeRegular
      if isFile { throw PrivateClusterError(.directoryNotOurs(path: path)) }
      try checkContents()
    } else {
      try create()
    }
    try checkOwner()
    try write("Made by orderly, which keeps its PostgreSQL here.\n", to: path + "/" + Self.marker)
  }

  private func checkContents() throws(PrivateClusterError) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw PrivateClusterError(
        .noPermission(path: path, fix: "run as its owner or choose another with --data-dir"))
    }
    guard names.isEmpty || names.contains(Self.marker) else {
      throw PrivateClusterError(.directoryNotOurs(path: path))
    }
    if names.isEmpty { try makePrivate(path) }
  }

  private func create() throws(PrivateClusterError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: nil)
    } catch {
      throw PrivateClusterError(.cannotCreate(path: path, why: Self.why(error)))
    }
    try makePrivate(path)
  }

  /// Mode 0700 and, as root, owned by the server's user.
  func makePrivate(_ path: String) throws(PrivateClusterError) {
    var attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
    if account.isSwitching {
      attributes[.ownerAccountID] = Int(account.serverUserID)
      attributes[.groupOwnerAccountID] = Int(account.serverGroupID)
    }
    do {
      try FileManager.default.setAttributes(attributes, ofItemAtPath: path)
    } catch {
      throw PrivateClusterError(.noPermission(path: path, fix: Self.why(error)))
    }
  }

  /// A directory that belongs to another user holds a cluster that only that user can run.
  private func checkOwner() throws(PrivateClusterError) {
    guard owner(of: path) == account.serverUserID else {
      throw PrivateClusterError(
        .noPermission(
          path: path,
          fix: "it does not belong to user \(account.serverName); "
            + "run as its owner or choose another with --data-dir"))
    }
  }

  func owner(of path: String) -> UInt32? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let number = attributes?[.ownerAccountID] as? Int else { return nil }
    return UInt32(exactly: number)
  }

  static func why(_ error: any Error) -> String {
    if let code = error as? Errno { return code.description }
    let underlying = (error as? CocoaError)?.underlying
    guard let code = (underlying as? POSIXError)?.code else { return "\(error)" }
    return Errno(rawValue: code.rawValue).description
  }
}
