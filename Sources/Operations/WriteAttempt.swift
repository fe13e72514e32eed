internal import RPC

/// What was tried for a batch so far, and what that leaves to try.
struct WriteAttempt: Equatable, Sendable {
  var isFast: Bool
  /// When nobody waits for the batch any more.
  var deadline = Deadline.never
  var resends = 0
  /// A commit of this very batch was sent and never answered.
  var isDoubtful = false

  init(isFast: Bool, deadline: Deadline = .never, isDoubtful: Bool = false) {
    self.isFast = isFast
    self.deadline = deadline
    self.isDoubtful = isDoubtful
  }

  /// Turns to the next attempt, or says why there is none. A batch that has to be split stands
  /// alone by now.
  mutating func recover(_ recovery: WriteRecovery, resendsMax: Int) -> WriteFailure? {
    switch recovery {
    case .slowPath: isFast = false
    case .claimAnother, .resend: resends += 1
    case .findOut:
      isFast = false
      isDoubtful = true
      resends += 1
    case .giveUp: return isDoubtful ? .outcomeUnknown : .databaseUnavailable
    case .expired: return isDoubtful ? .outcomeUnknown : .deadline
    case .split: return isDoubtful ? .outcomeUnknown : .unforeseen
    }
    guard resends > resendsMax else { return nil }
    return isDoubtful ? .outcomeUnknown : .databaseUnavailable
  }
}
