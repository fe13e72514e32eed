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

/// Who runs the private server, and by which name this program is known to it.
struct ServerAccount: Sendable, Equatable {
  /// This program's user.
  let clientName: String
  let serverName: String
  let serverUserID: UInt32
  let serverGroupID: UInt32
  let serverGroups: [UInt32]
  let home: String
  /// This program is root, and the server becomes another user.
  let isSwitching: Bool

  /// - Parameter serverUser: whom the server becomes when this program is root.
  static func current(serverUser: String) throws(PrivateClusterError) -> ServerAccount {
    let userID = geteuid()
    guard let client = PasswordEntry(userID: userID) else {
      throw PrivateClusterError(.noUserName(userID: userID))
    }
    guard userID == 0 else {
      return ServerAccount(client: client, server: client, isSwitching: false)
    }
    guard let server = PasswordEntry(name: serverUser), server.userID != 0 else {
      throw PrivateClusterError(.noServerUser(name: serverUser))
    }
    #if os(Linux)
      guard FileManager.default.isExecutableFile(atPath: setpriv) else {
        throw PrivateClusterError(.noPermission(path: setpriv, fix: "install util-linux"))
      }
    #endif
    return ServerAccount(client: client, server: server, isSwitching: true)
  }

  private init(client: PasswordEntry, server: PasswordEntry, isSwitching: Bool) {
    clientName = client.name
    serverName = server.name
    serverUserID = server.userID
    serverGroupID = server.groupID
    serverGroups = isSwitching ? server.groups : []
    home = client.home
    self.isSwitching = isSwitching
  }
}
