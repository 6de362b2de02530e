extension Unicode.Scalar {
    /// What Python's `str.isspace` and `\s` take for white space.
    var isPythonSpace: Bool {
        switch value {
        case 0x20, 0x09...0x0D, 0x1C...0x1F, 0x85, 0xA0: true
        case 0..<0x80: false
        default: properties.isWhitespace
        }
    }

    var isASCIIDigit: Bool { (0x30...0x39).contains(value) }

    var isHexDigit: Bool { isASCII && UInt8(truncatingIfNeeded: value).hexDigit != nil }

    /// Whether it may stand in a name.
    var isNamePart: Bool {
        switch value {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        case 0..<0x80: false
        default: properties.isXIDContinue
        }
    }

    /// Whether it may begin a name.
    var isNameStart: Bool { isNamePart && !isASCIIDigit && (isASCII || properties.isXIDStart) }
}

extension String {
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
