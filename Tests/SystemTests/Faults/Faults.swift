import Testing

/// Fault tests with processes of their own. One after the other, since each puts the machine under
/// load.
@Suite(.serialized) enum Faults {}
