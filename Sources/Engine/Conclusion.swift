import Domain
import StoreAPI

/// How a run ended.
enum Conclusion: Sendable {
    case succeeded
    /// Entities whose deletions wait, and how many each.
    case needsReview([EntityState])
    case failed(AppError)
}

extension StoreTransaction {
    /// Writes the end of a run: its row, what the DataSource says of itself, when the next run is due. The caller has
    /// locked the sync row, checked the fence and moved it.
    func conclude(_ run: inout SyncRun, as conclusion: Conclusion, of source: DataSource) throws {
        var source = source
        run.finishedAt = now
        run.leaseUntil = nil
        switch conclusion {
        case .succeeded:
            run.status = .succeeded
            source.recordSuccess(at: now, counts: try sync.liveCounts(of: source.id))
        case .needsReview(let entities):
            run.status = .needsReview
            run.error = reviewError(entities, run: run.id)
            source.recordReview(run.error)
        case .failed(let error):
            run.status = .failed
            source.consecutiveFailures += 1
            run.error = failure(error, of: source, run: run.id)
            source.recordFailure(run.error)
        }
        let failure = run.status == .failed ? run.error : nil
        source.nextSyncAt = source.nextRun(after: now, failure: failure)
        run.error?.retryAt = failure?.recovery.isTransient == true ? source.nextSyncAt : nil
        if source.lastError?.run == run.id { source.lastError = run.error }
        source.syncVersion += 1
        try runs.update(run)
        try sources.update(source)
        post(.source(source.id))
        post(.runEnded(source.id))
    }

    private func failure(_ error: AppError, of source: DataSource, run: RunID) -> RunError {
        RunError(
            code: error.code, message: error.message, recovery: error.recovery ?? .reportBug, at: now, run: run,
            retryAt: error.retryAfter.map { now + $0 }, entity: error.entity)
    }

    private func reviewError(_ entities: [EntityState], run: RunID) -> RunError {
        let list = entities.map { "\($0.deletesToReview ?? 0) of \($0.live) records of \($0.name)" }
        return RunError(
            code: ErrorCode.deletesToReview.code,
            message: "\(list.joined(separator: ", ")) would be deleted. \(ErrorCode.deletesToReview.summary)",
            recovery: .reviewDeletes, at: now, run: run, entity: entities.count == 1 ? entities[0].name : nil)
    }
}

extension DataSource {
    mutating func recordReview(_ error: RunError?) {
        if acceptsRuns { status = .error }
        lastError = error
    }

    mutating func recordFailure(_ error: RunError?) {
        if acceptsRuns { status = .error }
        lastError = error
    }
}
