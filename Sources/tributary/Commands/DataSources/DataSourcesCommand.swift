import ArgumentParser

/// Registered external systems.
struct DataSourcesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasources", abstract: "Register, sync and look after external systems.",
        subcommands: [
            ListDataSources.self, GetDataSource.self, CreateDataSource.self, UpdateDataSource.self,
            DeleteDataSource.self, SyncDataSource.self, CheckDataSource.self, DataSourceEntities.self,
            DataSourceRuns.self, CancelRun.self, RunRejects.self, EraseRecords.self,
        ])
}
