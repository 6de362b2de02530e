import CLibPQ
import Glibc

/// Environment variables from which libpq would fill in what a connection doesn't say (PostgreSQL 15, 34.15): an
/// operator's password for one server must not reach another that a tenant named (Invariant 6).
public enum LibPQEnvironment {
    /// Removes them. Call it before the program has a second thread: the environment isn't safe to change later.
    public static func clear() {
        var names = ["PGSERVICEFILE", "PGSYSCONFDIR", "PGLOCALEDIR"]
        if let options = PQconndefaults() {
            var option = options
            while option.pointee.keyword != nil {
                if let name = option.pointee.envvar { names.append(String(cString: name)) }
                option += 1
            }
            PQconninfoFree(options)
        }
        for name in names { unsetenv(name) }
    }
}
