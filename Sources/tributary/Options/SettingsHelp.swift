import Bootstrap

/// The part of the root's help that lists every setting.
enum SettingsHelp {
    /// One line a setting: variable, flag, default, what it does.
    static var text: String {
        let rows = Setting.all.map { ($0.variable, $0.flag ?? "(no flag)", "[\($0.defaultText)]", $0.summary) }
        let widths = rows.reduce((0, 0, 0)) { widest, row in
            (max(widest.0, row.0.count), max(widest.1, row.1.count), max(widest.2, row.2.count))
        }
        let lines = rows.map { variable, flag, text, summary in
            "  " + variable.padded(to: widths.0, isRightAligned: false) + "  "
                + flag.padded(to: widths.1, isRightAligned: false) + "  "
                + text.padded(to: widths.2, isRightAligned: false) + "  " + summary
        }
        return "SETTINGS (flags over environment over file):\n" + lines.joined(separator: "\n")
            + "\n\nClient commands: TRIBUTARY_URL [\(ClientOptions.defaultURL)], TRIBUTARY_TOKEN."
    }
}
