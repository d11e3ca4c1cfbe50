//! A finding about an instance, and what a scan comes to for it. Must not know the logs.

use jiff::Timestamp;
use rebato_core::evaluate::Dossier;
use rebato_core::identify::{Read, read_alert};
use rebato_logs::{Questions, Scan, ThreatIndex};
use serde_json::json;

/// 2026-11-24T00:00:00Z.
pub(crate) const T0: i64 = 1_795_478_400;
/// The other side.
pub(crate) const X: &str = "203.0.113.80";
/// The instance, at 10.0.0.5.
pub(crate) const INSTANCE: &str = "i-0abc1234def567890";

/// The finding, with activity between these seconds after [`T0`].
pub(crate) fn alert(first: i64, last: i64) -> Read {
    let at = |second: i64| Timestamp::from_second(T0 + second).unwrap().to_string();
    let raw = json!({
        "id": "f-1", "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "severity": 5,
        "resource": { "resourceType": "Instance", "instanceDetails": { "instanceId": INSTANCE, "networkInterfaces": [
            { "networkInterfaceId": "eni-1", "privateIpAddress": "10.0.0.5", "publicIp": "192.0.2.10" }] } },
        "service": { "eventFirstSeen": at(first), "eventLastSeen": at(last), "action": { "actionType": "NETWORK_CONNECTION",
            "networkConnectionAction": { "connectionDirection": "INBOUND", "remoteIpDetails": { "ipAddressV4": X } } } },
    });
    read_alert("f", raw.to_string().as_bytes())
        .remove(0)
        .unwrap()
}

/// What the logs that are fed come to for the finding.
pub(crate) fn dossier(read: &Read, threat: ThreatIndex, feed: impl FnOnce(&mut Scan)) -> Dossier {
    let mut scan = Scan::new(Questions::of_case(&read.finding, None, threat));
    feed(&mut scan);
    scan.finish()
        .dossier(&read.finding, [(&read.alert, &read.finding)])
}
