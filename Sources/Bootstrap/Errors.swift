import AirbyteProtocol
import ConnectorAPI
import Declarative
public import Domain
import Egress
import Engine
import FileConnector
import HTTPAPI
import HTTPFetch
import Interpolation
import Registry
import SQLConnectors
import StoreAPI
import StoreSQLite
import TenantFiles
import Tokens
import Vault

extension ErrorCatalog {
    /// Every error code of the program.
    public static let tributary = ErrorCatalog([
        Part(.request, ErrorCode.httpAll + ErrorCode.registryAll + [.scopeMissing]),
        Part(.fault, ErrorCode.faultsAll + ErrorCode.domainAll.filter { $0 != .scopeMissing }),
        Part(.run, ErrorCode.engineAll + ErrorCode.connectorAll + ErrorCode.fileConnectorAll),
        Part(.run, ErrorCode.sqlConnectorAll + ErrorCode.tenantFilesAll + ErrorCode.egressAll + ErrorCode.httpFetchAll),
        Part(.run, ErrorCode.declarativeAll),
        Part(.run, ErrorCode.interpolationAll),
        Part(.command, ErrorCode.storeAll + ErrorCode.backupAll + ErrorCode.vaultAll + ErrorCode.tokensAll),
        Part(.command, ErrorCode.bootstrapAll + ErrorCode.protocolAll),
    ])
}
