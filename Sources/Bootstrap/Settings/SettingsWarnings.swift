import Glibc

extension Settings {
    /// What an operator should know of settings that are valid: one sentence each.
    var warnings: [String] {
        var warnings: [String] = []
        if let filesRoot, access(filesRoot, R_OK | X_OK) != 0 {
            warnings.append("\(Setting.filesRoot.variable) names a folder that can't be read; file sources will fail")
        }
        return warnings
    }
}
