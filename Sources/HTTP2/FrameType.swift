/// Frame types as they stand in a frame header. (RFC 9113 §6)
package enum FrameType {
  package static let data: UInt8 = 0
  package static let headers: UInt8 = 1
  package static let priority: UInt8 = 2
  package static let resetStream: UInt8 = 3
  package static let settings: UInt8 = 4
  package static let pushPromise: UInt8 = 5
  package static let ping: UInt8 = 6
  package static let goAway: UInt8 = 7
  package static let windowUpdate: UInt8 = 8
  package static let continuation: UInt8 = 9
}
