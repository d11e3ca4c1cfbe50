//! Words of step 2: verdicts, reasons, facts, gaps. Must not know where they stand.

use jiff::Timestamp;
use rebato_core::evaluate::{
    Clock, Coverage, Entry, Fact, Gap, Outcome, Reason, Source, Texts, Verdict,
};
use rebato_core::identify::Direction;

use super::{Words, yes};
use crate::texts::{has, say};

impl Texts for Words {
    fn reason(&self, reason: &Reason) -> String {
        Self::reason(self, reason)
    }

    fn refuted_by(&self, reason: &Reason) -> Option<String> {
        self.refutation(&reason.signal)
    }

    fn gaps(&self, gaps: &[Gap]) -> String {
        Self::gaps(self, gaps)
    }

    fn fact(&self, fact: &Fact) -> String {
        Self::fact(self, fact)
    }

    fn change(&self, code: &str) -> String {
        Self::change(self, code)
    }
}

impl Words {
    /// The verdict in one or two words.
    #[must_use]
    pub fn outcome(&self, outcome: Outcome) -> String {
        self.code("outcome", outcome.name())
    }

    /// What to do about a verdict that does not say it itself: an inconclusive one about what the instance began.
    #[must_use]
    pub fn advice(&self, verdict: &Verdict) -> Option<String> {
        let other = verdict.treat_as();
        (other != verdict.outcome).then(|| self.key(&format!("advice-treat-as-{}", other.name())))
    }

    /// How sure the time of an entry of the timeline is.
    #[must_use]
    pub fn doubt(&self, entry: &Entry) -> String {
        let key = match entry.clock {
            Clock::Aws => "clock-aws",
            Clock::Host => "clock-host",
        };
        self.with(key, [("seconds", entry.uncertainty_s.to_string())])
    }

    /// One reason of a verdict.
    #[must_use]
    pub fn reason(&self, reason: &Reason) -> String {
        let key = format!("signal-{}", reason.signal);
        let args: Vec<(&str, String)> = reason
            .args
            .iter()
            .map(|(name, value)| (name.as_str(), self.reason_value(name, value)))
            .collect();
        if has(self.lang, &key) {
            say(self.lang, &key, &args)
        } else {
            self.data(&reason.signal)
        }
    }

    /// What would show that a signal means nothing bad, or nothing good: the end of a sentence that begins with "refuted if".
    /// A signal of an old journal may have none.
    #[must_use]
    pub fn refutation(&self, signal: &str) -> Option<String> {
        let key = format!("refute-{signal}");
        has(self.lang, &key).then(|| self.key(&key))
    }

    fn reason_value(&self, name: &str, value: &str) -> String {
        match (name, value.parse::<u64>()) {
            (_, _) if value.is_empty() => "–".into(),
            ("severity", _) => value
                .parse()
                .map_or_else(|_| self.data(value), |severity| self.number(severity)),
            ("bytes", Ok(bytes)) => self.bytes(bytes),
            ("change", _) => value
                .split(", ")
                .map(|code| self.code("host-change", code))
                .collect::<Vec<_>>()
                .join(", "),
            ("seconds", Ok(seconds)) => self.duration(seconds),
            ("at", _) => value
                .parse()
                .map_or_else(|_| self.data(value), |at| self.when(at)),
            _ => self.data(value),
        }
    }

    /// Why a source shows less than all.
    #[must_use]
    pub fn gap(&self, gap: &Gap) -> String {
        let time = |at: &Option<Timestamp>| {
            at.map_or_else(|| self.key("time-unknown"), |at| self.when(at))
        };
        match gap {
            Gap::NotGiven => self.key("gap-not_given"),
            Gap::NotEnabled => self.key("gap-not_enabled"),
            Gap::Failed { why } => self.with("gap-failed", [("why", self.data(why))]),
            Gap::Skipped { file, why } => self.with(
                "gap-skipped",
                [("file", self.data(file)), ("why", self.data(why))],
            ),
            Gap::Window { from, until } => {
                self.with("gap-window", [("from", time(from)), ("until", time(until))])
            }
            Gap::Interrupted => self.key("gap-interrupted"),
            Gap::Bounded { bytes } => self.with("gap-bounded", [("bytes", bytes.to_string())]),
            Gap::SkipData { records } => {
                self.with("gap-skip_data", [("records", records.to_string())])
            }
            Gap::NothingAbout { records } => {
                self.with("gap-nothing_about", [("records", records.to_string())])
            }
            Gap::LeftOut { kind, facts } => self.with(
                "gap-left_out",
                [("kind", self.data(kind)), ("facts", facts.to_string())],
            ),
            Gap::FieldMissing { field } => {
                self.with("gap-field_missing", [("field", self.data(field))])
            }
        }
    }

