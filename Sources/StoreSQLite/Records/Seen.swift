import StoreRows

// Entities are told apart by their numbers, and a sweep goes on behind the last key that it dealt with.
typealias SeenRecords = StoreRows.SeenRecords<Int64, [UInt8]>
typealias SeenChange = StoreRows.SeenChange<Int64, [UInt8]>
typealias SweepKey = StoreRows.SweepKey<Int64>
