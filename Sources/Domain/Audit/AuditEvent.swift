/// One change that somebody made: who did what to which thing, when and from where. Names only, never a value: what a
/// field was set to isn't in it, so a secret can't be either (Invariant 6).
public struct AuditEvent: Sendable, Hashable {
    /// How long rows are kept: a year and a month more, so that a yearly review finds all of its year.
    public static let retention = Duration.seconds(400 * 86_400)
    /// Names of changed fields that one row keeps; more are left out.
    public static let mostChanges = 200

    public var id: EventID
    public var tenant: TenantID
    /// When the change was made, by the database's clock.
    public var at: Timestamp
    /// The `sub` of the token.
    public var actor: String
    /// The Application that the token was minted for.
    public var actorApp: AppID?
    public var action: AuditAction
    /// What was changed; tokens of the Application that it belongs to see the row.
    public var subject: AuditSubject
    /// Names of the fields that changed, those within a config as dotted paths, in order of name; at most
    /// ``mostChanges``. Empty where the action says everything.
    public var changes: [String]
    /// nil for a command of the server's own.
    public var origin: Origin?

    /// Makes a row; `changes` are put in order and bounded.
    public init(
        id: EventID, tenant: TenantID, at: Timestamp, actor: String, actorApp: AppID?, action: AuditAction,
        subject: AuditSubject, changes: [String], origin: Origin?
    ) {
        self.id = id
        self.tenant = tenant
        self.at = at
        self.actor = actor
        self.actorApp = actorApp
        self.action = action
        self.subject = subject
        self.changes = Array(Set(changes).sorted().prefix(Self.mostChanges))
        self.origin = origin
    }
}

/// What a person or a program did. Data that is pushed or read isn't administration and makes no row, nor does what the
/// server does by itself.
public enum AuditAction: String, Sendable, CaseIterable {
    case datasourceCreate = "datasource.create"
    /// Fields were changed; `changes` has their names.
    case datasourceUpdate = "datasource.update"
    case datasourceDelete = "datasource.delete"
    case datasourceRestore = "datasource.restore"
    /// Its records were erased; `changes` has the entity's name where only one was.
    case datasourceErase = "datasource.erase"
    /// A run was asked for.
    case datasourceSync = "datasource.sync"
    case runCancel = "run.cancel"
    case applicationCreate = "application.create"
    case applicationUpdate = "application.update"
    case applicationDelete = "application.delete"
    case applicationRestore = "application.restore"
    case keyCreate = "key.create"
    case keyRevoke = "key.revoke"
    /// A manifest was stored; `changes` has its version.
    case connectorCreate = "connector.create"
}

/// The thing that an action was done to.
public struct AuditSubject: Sendable, Hashable {
    public var kind: Kind
    public var id: String
    /// The Application that it belongs to.
    public var app: AppID?

    /// Names a thing.
    public init(_ kind: Kind, id: String, app: AppID?) {
        self.kind = kind
        self.id = id
        self.app = app
    }

    /// A DataSource.
    public init(_ source: DataSource) { self.init(.dataSource, id: source.id.rawValue, app: source.app) }

    /// A run of a DataSource.
    public init(_ run: SyncRun) { self.init(.run, id: run.id.rawValue, app: run.app) }

    /// What kind of thing it is, as the wire's `resource_type`.
    public enum Kind: String, Sendable, CaseIterable {
        case dataSource = "datasource"
        case run
        case application
        case key
        case connector
    }
}

/// Filters and position of a list of audit rows, newest first; every filter that is set must match.
public struct AuditQuery: Sendable, Hashable {
    public var action: AuditAction?
    public var kind: AuditSubject.Kind?
    public var resourceID: String?
    /// Exact `sub`.
    public var actor: String?
    /// Exclusive bounds.
    public var createdAfter: Timestamp?
    public var createdBefore: Timestamp?
    /// 1 to 501: one more than an API's page, to see whether there is a next.
    public var limit = 50
    /// Start behind this row.
    public var after: Position?

    public init() {}

    /// Where a row stands in the list.
    public struct Position: Sendable, Hashable {
        public var at: Timestamp
        public var id: EventID

        public init(at: Timestamp, id: EventID) {
            self.at = at
            self.id = id
        }

        /// The place of a row.
        public init(_ event: AuditEvent) { self.init(at: event.at, id: event.id) }
    }
}
