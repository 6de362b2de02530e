/// Waits for what other processes do and nobody tells of: looks every 10 ms whether it has come about. False when it hasn't
/// in time.
public func eventually(
    within limit: Duration, _ hasComeAbout: () async throws -> Bool
) async throws -> Bool {
    let begin = ContinuousClock.now
    while try await !hasComeAbout() {
        if begin.duration(to: .now) >= limit { return false }
        try await Task.sleep(for: .milliseconds(10))
    }
    return true
}
