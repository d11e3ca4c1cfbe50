//! The data of the signals: weight, ATT&CK ids, and whether one decides by itself. Data, not code: the ids are renamed from time
//! to time, so the table bears the version of ATT&CK it was written against. Weights are our proposal, to be tuned.
//! Must not know how a signal is recognised.

/// The version of MITRE ATT&CK whose ids are used here.
pub const VERSION: &str = "v17";

/// What is fixed about a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weight {
    /// The signal's name.
    pub(super) signal: &'static str,
    /// Points; below zero it speaks for a failed attack, and counts only where its source is complete.
    pub(super) points: i32,
    /// Technique ids.
    pub(super) attack: &'static [&'static str],
    /// Whether it alone makes the verdict `succeeded`.
    pub(super) decides: bool,
}

const fn row(
    signal: &'static str,
    points: i32,
    attack: &'static [&'static str],
    decides: bool,
) -> Weight {
    Weight {
        signal,
        points,
        attack,
        decides,
    }
}

/// All signals.
pub(super) const TABLE: [Weight; 39] = [
    row("all-rejected", -40, &[], false),
    row("finding-blocked", -10, &[], false),
    row("closed-port", -25, &[], false),
    row("scan", -10, &["T1595.001"], false),
    row("only-failures", -15, &["T1110"], false),
    row("list-entry-too-wide", -60, &[], false),
    row("handshake", 10, &[], false),
    row("session", 25, &[], false),
    row("interactive-login-like", 35, &["T1021.004"], false),
    row("callback", 45, &["T1071"], false),
    row("callback-and-beacon", 20, &["T1071"], true),
    row("callback-elsewhere", 25, &["T1071"], false),
    row("exfil-like", 40, &["T1041"], false),
    row("beacon", 35, &["T1071"], false),
    row("amplification", 15, &["T1498.002"], false),
    row("first-contact-ours", 20, &[], false),
    row("outbound-direction", 20, &[], false),
    row("login-accepted", 60, &["T1021.004", "T1078"], true),
    row("login-after-failures", 70, &["T1110.001", "T1078"], false),
    row(
        "host-change",
        50,
        &[
            "T1136.001",
            "T1098.004",
            "T1548.003",
            "T1053.003",
            "T1543.002",
            "T1543.003",
        ],
        false,
    ),
    row("dns-generated-names", 40, &["T1568.002"], false),
    row("dns-tunnel", 40, &["T1071.004", "T1048"], false),
    row("dns-mining-pool", 40, &["T1496.001"], false),
    row("dns-firewall", 15, &["T1071.004"], false),
    row("dns-led-to-suspect", 10, &["T1071"], false),
    row("role-used-elsewhere", 80, &["T1552.005", "T1078.004"], true),
    row("recon-burst", 25, &["T1087.004", "T1580", "T1526"], false),
    row("persistence-call", 60, &["T1136.003", "T1098.001"], false),
    row(
        "persistence-refused",
        20,
        &["T1136.003", "T1098.001"],
        false,
    ),
    row("resources-created", 50, &["T1578.002", "T1496"], false),
    row("opened-to-world", 60, &["T1562.007", "T1537"], false),
    row("log-tampering", 70, &["T1562.008"], false),
    row("remote-command", 50, &["T1651", "T1021.007"], false),
    row("secrets-read", 40, &["T1555.006"], false),
    row("imdsv1-delivery", 10, &["T1552.005"], false),
    row("credential-exfiltration-finding", 90, &["T1552.005"], true),
    row("malware-or-runtime-finding", 70, &["T1204", "T1059"], true),
    row("attack-sequence", 90, &[], true),
    row("other-finding", 30, &[], false),
];
