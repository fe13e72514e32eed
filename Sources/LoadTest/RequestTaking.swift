/// Where a worker's requests come from.
enum RequestTaking {
  case none
  case open(OpenLoop)
  case closed(ClosedLoop)
}
