public import Hummingbird
import NIOCore

/// What a request brings along from its connection.
public struct ConnectionContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The IP address at the other end; nil where there is none, as in a test without sockets.
    public let address: String?

    /// Takes what the connection tells.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress?.ipAddress
    }
}
