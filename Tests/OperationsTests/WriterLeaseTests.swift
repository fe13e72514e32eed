import Testing

@testable import Operations

@Suite struct WriterLeaseTests {
  typealias Instant = ContinuousClock.Instant
  static let start = Instant.now

  static func at(_ milliseconds: Int) -> Instant { start + .milliseconds(milliseconds) }

  /// A look whose answer takes 10 ms.
  static func look(
    _ lease: inout WriterLease, _ position: Int64, at milliseconds: Int, isGivenUp: Bool = false
  ) -> Bool {
    lease.observed(
      position, isGivenUp: isGivenUp, asked: at(milliseconds), answered: at(milliseconds + 10))
  }

  @Test func `a stream in use is claimed once its last row has stood for five seconds`() {
    var lease = WriterLease()
    #expect(!Self.look(&lease, 7, at: 0))
    #expect(!Self.look(&lease, 7, at: 4_000))
    // The row was seen at 10, so 5,009 is a millisecond too early.
    #expect(!Self.look(&lease, 7, at: 5_009))
    #expect(Self.look(&lease, 7, at: 5_010))
  }

  @Test func `a new position starts the wait anew, also one that goes back`() {
    var lease = WriterLease()
    #expect(!Self.look(&lease, 7, at: 0))
    #expect(!Self.look(&lease, 8, at: 4_900))
    #expect(!Self.look(&lease, 8, at: 9_000))
    #expect(Self.look(&lease, 8, at: 9_910))
    #expect(!Self.look(&lease, 7, at: 9_920))
    #expect(!Self.look(&lease, 7, at: 14_900))
  }

  @Test func `a stream without rows and one that was given up are claimed at once`() {
    var lease = WriterLease()
    #expect(Self.look(&lease, 0, at: 0))
    #expect(Self.look(&lease, 9, at: 10, isGivenUp: true))
    #expect(Self.look(&lease, 9, at: 20, isGivenUp: true))
  }

  @Test func `an owner is valid for three seconds from where its last row began`() {
    var lease = WriterLease()
    #expect(!lease.isOwner && !lease.isValid(at: Self.start))
    lease.committed(begun: Self.at(100))
    #expect(lease.isOwner && lease.isValid(at: Self.at(3_100)))
    #expect(!lease.isValid(at: Self.at(3_101)) && lease.isOwner)
    lease.committed(begun: Self.at(3_050))
    #expect(lease.isValid(at: Self.at(6_050)))
  }

  @Test func `a row that ends late does not shorten what a later one gave`() {
    var lease = WriterLease()
    lease.committed(begun: Self.at(2_000))
    lease.committed(begun: Self.at(1_000))
    #expect(lease.isValid(at: Self.at(5_000)))
  }

  @Test func `a beat is due a second after the last row began, and only for an owner`() {
    var lease = WriterLease()
    #expect(!lease.beatIsDue(at: Self.at(60_000)))
    lease.committed(begun: Self.at(0))
    #expect(!lease.beatIsDue(at: Self.at(999)) && lease.beatIsDue(at: Self.at(1_000)))
  }

  @Test func `who has lost the stream is nothing and waits like everybody`() {
    var lease = WriterLease()
    lease.committed(begun: Self.at(0))
    lease.lost()
    #expect(
      !lease.isOwner && !lease.isValid(at: Self.at(1)) && !lease.beatIsDue(at: Self.at(9_000)))
    #expect(!Self.look(&lease, 5, at: 10))
    #expect(Self.look(&lease, 5, at: 5_020))
  }

  @Test func `the row after an owner's last is its own as long as nobody else can have claimed`() {
    var lease = WriterLease()
    #expect(!lease.isSurelyOurs(at: Self.start))
    lease.committed(begun: Self.at(0))
    #expect(lease.isSurelyOurs(at: Self.at(4_999)))
    #expect(!lease.isSurelyOurs(at: Self.at(5_000)))
  }

  /// Two processes, clocks that start anywhere, looks and rows at any time: never are both valid.
  @Test(arguments: 0..<200) func `no two are ever valid at once`(seed: UInt64) {
    var random = Seeded(state: seed)
    var leases = [WriterLease(), WriterLease()]
    // Each counts from a start of its own.
    let offsets = [Duration.seconds(Int.random(in: 0...9, using: &random)), .zero]
    var log: [Int] = []
    var now = Duration.zero
    for _ in 0..<400 {
      now += .milliseconds(Int.random(in: 1...2_500, using: &random))
      let one = Int.random(in: 0...1, using: &random)
      // Now and then a process stands still between what it read and what it does.
      let begun = Self.start + offsets[one] + now
      let pause = Int.random(in: 0...9, using: &random) == 0 ? 7_000 : 5
      let seen = Int64(log.count)
      if leases[one].isOwner {
        let last = log.count
        now += .milliseconds(pause)
        // The key of the log lets only one writer have a position.
        if log.last == one, last == log.count {
          log.append(one)
          leases[one].committed(begun: begun)
        } else {
          leases[one].lost()
        }
      } else {
        let mayClaim = leases[one].observed(
          seen, isGivenUp: false, asked: begun, answered: begun + .milliseconds(3))
        if mayClaim {
          log.append(one)
          leases[one].committed(begun: begun)
        }
      }
      let valid = (0...1).filter { leases[$0].isValid(at: Self.start + offsets[$0] + now) }
      #expect(valid.count < 2, "at \(now) in round \(seed)")
    }
  }

  private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}
