//! Which keys the program uses, by family of codes: what a test holds against the catalogues. Must not know any text.

use rebato_core::contain::{FAULTS, NOTES};
use rebato_core::escalate::FITS;
use rebato_core::evaluate::{CHANGES, FACTS, GAPS, SIGNALS};
use rebato_core::harden::{BEARINGS, FIX_NOTES, FixClass, NoFix, Scope, checks};
use rebato_core::identify::kinds;
use rebato_core::investigate::{MEND_NOTES, NoMend};
use rebato_core::monitor::{CLOCKS, CLOSE_CODES, STATED, WATCH_NOTES, WATCHES};

/// Names of all actions.
pub const ACTIONS: [&str; 43] = [
    "activate_list",
    "archive_finding",
    "copy_snapshots",
    "create_group",
    "create_snapshots",
    "delete_group",
    "deny_sessions",
    "edit_list",
    "lock_snapshots",
    "open_security_case",
    "open_support_case",
    "protect_stop",
    "protect_termination",
    "rate_finding",
    "run_patches",
    "save_console",
    "scan_snapshots",
    "set_acl_deny",
    "set_auto_public_address",
    "set_balancer",
    "set_delete_on_termination",
    "set_ebs_encryption",
    "set_elastic_ip",
    "set_flow_log",
    "set_group_rules",
    "set_imds_tokens",
    "set_ingress",
    "set_instance_profile",
    "set_interface_groups",
    "set_metadata_endpoint",
    "set_running",
    "set_scaling_membership",
    "set_scaling_minimum",
    "set_shutdown_behavior",
    "set_sshd",
    "set_standby",
    "set_tags",
    "set_target",
    "set_watch_object",
    "share_snapshots",
    "suppress_finding",
    "trust_address",
    "wait_snapshots",
];

/// Codes of the families that are enums in the core.
const FAMILIES: [(&str, &[&str]); 33] = [
    (
        "step",
        &[
            "identify",
            "evaluate",
            "contain",
            "investigate",
            "harden",
            "monitor",
        ],
    ),
    (
        "state",
        &[
            "opened",
            "evaluated",
            "planned",
            "approved",
            "containing",
            "contained",
            "releasing",
            "released",
            "closed",
        ],
    ),
    (
        "containment",
        &["none", "partial", "contained", "verified", "released"],
    ),
    (
        "outcome",
        &[
            "succeeded",
            "likely",
            "attempted",
            "blocked",
            "benign",
            "inconclusive",
            "none",
        ],
    ),
    ("severity", &["info", "warning", "refusal"]),
    ("profile", &["runbook", "isolate", "observe", "escalate"]),
    (
        "purpose",
        &["contain", "release", "fix", "watch", "unwatch"],
    ),
    ("decision", &["approved", "rejected", "second", "none"]),
    (
        "step-state",
        &[
            "planned",
            "started",
            "done",
            "failed",
            "failed-uncertain",
            "undone",
        ],
    ),
    (
        "host-change",
        &[
            "user_added",
            "user_enabled",
            "group_changed",
            "password_changed",
            "key_added",
            "service_installed",
            "task_created",
            "log_cleared",
            "became_root",
        ],
    ),
    (
        "source",
        &["flow_logs", "cloudtrail", "auth_log", "dns", "findings"],
    ),
    ("coverage", &["complete", "partial", "absent"]),
    ("phase", &["before", "contact", "success", "after"]),
    ("clock", &["aws", "host"]),
    ("advice", &["treat-as-likely"]),
    (
        "event",
        &[
            "case_opened",
            "alert_repeated",
            "finding_joined",
            "subject_observed",
            "subject_missing",
            "evidence_gathered",
            "verdict_reached",
            "case_marked",
            "inquiry_begun",
            "address_investigated",
            "guest_asked",
            "guest_answered",
            "posture_checked",
            "plan_made",
            "plan_rehearsed",
            "plan_ruled",
            "plan_approved",
            "plan_rejected",
            "step_started",
            "step_done",
            "step_failed",
            "containment_observed",
            "release_observed",
            "fix_watched",
            "monitored",
            "criterion_stated",
            "closing_agreed",
            "export_started",
            "export_done",
            "case_closed",
            "case_reopened",
        ],
    ),
    (
        "scope",
        &[
            "public",
            "private",
            "cgnat",
            "loopback",
            "link_local",
            "multicast",
            "documentation",
            "own",
        ],
    ),
    (
        "standing",
        &[
            "known_bad",
            "mass_scanner",
            "known_good",
            "anonymiser",
            "unknown",
        ],
    ),
    (
        "address-fact",
        &[
            "asn",
            "country",
            "city",
            "network",
            "cloud",
            "tor",
            "anonymiser",
            "ptr",
            "abuse_contact",
            "history",
        ],
    ),
    ("opinion", &["malicious", "suspicious", "benign", "unknown"]),
    (
        "asked",
        &[
            "answered",
            "not_configured",
            "refused",
            "failed",
            "not_listed",
        ],
    ),
    (
        "unread",
        &[
            "groups",
            "volumes",
            "role",
            "scaling",
            "targets",
            "attributes",
            "addresses",
            "snapshots",
        ],
    ),
    (
        "kept",
        &[
            "alert",
            "console_output",
            "console_screenshot",
            "guest_output",
            "log_extract",
            "snapshot",
            "snapshot_copy",
            "snapshot_lock",
            "snapshot_share",
            "malware_scan",
            "export",
        ],
    ),
    ("direction", &["inbound", "outbound", "unknown"]),
    ("auto-scan", &["yes", "no", "outbound_only"]),
    (
        "why",
        &[
            "contained",
            "not-running",
            "not-read",
            "findings-not-read",
            "subject-not-read",
            "part-not-read",
            "posture-not-read",
            "no-flow-logs",
            "no-trail",
            "flow-logs-have-gaps",
            "flow-logs-not-there-yet",
            "trail-not-there-yet",
            "objects-not-read",
        ],
    ),
    (
        "standing-reason",
        &[
            "listed-though-not-public",
            "scope-not-public",
            "stale",
            "weak",
            "known-service",
            "scans-everybody",
            "anonymiser",
            "sources-not-independent",
            "one-source",
            "others-silent",
            "independent-sources",
            "contradiction",
            "nothing-known",
        ],
    ),
    ("status", &["pass", "fail", "unknown"]),
    (
        "sshd-problem",
        &[
            "unknown-keyword",
            "bad-value",
            "no-value",
            "bad-match",
            "not-in-match",
            "include-not-given",
            "include-too-deep",
            "too-long",
        ],
    ),
    ("due", &["observation", "approval", "watch_objects"]),
    ("watch-status", &["quiet", "tripped", "unknown"]),
    ("watch-object", &["alarm", "metric_filter", "rule"]),
    (
        "undo",
        &[
            "do",
            "joined",
            "keep-evidence",
            "keep-shared",
            "keep-nothing_changed",
            "keep-harmless",
            "keep-opinion",
            "keep-theirs",
            "keep-patches",
            "impossible-address_lost",
        ],
    ),
];

