import Interpolation

extension TimeSpan { init(iso8601 text: String) throws { self.init(microseconds: 0) } }
