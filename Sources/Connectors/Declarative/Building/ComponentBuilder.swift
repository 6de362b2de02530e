import Interpolation

/// Makes working components of a manifest's nodes.
///
/// Each family of components adds the method that makes it, in an extension beside it: `partitionRouter(_:)`,
/// `bodyDecoder(_:)`, and so on. A method takes the node and what belongs to its stream, and throws
/// `declarative.manifest_invalid` with the node's place.
final class ComponentBuilder: Sendable {
    /// The config after normalisation, secrets and all.
    let config: Mapping
    let surroundings: RunSurroundings
    /// Answers that several streams of the run share.
    let cache = ResponseCache()
    /// How many requests the run may send, and when.
    let budget: CallBudget
    /// Tokens that several requesters of the run share.
    let tokens = SharedAuthenticators<Mapping, OAuthToken>()
    /// Tokens that take turns, and how often each may still be used.
    let rotations = SharedAuthenticators<TokenRotation, RotatingTokens>()
    /// How many jobs of the source there may be at once.
    let jobs: Slots
    /// Streams whose answers are kept because others are made of them.
    let parents: Set<String>

    init(
        config: Mapping, surroundings: RunSurroundings, budget: ComponentNode? = nil, parents: Set<String> = [],
        jobLimit: Int = 1
    ) throws {
        self.config = config
        self.surroundings = surroundings
        self.parents = parents
        jobs = Slots(jobLimit)
        self.budget = try CallBudget(budget, config: config, surroundings: surroundings)
    }

    /// What the templates of a component see: the config and the component's `parameters`; all other slots are empty.
    func context(_ node: ComponentNode) -> Context {
        Context(
            config: .mapping(config), parameters: .mapping(node.parameters), sources: surroundings.templateSources)
    }
}

/// The stream that a component belongs to.
struct StreamIdentity: Sendable {
    let name: String
}
