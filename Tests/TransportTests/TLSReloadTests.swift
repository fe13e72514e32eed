import Testing

@testable import Transport

/// When files that were read again come into use.
@Suite struct TLSReloadTests {
  static let old = TLSContents(certificate: [1], key: [2])
  static let new = TLSContents(certificate: [3], key: [4])

  @Test func `the same bytes are kept, and others are loaded`() {
    var reload = TLSReload(serving: Self.old)
    #expect(reload.read(Self.old, isAsked: false) == .keep)
    #expect(reload.read(Self.old, isAsked: true) == .keep)
    #expect(reload.read(Self.new, isAsked: false) == .load)
    reload.loaded(Self.new)
    #expect(reload.serving == Self.new)
    #expect(reload.read(Self.new, isAsked: false) == .keep)
    #expect(reload.read(Self.old, isAsked: false) == .load)
  }

  @Test(arguments: [
    TLSContents(certificate: [9], key: [2]), TLSContents(certificate: [1], key: [9]),
    TLSContents(certificate: [1], key: [2], authority: [9]), TLSContents(),
  ])
  func `a change of any one file is a change`(contents: TLSContents) {
    var reload = TLSReload(serving: Self.old)
    #expect(reload.read(contents, isAsked: false) == .load)
  }

  @Test func `what was refused is tried again when it changes or somebody asks`() {
    var reload = TLSReload(serving: Self.old)
    #expect(reload.read(Self.new, isAsked: false) == .load)
    reload.refused(Self.new)
    #expect(reload.serving == Self.old)
    #expect(reload.read(Self.new, isAsked: false) == .keep)
    #expect(reload.read(Self.new, isAsked: true) == .load)
    #expect(reload.read(TLSContents(certificate: [5]), isAsked: false) == .load)
  }

  @Test func `what was refused is news again after the old was back`() {
    var reload = TLSReload(serving: Self.old)
    _ = reload.read(Self.new, isAsked: false)
    reload.refused(Self.new)
    #expect(reload.read(Self.old, isAsked: false) == .keep)
    #expect(reload.read(Self.new, isAsked: false) == .load)
  }

  @Test func `a file that cannot be read is told once, and again once it could be`() {
    var reload = TLSReload(serving: Self.old)
    let locked = TLSFileError(.unreadable("no permission"), file: "a")
    let gone = TLSFileError(.unreadable("no such file"), file: "a")
    #expect(reload.failed(gone, isAsked: false) == true)
    #expect(reload.failed(gone, isAsked: false) == false)
    #expect(reload.failed(gone, isAsked: true) == true)
    #expect(reload.failed(locked, isAsked: false) == true)
    _ = reload.read(Self.old, isAsked: false)
    #expect(reload.failed(locked, isAsked: false) == true)
  }
}
