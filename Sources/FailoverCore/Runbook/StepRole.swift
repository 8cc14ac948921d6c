/// What a step of a plan is for: the rows of the runbooks.
public enum StepRole: String, Sendable, Hashable, Codable, CaseIterable {
    /// Another Edge pool must exist; checked before the run, never a step.
    case anotherPool = "another_pool"
    /// The Central Management store is failed over.
    case storeFailover = "store_failover"
    /// The new store's server reaches the surviving Edge servers.
    case replicationPath = "replication_path"
    /// Writing cmdlets are tried with `-WhatIf` at the new store.
    case rightsTrial = "rights_trial"
    /// The federation checkbox moves in Topology Builder.
    case federationFlag = "federation_flag"
    /// A site's federation route.
    case siteRoute = "site_route"
    /// A service's associated Edge pool.
    case association
    /// An Edge pool's next hop.
    case nextHop = "next_hop"
    /// The topology is enabled.
    case publication
    /// Servers get the change.
    case replicationGate = "replication_gate"
    /// The wizard's "Setup or Remove Components".
    case setup
    /// The way to the port is open.
    case path
    /// Edge services stop.
    case stopServices = "stop_services"
    /// Edge services start.
    case startServices = "start_services"
    /// A person stops and starts Edge services.
    case restartServices = "restart_services"
    /// A restarted member answers.
    case memberCheck = "member_check"
    /// The target answers, before DNS leads there.
    case targetCheck = "target_check"
    /// Record sets change.
    case records
    /// All authoritative servers agree.
    case recordCheck = "record_check"
    /// Routes or associations are read back, and the target is probed.
    case verification
    /// A test request goes to a partner.
    case partnerTest = "partner_test"
    /// An Edge server reaches Microsoft 365.
    case cloudPath = "cloud_path"
    /// An Edge server is led to the target by the organisation's own records.
    case edgeResolution = "edge_resolution"
    /// Clients can sign in through the target.
    case signIn = "sign_in"
    /// The failed pool cannot answer when it returns.
    case fence
    /// A fenced pool may start again.
    case unfence
    /// The restored pool answers for a while.
    case soak
    /// The services of the restored pool start.
    case restoredServices = "restored_services"
    /// A Front End pool that had been failed over goes back.
    case poolFailback = "pool_failback"
}
