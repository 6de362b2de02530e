extension Migration {
    /// The system that a run reads. Runs of before know none and count against no host.
    static let runHosts = Migration(name: "0005-run-hosts", sql: "ALTER TABLE runs ADD COLUMN host TEXT")
}
