import TestSupport

/// What happens to a made-up source, and how well or badly it answers.
extension MadeUpEntity {
    /// Records come, go, change and come back; now and then many go at once.
    mutating func live(_ random: inout SeededRandom) {
        let ids = truth.keys.sorted()
        switch Int.random(in: 0..<10, using: &random) {
        case 0: for id in ids where Int.random(in: 0..<10, using: &random) < 6 { truth[id] = nil }
        case 1: truth = [:]
        default: for id in ids where Int.random(in: 0..<12, using: &random) == 0 { truth[id] = nil }
        }
        for id in truth.keys.sorted() where Int.random(in: 0..<10, using: &random) == 0 {
            truth[id] = ["a", "b", "c"].randomElement(using: &random)
        }
        for _ in 0..<Int.random(in: 0...4, using: &random) where lastID > 0 {
            truth[Int.random(in: 1...lastID, using: &random)] = "a"
        }
        for _ in 0..<Int.random(in: 0...(lastID == 0 ? 60 : 6), using: &random) {
            lastID += 1
            truth[lastID] = "a"
        }
    }

    /// The answer to a full read; the source may change while it is read. It never hides a record that is there from two
    /// complete reads in a row, nor, where one read is enough, so few that no guard could notice: no rule could tell that.
    mutating func answer(isSnapshot: Bool, isConfirmed: Bool, using random: inout SeededRandom) -> MadeUpAnswer {
        let honest = MadeUpAnswer(pages: pages(rows, &random))
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return broken(honest, .failure, &random)
        case 1: return broken(honest, .cut, &random)
        case 2: return broken(honest, .incomplete, &random)
        case 3: return repeating(honest, &random)
        case 4...6 where !isSnapshot && !isRekeyed: return shifted(&random)
        case 7 where !isRekeyed: return lie(isSnapshot: isSnapshot, isConfirmed: isConfirmed, MadeUpAnswer(pages: []))
        case 8 where !isRekeyed:
            let few = rows.filter { _ in Int.random(in: 0..<10, using: &random) < 5 }
            return lie(isSnapshot: isSnapshot, isConfirmed: isConfirmed, MadeUpAnswer(pages: pages(few, &random)))
        case 9 where !isConfirmed && !isRekeyed: return garbled(&random)
        default: return honest
        }
    }

    /// The answer to an incremental read: some of what is there.
    func increment(_ random: inout SeededRandom) -> MadeUpAnswer {
        let some = rows.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        let answer = MadeUpAnswer(pages: pages(some, &random))
        return Int.random(in: 0..<6, using: &random) == 0 ? broken(answer, .failure, &random) : answer
    }

    func pages(_ rows: [ScriptedConnector.Row], _ random: inout SeededRandom) -> [[ScriptedConnector.Row]] {
        let size = Int.random(in: 3...20, using: &random)
        return stride(from: 0, to: rows.count, by: size).map { Array(rows[$0..<min($0 + size, rows.count)]) }
    }

    private func broken(
        _ honest: MadeUpAnswer, _ ending: MadeUpAnswer.Ending, _ random: inout SeededRandom
    ) -> MadeUpAnswer {
        let kept = Int.random(in: 0...honest.pages.count, using: &random)
        return MadeUpAnswer(pages: Array(honest.pages.prefix(kept)), ending: ending)
    }

    private func repeating(_ honest: MadeUpAnswer, _ random: inout SeededRandom) -> MadeUpAnswer {
        guard let again = honest.pages.randomElement(using: &random) else { return honest }
        return MadeUpAnswer(pages: honest.pages + [again])
    }

    /// Pages by offset of a source that changes between two of them: a record that goes moves all behind it one place
    /// forward, so that one is skipped; a new one in front makes one come twice.
    private mutating func shifted(_ random: inout SeededRandom) -> MadeUpAnswer {
        let size = Int.random(in: 2...8, using: &random)
        var (order, offset) = (rows, 0)
        var answer = MadeUpAnswer(pages: [])
        while offset < order.count {
            answer.pages.append(Array(order[offset..<min(offset + size, order.count)]))
            offset += size
            guard offset < order.count, Bool.random(using: &random) else { continue }
            if Bool.random(using: &random) {
                lastID += 1
                truth[lastID] = "a"
                order.insert(.init(lastID, "a"), at: 0)
            } else if !missed.contains(key(order[offset])) {
                truth[order.remove(at: 0).id] = nil
            }
        }
        return answer
    }

    /// A complete answer that hides records: all that is there, or so many that it can't be true.
    private func lie(isSnapshot: Bool, isConfirmed: Bool, _ lie: MadeUpAnswer) -> MadeUpAnswer {
        let (told, live) = (Set(lie.rows.map(key)), Set(stored.keys))
        let unseen = live.subtracting(told)
        let isHidden = !truthKeys.subtracting(told).isDisjoint(with: missed)
        let isNoticed = told.isEmpty || (unseen.count > 10 && unseen.count * 10 > live.count * 3)
        let isCovered = isConfirmed && unseen.count <= review?.count ?? 0
        if isSnapshot ? !isNoticed || isCovered : isHidden && (isConfirmed || !told.isEmpty) {
            return MadeUpAnswer(pages: [rows])
        }
        return lie
    }

    private func garbled(_ random: inout SeededRandom) -> MadeUpAnswer {
        let readable = rows.filter { _ in Int.random(in: 0..<8, using: &random) > 0 }
        return MadeUpAnswer(pages: pages(readable, &random), unreadable: rows.count - readable.count)
    }
}
