import ConnectorAPI
public import Domain
public import Egress
import HTTPFetch
public import Interpolation

/// What declarative connectors are given from outside: the network, time and chance.
public struct DeclarativeSurroundings: Sendable {
    /// Says which addresses may be reached.
    public var egress: EgressGuard
    /// The time of day that templates and cursors see, to the microsecond, in UTC; may stand still.
    public var now: @Sendable () -> DateTime
    /// By which back-off, rate limits and polls wait; where the time of day stands still, waits should pass at once.
    public var clock: MonotonicClock
    /// A new random UUID in lower case.
    public var uuid: @Sendable () -> String
    /// Sees each request with what became of it, for an author who watches; its texts may hold secrets.
    public var watch: (@Sendable (WatchedRequest) -> Void)?

    /// Gathers the surroundings.
    public init(
        egress: EgressGuard, now: @escaping @Sendable () -> DateTime, clock: MonotonicClock,
        uuid: @escaping @Sendable () -> String
    ) {
        self.egress = egress
        self.now = now
        self.clock = clock
        self.uuid = uuid
    }
}

/// A request that was sent, as an author sees it.
public struct WatchedRequest: Sendable {
    public var method: String
    public var url: String
    public var body: [UInt8]
    /// nil where there was no answer.
    public var status: Int?
}

/// What the components of one run share.
struct RunSurroundings: Sendable {
    let wall: @Sendable () -> DateTime
    let clock: MonotonicClock
    let uuid: @Sendable () -> String
    let http: HTTPSession
    let watch: (@Sendable (WatchedRequest) -> Void)?
    /// Takes note of what is worth telling a person who watches.
    let log: @Sendable (RunNote) -> Void
    /// Keeps tokens that are renewed, over all processes.
    let credentials: any CredentialKeeping
    /// Takes the config as an authenticator changed it, before the change is used.
    let keepConfig: @Sendable (Mapping) async throws -> Void

    /// Clock and ids for templates.
    var templateSources: TemplateSources {
        TemplateSources(now: wall, uuid: uuid)
    }

    var now: DateTime { wall() }
}

/// What is worth telling a person who watches a run; holds nothing that came from the source.
enum RunNote: Sendable {
    /// A request is sent again after a wait; no status = there was no answer.
    case retrying(status: Int?, after: Duration)
    /// No token has calls left, and a request waits for the source to give some again.
    case outOfCalls(wait: Duration)
    /// Something of a stream was left out, or couldn't be used; `what` is a sentence.
    case warning(stream: String, what: String)
}
