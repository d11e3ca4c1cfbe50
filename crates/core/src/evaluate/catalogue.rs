//! Every code that a verdict may hold, for those who keep the words. Must not hold words.

/// Codes of what would change a verdict; words under `change-` and the code.
pub const CHANGES: [&str; 26] = [
    "give-flow-logs",
    "enable-flow-logs",
    "give-cloudtrail",
    "enable-cloudtrail",
    "collect-auth-log",
    "enable-dns-log",
    "read-metrics",
    "read-other-findings",
    "widen-window",
    "repair-files",
    "allow-reading",
    "add-flow-fields",
    "look-elsewhere",
    "look-at-processes",
    "look-at-app-logs",
    "scan-for-malware",
    "raise-login",
    "raise-callback",
    "raise-beacon",
    "raise-role-abroad",
    "raise-second-source",
    "raise-later",
    "raise-owner-denies",
    "lower-refuted",
    "lower-complete-and-quiet",
    "ask-owner",
];

/// Codes of gaps, as in `code` of a gap in JSON, with their members.
pub const GAPS: [(&str, &[&str]); 9] = [
    ("not_given", &[]),
    ("not_enabled", &[]),
    ("failed", &["why"]),
    ("skipped", &["file", "why"]),
    ("window", &["from", "until"]),
    ("skip_data", &["records"]),
    ("field_missing", &["field"]),
    ("nothing_about", &["records"]),
    ("left_out", &["kind", "facts"]),
];

/// Kinds of facts, as in `kind` of a fact in JSON, with their members.
pub const FACTS: [(&str, &[&str]); 14] = [
    (
        "conversation",
        &[
            "interface",
            "local_ip",
            "remote_ip",
            "port",
            "protocol",
            "direction",
            "direction_guessed",
            "accepted_in",
            "accepted_out",
            "rejected",
            "longest_session_s",
            "session_bytes_out",
            "mid_stream",
            "first",
            "last",
        ],
    ),
    (
        "beacon",
        &[
            "ip",
            "port",
            "connects",
            "interval_s",
            "variation",
            "bytes_out",
        ],
    ),
    ("scan", &["ip", "ports", "hosts", "accepted", "rejected"]),
    (
        "sweep",
        &[
            "from", "inside", "port", "hosts", "ports", "answered", "first", "last",
        ],
    ),
    (
        "outbound_volume",
        &[
            "ip",
            "bytes",
            "busiest_hour",
            "usual_hour",
            "hours",
            "first",
            "last",
        ],
    ),
    (
        "lookup",
        &[
            "domain", "names", "longest", "entropy", "length", "types", "answers", "missing",
            "count", "firewall", "first", "last",
        ],
    ),
    (
        "metric",
        &[
            "name",
            "statistic",
            "from",
            "until",
            "value",
            "usual",
            "deviations",
        ],
    ),
    ("host_change", &["change", "about", "by", "detail", "count"]),
    ("login_failed", &["ip", "users", "count", "first", "last"]),
    (
        "login_accepted",
        &["ip", "user", "method", "failures_before", "count"],
    ),
    (
        "api_call",
        &[
            "event",
            "service",
            "source_ip",
            "principal",
            "session_of",
            "error",
            "read_only",
            "delivery",
            "detail",
            "count",
            "first",
            "last",
        ],
    ),
    ("threat_match", &["ip", "list", "entry", "width"]),
    (
        "alert",
        &[
            "type",
            "severity",
            "blocked",
            "direction",
            "role",
            "remote",
            "first",
        ],
    ),
    ("other_finding", &["finding", "type", "severity"]),
];
