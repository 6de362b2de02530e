import Crypto

extension Filter {
    /// What manifests have beyond the language's own.
    static let manifests = [
        bound("hash", ["hash_type", "salt"]) { (value, arguments, evaluation) throws(Fault) in
            let name = try arguments[0]?.stringArgument() ?? "md5"
            let text = try value.text(&evaluation.budget)
            try evaluation.budget.step(text.utf8.count / 32)
            var bytes = Array(text.utf8)
            if let salt = arguments[1], salt.isTrue { bytes += Array(try salt.text(&evaluation.budget).utf8) }
            return .string(try digest(of: bytes, name))
        },
        bound("hmac", ["key", "hash_type"], required: 1) { (value, arguments, evaluation) throws(Fault) in
            guard try arguments[1]?.stringArgument() ?? "sha256" == "sha256" else {
                throw Fault(.value, "only sha256 is allowed")
            }
            let key = SymmetricKey(data: Array(try (arguments[0] ?? .none).text(&evaluation.budget).utf8))
            let message = Array(try value.text(&evaluation.budget).utf8)
            try evaluation.budget.step(message.count / 32)
            return .string(HMAC<SHA256>.authenticationCode(for: message, using: key).hex)
        },
        bound("base64encode", []) { (value, _, evaluation) throws(Fault) in
            .string(Base64.encoded(Array(try value.encodable(&evaluation).utf8)))
        },
        bound("base64binascii_decode", []) { (value, _, evaluation) throws(Fault) in
            let text = try value.encodable(&evaluation)
            guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw Fault(.value, "a text isn't ASCII") }
            return .string(Base64.encoded(Array(text.utf8)))
        },
        bound("base64decode", []) { (value, _, evaluation) throws(Fault) in
            guard let bytes = Base64.decoded(Array(try value.encodable(&evaluation).utf8)),
                let text = String(validating: bytes, as: UTF8.self)
            else { throw Fault(.value, "a text isn't the base64 form of UTF-8") }
            return .string(text)
        },
        bound("string", []) { (value, _, evaluation) throws(Fault) in
            if case .string = value { return value }
            if let undefined = value.undefined, undefined.fault.kind != .undefined { throw undefined.fault }
            return .string("\"\"\"" + (try JSONText.dumped(value, &evaluation)) + "\"\"\"")
        },
        bound("regex_search", ["regex"], required: 1) { (value, arguments, evaluation) throws(Fault) in
            let pattern = try pattern(arguments[0], &evaluation)
            let scalars = Array(try value.stringArgument().unicodeScalars)
            try evaluation.budget.take(bytes: 4 * scalars.count)
            guard pattern.groupCount > 0, let match = try pattern.firstMatch(in: scalars, &evaluation.budget) else {
                return ""
            }
            guard let group = match[1] else { return .none }
            return .string(String(scalars[group]))
        },
        bound("regex_replace", ["regex", "replacement"], required: 2) { (value, arguments, evaluation) throws(Fault) in
            let pattern = try pattern(arguments[0], &evaluation)
            let replacement = try Replacement((arguments[1] ?? .none).stringArgument(), for: pattern)
            let text = try value.stringArgument()
            try evaluation.budget.take(bytes: 5 * text.utf8.count)
            return .string(try replacement.replacingAll(in: text, pattern, &evaluation.budget))
        },
    ]

    private static func pattern(_ argument: Value?, _ evaluation: inout Evaluation) throws(Fault) -> Pattern {
        let text = try (argument ?? .none).stringArgument()
        try evaluation.budget.step(text.utf8.count)
        let pattern = try Pattern(text)
        try evaluation.budget.step(pattern.steps.count)
        return pattern
    }

    private static func digest(of bytes: [UInt8], _ name: String) throws(Fault) -> String {
        switch name {
        case "md5": return Insecure.MD5.hash(data: bytes).hex
        case "sha1": return Insecure.SHA1.hash(data: bytes).hex
        case "sha256": return SHA256.hash(data: bytes).hex
        case "sha384": return SHA384.hash(data: bytes).hex
        case "sha512": return SHA512.hash(data: bytes).hex
        default: throw Fault(.attribute, "there is no hash function of this name")
        }
    }
}

extension Value {
    /// The string that is encoded; another kind has no `encode`.
    fileprivate func encodable(_ evaluation: inout Evaluation) throws(Fault) -> String {
        guard case .string(let text) = self else {
            if let undefined { throw undefined.fault }
            throw Fault(.attribute, "a \(typeName) can't be encoded")
        }
        try evaluation.budget.take(bytes: 2 * text.utf8.count)
        try evaluation.budget.step(text.utf8.count / 8)
        return text
    }
}

/// Base64 by RFC 4648 section 4.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word = 0
            for byte in group { word = word << 8 | Int(byte) }
            word <<= 8 * (3 - group.count)
            for place in 0..<4 {
                result.append(place <= group.count ? alphabet[word >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The bytes; nil where padding is missing. Characters of no meaning are skipped, as Python does.
    static func decoded(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var word = 0
        var count = 0
        for byte in text {
            if byte == UInt8(ascii: "=") {
                // Padding ends the text where it completes a group of four.
                if count == 2 || count == 3 { return finished(result, word, count, text) }
                continue
            }
            guard let value = value(of: byte) else { continue }
            word = word << 6 | value
            count += 1
            if count == 4 {
                result += [UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)]
                (word, count) = (0, 0)
            }
        }
        return count == 0 ? result : nil
    }

    private static func finished(_ bytes: [UInt8], _ word: Int, _ count: Int, _ text: [UInt8]) -> [UInt8]? {
        guard count == 3 || text.count(where: { $0 == UInt8(ascii: "=") }) >= 2 else { return nil }
        return count == 2
            ? bytes + [UInt8(word >> 4 & 255)] : bytes + [UInt8(word >> 10 & 255), UInt8(word >> 2 & 255)]
    }

    private static func value(of byte: UInt8) -> Int? {
        switch byte {
        case 0x41...0x5A: Int(byte) - 0x41
        case 0x61...0x7A: Int(byte) - 0x61 + 26
        case 0x30...0x39: Int(byte) - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