/// Every key of a family of codes. A code that the core can produce and that is missing here has no words.
#[must_use]
pub fn used_keys() -> Vec<String> {
    let mut keys = Vec::new();
    let mut add = |family: &str, codes: &[&str]| {
        keys.extend(codes.iter().map(|code| format!("{family}-{code}")));
    };
    for (family, codes) in FAMILIES {
        add(family, codes);
    }
    add("action", &ACTIONS);
    add("impact", &ACTIONS);
    add("escalate-fit", &FITS);
    add("signal", SIGNALS);
    add("refute", SIGNALS);
    add("change", &CHANGES);
    add("gap", &GAPS.map(|(code, _)| code));
    add("fact", &FACTS.map(|(kind, _)| kind));
    add("note", &NOTES);
    add("note", &FIX_NOTES);
    add("note", &MEND_NOTES);
    add("note", WATCH_NOTES);
    add("criterion", &STATED);
    add("no-fix", &NoFix::CODES);
    add("order", &BEARINGS.map(|(code, _)| code));
    add("no-mend", &NoMend::ALL.map(NoMend::name));
    add("note", &["archived"]);
    add("lint", &FAULTS);
    let checks: Vec<&str> = checks().map(|check| check.name).collect();
    add("check", &checks);
    add("risk", &checks);
    add("fix", &checks);
    add("fix-class", &FixClass::ALL.map(FixClass::code));
    add("why", rebato_core::harden::guest::UNSEEN);
    add("check-scope", &Scope::ALL.map(Scope::code));
    add("watch", WATCHES);
    add("close", CLOSE_CODES);
    add("clock", &CLOCKS);
    for kind in kinds() {
        add("success", &[kind.success]);
        add("look", kind.look_first);
        add("about", kind.about.as_slice());
    }
    for family in ["containment", "outcome"] {
        let codes = FAMILIES
            .iter()
            .filter(|(name, _)| *name == family)
            .flat_map(|(_, codes)| codes.iter());
        keys.extend(codes.map(|code| format!("{family}-{code}-long")));
    }
    keys
}
