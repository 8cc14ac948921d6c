import FailoverCore

extension StepExecutor {
    func observeFence(_ server: FQDN, _ startType: WindowsStartType) async -> Observed {
        do {
            let service = try await reader.accessEdge(on: server)
            let text = "\(server): \(service)"
            switch service.startType {
            case .disabled: return service.isStopped ? .intended(text) : .initial(text)
            case startType: return .initial(text)
            default: return .foreign("\(text); it was \(startType.rawValue) in the snapshot")
            }
        } catch {
            return .unreadable(error.message)
        }
    }

    func observeUnfence(_ server: FQDN, _ startType: WindowsStartType) async -> Observed {
        do {
            let service = try await reader.accessEdge(on: server)
            let text = "\(server): \(service)"
            switch service.startType {
            case startType: return .intended(text)
            case .disabled: return .initial(text)
            default: return .foreign("\(text); it was \(startType.rawValue) before the fence")
            }
        } catch {
            return .unreadable(error.message)
        }
    }

    /// Stops the Access Edge, then keeps Windows from starting it.
    func fence(_ server: FQDN, _ timeout: Duration, whatIf: Bool) async -> ActResult {
        let place = ManagementEndpoint.edge(server)
        let stopping = PowerShellCommand.stopServices([WindowsStartType.accessEdge], whatIf: whatIf)
        let stopped = await send(stopping, at: place, timeout)
        guard case .done(let first) = stopped else { return stopped }
        let disabled = await send(.setAccessEdge(.disabled, whatIf: whatIf), at: place, timeout)
        guard case .done(let second) = disabled else { return disabled }
        return .done("\(first); \(second)")
    }

    /// Gives the Access Edge its start type back; an undo starts it too, as nothing else does.
    func unfence(
        _ server: FQDN,
        _ startType: WindowsStartType,
        _ timeout: Duration,
        _ run: RunState
    ) async -> ActResult {
        let place = ManagementEndpoint.edge(server)
        let trial = run.opening.isRehearsal
        let set = await send(.setAccessEdge(startType, whatIf: trial), at: place, timeout)
        guard case .done(let text) = set, run.undoing != nil, startType != .disabled else {
            return set
        }
        switch await send(.startServices([WindowsStartType.accessEdge]), at: place, timeout) {
        case .done(let started): return .done("\(text); \(started)")
        case .failed(let why), .answerLost(let why), .foreign(let why):
            // It may have been down before the run as well: what was changed is back.
            return .done("\(text); it did not start: \(why)")
        }
    }
}

extension AccessEdgeService: CustomStringConvertible {
    /// `RTCSRV Running, start type Automatic`.
    public var description: String {
        "\(WindowsStartType.accessEdge) \(status), start type \(startTypeText)"
    }
}

extension EdgePool {
    /// Whether a server is one of its members.
    func has(_ server: FQDN) -> Bool { servers.contains { $0.fqdn == server } }
}
