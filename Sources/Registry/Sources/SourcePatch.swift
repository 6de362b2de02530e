import ConnectorAPI
import Domain
import JSON
import StoreAPI
import Vault

/// What one patch makes of a DataSource: decided first, with every fault, then saved with what follows from it.
struct SourcePatch {
    private var source: DataSource
    private let old: DataSource
    private var faults: [AppError.Fault]
    private var edit: ConfigEdit?
    private var changesEntities = false
    private var changesTiming = false
    /// The manifest that it runs from now on, where that is another.
    private var manifest: ConnectorManifest?

    /// Decides; throws `datasource.invalid` with every fault of the body.
    init(
        _ input: SourceInput, to source: DataSource, catalog: ConnectorCatalog, vault: Vault,
        in transaction: any StoreTransaction
    ) throws {
        old = source
        self.source = source
        faults = input.faults
        takePlain(input)
        takeDeletion(input)
        takeStatus(input.status)
        try takeConfig(input, catalog: catalog, vault: vault, in: transaction)
        if case .set(_?) = input.schedule,
            try !transaction.connector(of: source, in: catalog).descriptor.hasRuns
        {
            faults.append(AppError.Fault(FaultCode.scheduleWithoutRuns, at: "/sync_schedule"))
        }
        guard faults.isEmpty else { throw AppError(.sourceInvalid, faults: faults) }
    }

    private mutating func takePlain(_ input: SourceInput) {
        source.name = input.name ?? source.name
        source.provenance = input.provenance ?? source.provenance
        source.sourceType = input.sourceType ?? source.sourceType
        if let type = input.type, type != source.type {
            faults.append(AppError.Fault(FaultCode.immutable, at: "/type"))
        }
        if case .set(let schedule) = input.schedule, schedule != source.schedule {
            source.schedule = schedule
            changesTiming = true
        }
        if case .set(let entities) = input.entities, entities != source.entities {
            source.entities = entities
            changesEntities = true
        }
    }

    private mutating func takeDeletion(_ input: SourceInput) {
        if source.isDeleted {
            faults += input.names.subtracting(["is_deleted"]).sorted().map {
                AppError.Fault(
                    FaultCode.immutable, at: JSONPointer([$0]).description,
                    "A deleted DataSource takes nothing but is_deleted: false.")
            }
        }
        guard let isDeleted = input.isDeleted, isDeleted != source.isDeleted else { return }
        changesTiming = true
        source.deletedAt = isDeleted ? source.updatedAt : nil  // the true time is stamped when it is saved
        source.deletedBy = isDeleted ? source.updatedBy : nil
    }

    private mutating func takeStatus(_ asked: DataSource.Status?) {
        guard let asked, asked != source.status else { return }
        switch (source.status, asked) {
        case (.disconnected, .paused), (_, .pending), (_, .error):
            faults.append(
                AppError.Fault(
                    FaultCode.status, at: "/status",
                    "The status can't be set from \(source.status.rawValue) to \(asked.rawValue)."))
            return
        case (_, .connected): source.status = source.statusByResult
        case (_, .paused), (_, .disconnected): source.status = asked
        }
        changesTiming = true
    }

    private mutating func takeConfig(
        _ input: SourceInput, catalog: ConnectorCatalog, vault: Vault, in transaction: any StoreTransaction
    ) throws {
        let isReconnected = old.status == .disconnected && source.status != .disconnected
        let isMoved = input.connectorVersion.map { $0 != source.connectorVersion } ?? false
        guard input.config != nil || isReconnected || isMoved else { return }
        let connector: any Connector
        if isMoved {
            guard let offer = try offer(input.connectorVersion, catalog, transaction) else { return }
            connector = offer.connector
            manifest = offer.manifest
            source.connectorVersion = offer.manifest?.version
        } else {
            connector = try transaction.connector(of: source, in: catalog)
        }
        let shape = try ConfigShape(connector.descriptor)
        let secrets = try vault.openConfig(source.secrets, of: source.id, in: transaction)
        let opened = Dictionary(uniqueKeysWithValues: secrets.map { (DottedPath($0), $1) })
        var edit = ConfigEdit(
            patching: (source.config, opened), with: input.config ?? JSONObject(), shape: shape,
            isMoved: isMoved)
        if source.status == .disconnected { edit.forgiveMissingSecrets() }
        faults += edit.faults
        source.config = edit.plain
        self.edit = edit
    }

    /// Another version of the manifest; nil where there is none, which is a fault.
    private mutating func offer(
        _ version: String?, _ catalog: ConnectorCatalog, _ transaction: any StoreTransaction
    ) throws -> Offer? {
        do {
            return try transaction.offer(source.type, version: version, in: catalog)
        } catch let error as AppError where error.code == ErrorCode.connectorUnknown.code {
            faults.append(AppError.Fault(.connectorUnknown, at: "/connector_version"))
            return nil
        }
    }
}

