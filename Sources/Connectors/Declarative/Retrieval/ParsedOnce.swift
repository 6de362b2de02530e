import Interpolation
import Synchronization

/// A mapping that is computed when it is first asked for.
final class ParsedOnce: Sendable {
    private let known = Mutex<Mapping?>(nil)

    func value(_ compute: () -> Mapping) -> Mapping {
        known.withLock { known in
            if let known { return known }
            let mapping = compute()
            known = mapping
            return mapping
        }
    }
}