    /// Several gaps in one line.
    #[must_use]
    pub fn gaps(&self, gaps: &[Gap]) -> String {
        if gaps.is_empty() {
            self.key("gap-unknown")
        } else {
            gaps.iter()
                .map(|g| self.gap(g))
                .collect::<Vec<_>>()
                .join("; ")
        }
    }

    /// The same for a reader's eye: files that could not be read come last, the first `files` by name, the others counted.
    #[must_use]
    pub fn gaps_short(&self, gaps: &[Gap], files: usize) -> String {
        let (skipped, others): (Vec<&Gap>, Vec<&Gap>) = gaps
            .iter()
            .partition(|gap| matches!(gap, Gap::Skipped { .. }));
        let more = skipped.len().saturating_sub(files);
        let mut all: Vec<String> = others
            .into_iter()
            .chain(skipped.into_iter().take(files))
            .map(|gap| self.gap(gap))
            .collect();
        if more > 0 {
            all.push(self.with("gap-more_files", [("count", more.to_string())]));
        }
        if all.is_empty() {
            self.key("gap-unknown")
        } else {
            all.join("; ")
        }
    }

    /// What would change the verdict.
    #[must_use]
    pub fn change(&self, code: &str) -> String {
        self.code("change", code)
    }

    /// What a record says.
    #[must_use]
    pub fn fact(&self, fact: &Fact) -> String {
        let users = |users: &[String]| {
            users
                .iter()
                .map(|u| self.data(u))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match fact {
            Fact::Conversation(c) => self.with(
                "fact-conversation",
                [
                    ("direction", direction_code(c.direction).into()),
                    ("local", self.data(c.local_ip)),
                    ("remote", self.data(c.remote_ip)),
                    (
                        "port",
                        c.port.map_or_else(|| "–".into(), |port| port.to_string()),
                    ),
                    ("protocol", protocol(c.protocol)),
                    ("bytes_in", self.bytes(c.accepted_in.bytes)),
                    ("bytes_out", self.bytes(c.accepted_out.bytes)),
                    (
                        "accepted",
                        c.accepted_in
                            .flows
                            .saturating_add(c.accepted_out.flows)
                            .to_string(),
                    ),
                    ("rejected", c.rejected.flows.to_string()),
                ],
            ),
            Fact::Beacon {
                ip,
                port,
                connects,
                interval_s,
                bytes_out,
                ..
            } => self.with(
                "fact-beacon",
                [
                    ("ip", self.data(ip)),
                    ("port", port.to_string()),
                    ("connects", connects.to_string()),
                    ("interval", self.number(*interval_s)),
                    ("bytes_out", self.bytes(*bytes_out)),
                ],
            ),
            Fact::Scan {
                ip,
                ports,
                hosts,
                accepted,
                rejected,
            } => self.with(
                "fact-scan",
                [
                    ("ip", self.data(ip)),
                    ("ports", self.count(*ports)),
                    ("hosts", hosts.to_string()),
                    ("accepted", accepted.to_string()),
                    ("rejected", rejected.to_string()),
                ],
            ),
            Fact::Sweep {
                from,
                inside,
                port,
                hosts,
                ports,
                answered,
                ..
            } => self.with(
                "fact-sweep",
                [
                    ("from", self.data(from)),
                    ("inside", yes(*inside)),
                    (
                        "port",
                        port.map_or_else(|| "–".into(), |port| port.to_string()),
                    ),
                    ("hosts", hosts.to_string()),
                    ("ports", self.count(*ports)),
                    ("answered", answered.to_string()),
                ],
            ),
            Fact::OutboundVolume {
                ip,
                bytes,
                busiest_hour,
                usual_hour,
                ..
            } => self.with(
                "fact-outbound_volume",
                [
                    ("ip", self.data(ip)),
                    ("bytes", self.bytes(*bytes)),
                    ("busiest", self.bytes(*busiest_hour)),
                    ("known", yes(usual_hour.is_some())),
                    ("usual", self.bytes(usual_hour.unwrap_or(0))),
                ],
            ),
            Fact::Lookup {
                domain,
                names,
                longest,
                missing,
                count,
                ..
            } => self.with(
                "fact-lookup",
                [
                    ("domain", self.data(domain)),
                    ("names", names.to_string()),
                    ("longest", self.data(longest)),
                    ("missing", missing.to_string()),
                    ("count", count.to_string()),
                ],
            ),
            Fact::Metric {
                name,
                statistic,
                from,
                until,
                value,
                usual,
                ..
            } => self.with(
                "fact-metric",
                [
                    ("name", self.data(name)),
                    ("statistic", self.data(statistic)),
                    ("from", self.when(*from)),
                    ("until", self.when(*until)),
                    ("value", self.number(*value)),
                    ("known", yes(usual.is_some())),
                    ("usual", self.number(usual.unwrap_or(0.0))),
                ],
            ),
            Fact::HostChange {
                change,
                about,
                by,
                detail,
                count,
            } => self.with(
                "fact-host_change",
                [
                    ("change", self.code("host-change", change)),
                    ("about", self.data(about)),
                    ("known", yes(by.is_some())),
                    ("by", self.maybe(by.as_ref())),
                    ("detail", self.data(detail)),
                    ("count", count.to_string()),
                ],
            ),
            Fact::LoginFailed {
                ip,
                users: tried,
                count,
                ..
            } => self.with(
                "fact-login_failed",
                [
                    ("ip", self.data(ip)),
                    ("users", users(tried)),
                    ("count", count.to_string()),
                ],
            ),
            Fact::LoginAccepted {
                ip,
                user,
                method,
                failures_before,
                ..
            } => self.with(
                "fact-login_accepted",
                [
                    ("ip", self.data(ip)),
                    ("user", self.data(user)),
                    ("method", self.data(method)),
                    ("failures", failures_before.to_string()),
                ],
            ),
            Fact::ApiCall {
                event,
                service,
                source_ip,
                principal,
                error,
                detail,
                count,
                ..
            } => self.with(
                "fact-api_call",
                [
                    ("event", self.data(event)),
                    ("service", self.data(service)),
                    ("source_ip", self.data(source_ip)),
                    ("principal", self.maybe(principal.as_ref())),
                    ("detailed", yes(detail.is_some())),
                    ("detail", self.maybe(detail.as_ref())),
                    ("refused", yes(error.is_some())),
                    ("error", self.maybe(error.as_ref())),
                    ("count", count.to_string()),
                ],
            ),
            Fact::ThreatMatch {
                ip, list, entry, ..
            } => self.with(
                "fact-threat_match",
                [
                    ("ip", self.data(ip)),
                    ("list", self.data(list)),
                    ("entry", self.data(entry)),
                ],
            ),
            Fact::Alert {
                kind,
                blocked,
                direction,
                ..
            } => self.with(
                "fact-alert",
                [
                    ("type", self.data(kind)),
                    (
                        "direction",
                        self.direction(direction.unwrap_or(Direction::Unknown)),
                    ),
                    ("blocked", yes(*blocked == Some(true))),
                ],
            ),
            Fact::OtherFinding { kind, severity, .. } => {
                let severity = severity.map_or_else(|| "–".into(), |s| self.number(s));
                self.with(
                    "fact-other_finding",
                    [("type", self.data(kind)), ("severity", severity)],
                )
            }
        }
    }

    /// A source.
    #[must_use]
    pub fn source(&self, source: Source) -> String {
        self.code("source", source.name())
    }

    /// How much a source shows.
    #[must_use]
    pub fn coverage(&self, coverage: Coverage) -> String {
        self.key(&format!("coverage-{}", coverage_code(coverage)))
    }

    /// Who began a connection.
    #[must_use]
    pub fn direction(&self, direction: Direction) -> String {
        self.key(&format!("direction-{}", direction_code(direction)))
    }
}

pub(crate) const fn coverage_code(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Complete => "complete",
        Coverage::Partial => "partial",
        Coverage::Absent => "absent",
    }
}

const fn direction_code(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
        Direction::Unknown => "unknown",
    }
}

/// The usual name of an IANA protocol number.
pub(crate) fn protocol(number: u8) -> String {
    match number {
        1 => "ICMP".into(),
        6 => "TCP".into(),
        17 => "UDP".into(),
        58 => "ICMPv6".into(),
        other => other.to_string(),
    }
}
