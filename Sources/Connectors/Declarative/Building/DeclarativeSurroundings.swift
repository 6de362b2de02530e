public import Domain
import Interpolation

/// What a declarative connector is given from outside: time, chance and who it works for.
public struct DeclarativeSurroundings: Sendable {
    /// The time of day that templates and cursors see; may stand still.
    public var wall: WallClock
    /// By which back-off, rate limits and polls wait; where the time of day stands still, waits pass at once.
    public var clock: MonotonicClock
    /// Whose requests they are, for the egress guard.
    public var tenant: TenantID
    /// A new random UUID in lower case.
    public var uuid: @Sendable () -> String

    /// Gathers the surroundings.
    public init(wall: WallClock, clock: MonotonicClock, tenant: TenantID, uuid: @escaping @Sendable () -> String) {
        self.wall = wall
        self.clock = clock
        self.tenant = tenant
        self.uuid = uuid
    }

    /// Clock and ids for templates.
    var templateSources: TemplateSources {
        TemplateSources(now: { [wall] in DateTime(wall.now()) }, uuid: uuid)
    }
}