extension SourcePatch {
    /// Saves the DataSource and does what follows: runs end or are replaced, a new generation begins.
    consuming func save(
        by caller: Caller, runID: RunID, eventID: EventID, vault: Vault, in transaction: any StoreTransaction
    ) throws -> DataSource {
        source.stamp(by: caller, at: transaction.now)
        if source.isDeleted && !old.isDeleted {
            source.deletedAt = source.updatedAt
            source.deletedBy = caller.subject
        }
        try sealSecrets(vault, in: transaction)
        let changesContent = changesEntities || edit?.isChange == true
        if changesTiming || changesContent { source.nextSyncAt = source.nextRun(after: transaction.now) }
        let replaced = try endRun(changesContent: changesContent, in: transaction)
        if changesContent { try moveOwner(in: transaction) }
        try transaction.keep(manifest)
        try transaction.sources.update(source)
        if let replaced, source.acceptsRuns {
            _ = try transaction.enqueue(replaced.request(for: source), for: source, id: runID)
        }
        try transaction.note(
            auditAction, of: AuditSubject(source), changes: changedFields, by: caller, as: eventID)
        return try transaction.source(source.id.rawValue, includesDeleted: true)
    }

    private var auditAction: AuditAction {
        if source.isDeleted == old.isDeleted { return .datasourceUpdate }
        return source.isDeleted ? .datasourceDelete : .datasourceRestore
    }

    /// The names of the fields that differ from before, those of the config as dotted paths. A secret that was sent
    /// counts, whether it is another or not: nothing tells of its value (Invariant 6).
    private var changedFields: [String] {
        let fields: [(name: String, differs: Bool)] = [
            ("name", source.name != old.name), ("source", source.provenance != old.provenance),
            ("source_type", source.sourceType != old.sourceType), ("status", source.status != old.status),
            ("connector_version", source.connectorVersion != old.connectorVersion),
            ("sync_schedule", source.schedule != old.schedule), ("entities", source.entities != old.entities),
        ]
        let secrets = Set(old.secrets.keys).symmetricDifference(source.secrets.keys)
            .union(edit?.sentSecrets.map(\.text) ?? [])
        let paths = DottedPath.differences(between: old.config, and: source.config) + secrets
        return fields.filter(\.differs).map(\.name) + paths.map { "config." + $0 }
    }

    private mutating func sealSecrets(_ vault: Vault, in transaction: any StoreTransaction) throws {
        if source.status == .disconnected && old.status != .disconnected {
            source.secrets = [:]
            try transaction.credentials.remove(source.id)
        } else if let edit, edit.isChange {
            let secrets = Dictionary(uniqueKeysWithValues: edit.secrets.map { ($0.text, $1) })
            source.secrets = try vault.sealConfig(secrets, of: source.id, in: transaction)
        }
    }

    /// Ends the active run where it may not go on; answers the run that is to be queued anew.
    private func endRun(changesContent: Bool, in transaction: any StoreTransaction) throws -> SyncRun? {
        if !source.acceptsRuns {
            try transaction.endActiveRun(of: source.id, because: .runCancelled)
            return nil
        }
        guard changesContent, let active = try transaction.runs.active(of: source.id) else { return nil }
        try transaction.endActiveRun(of: source.id, because: .runSuperseded)
        return active
    }

    /// Invariant 2: whoever read by the old config can commit nothing more. Another system begins a new generation, so
    /// that no state of the old one is used (SYNC.md 5, rule 6).
    private func moveOwner(in transaction: any StoreTransaction) throws {
        guard var state = try transaction.changeOwner(of: source.id), edit?.isOtherSystem == true else { return }
        state.generation += 1
        try transaction.sync.save(state)
    }
}

extension DataSource {
    /// What the newest result makes of a DataSource that isn't paused or disconnected.
    var statusByResult: Status {
        if lastError != nil { return .error }
        return lastSyncAt == nil ? .pending : .connected
    }
}

extension SyncRun {
    /// The same request again for a DataSource whose config or selection changed. A confirmation of deletions was given
    /// for the old one and doesn't carry over.
    fileprivate func request(for source: DataSource) -> RunRequest {
        let selected = source.entities.map { Set($0.map(\.name)) }
        let entities = requestedEntities?.filter { selected?.contains($0) ?? true }
        return RunRequest(trigger: trigger, mode: requestedMode, entities: entities?.isEmpty == true ? nil : entities)
    }
}
