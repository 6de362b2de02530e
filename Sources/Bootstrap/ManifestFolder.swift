import ConnectorAPI
import Declarative
import Domain
import Foundation
import JSON
import Registry

/// The operator's folder of manifests: `<type>.yaml`, `<type>.yml` or `<type>.json`, one connector each.
struct ManifestFolder: Sendable {
    /// Those that can be used, by type.
    private(set) var manifests: [ConnectorManifest] = []
    /// Why a file, or the folder, can't be used: one sentence each.
    private(set) var problems: [String] = []

    /// Reads the folder; nil = there is none.
    init(_ path: String?, builtIn: Set<String>, compiler: any ManifestCompiling) {
        guard let path else { return }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            problems = ["The folder of connectors \(path) can't be read."]
            return
        }
        for name in names {
            let file = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard let ending = file.last, ["yaml", "yml", "json"].contains(ending), !name.hasPrefix(".") else {
                continue
            }
            do {
                try add(type: file.dropLast().joined(separator: "."), path: path + "/" + name, builtIn, compiler)
            } catch {
                let known = error as? AppError
                let places = known?.faults.map { "\($0.pointer) \($0.detail)" } ?? []
                let reason = places.isEmpty ? known?.message ?? "\(type(of: error))" : places.joined(separator: "; ")
                problems.append("The connector \(path)/\(name) can't be used: \(reason)")
            }
        }
    }

    private mutating func add(
        type: String, path: String, _ builtIn: Set<String>, _ compiler: any ManifestCompiling
    ) throws {
        guard ConnectorManifest.isType(type) else {
            throw AppError(
                .connectorManifestInvalid, "its name must be a lower-case letter, then up to 63 of a-z 0-9 _ -")
        }
        guard !builtIn.contains(type), !manifests.contains(where: { $0.type == type }) else {
            throw AppError(.connectorManifestInvalid, "there is another connector of the type \(type)")
        }
        guard let data = FileManager.default.contents(atPath: path), data.count <= ConnectorManifest.mostBytes else {
            throw AppError(.connectorManifestInvalid, "the file can't be read, or is too large")
        }
        let text = String(decoding: data, as: UTF8.self)
        let manifest = ConnectorManifest(
            type: type, version: Connectors.version(of: text), text: text, createdAt: Timestamp(milliseconds: 0),
            createdBy: "operator", offeredAt: nil)
        _ = try compiler.connector(of: manifest)
        manifests.append(manifest)
    }
}

/// Makes connectors of low-code manifests.
struct ManifestCompiler: ManifestCompiling {
    let surroundings: DeclarativeSurroundings

    func connector(of manifest: ConnectorManifest) throws -> any Connector {
        connector(try parsed(manifest.text), type: manifest.type, version: manifest.version)
    }

    /// Reads a manifest's text. Throws `connector.manifest_invalid`.
    func parsed(_ text: String) throws -> DeclarativeManifest {
        let parsed: DeclarativeManifest
        do {
            parsed = try DeclarativeManifest(text: text)
        } catch let error as AppError {
            // What the engine says of a manifest becomes what a client is told of the body that it came in.
            throw AppError(
                .connectorManifestInvalid, error.message,
                faults: error.faults.isEmpty
                    ? [AppError.Fault(pointer: "/manifest", code: error.code, detail: error.message)]
                    : error.faults.map {
                        AppError.Fault(pointer: "/manifest" + $0.pointer, code: $0.code, detail: $0.detail)
                    })
        }
        if let place = ConfigSchema.hiddenSecret(in: parsed.configSchema) {
            throw AppError(
                .connectorManifestInvalid,
                faults: [
                    AppError.Fault(
                        pointer: "/manifest/spec/connection_specification" + place.description,
                        code: ErrorCode.connectorManifestInvalid.code,
                        detail: "A secret within an array or a map can't be kept apart from the rest of the config.")
                ])
        }
        return parsed
    }

    func connector(_ parsed: DeclarativeManifest, type: String, version: String) -> any Connector {
        DeclarativeConnector(
            parsed, type: type, title: type, docsURL: "/docs/guides/connectors", version: version,
            surroundings: surroundings)
    }
}
