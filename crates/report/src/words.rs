//! From codes and facts to words in a language. Every match is exhaustive, so that a new fact or action does not compile
//! without its words. Must not know the page or the ticket they stand in: the values of strangers go through the
//! wrapping that the page brings.

mod contain;
mod evaluate;
mod identify;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use rebato_core::case::{Case, Entry};
use rebato_core::harden::Status;
use rebato_core::identify::{AutoScan, Finding, Kind};
use rebato_core::investigate::{Scope, Standing};
use rebato_core::monitor::WatchStatus;

use crate::Lang;
use crate::clean::clean;
use crate::texts::{grouped, has, say};

pub(crate) use evaluate::protocol;

/// Speaks one language, and makes the values of strangers fit for one kind of page.
#[derive(Clone, Copy)]
pub struct Words {
    /// The language.
    pub lang: Lang,
    /// What is done to a value before it is put into a sentence.
    wrap: fn(&str) -> String,
    /// What follows a time, all of which are in UTC.
    offset: &'static str,
    /// The reader's clock, where it is known.
    zone: Option<&'static TimeZone>,
}

/// The moment at which something is written, and the clock of whom it is written for.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// The moment.
    pub now: Timestamp,
    /// Where there is one, the times that a reader acts by stand in it, too, beside UTC.
    pub zone: Option<&'static TimeZone>,
}

impl From<Timestamp> for Clock {
    fn from(now: Timestamp) -> Self {
        Self { now, zone: None }
    }
}

impl Words {
    /// Words for a terminal: values are [`clean`]ed.
    #[must_use]
    pub fn plain(lang: Lang) -> Self {
        Self::wrapping(lang, clean)
    }

    /// Words whose values go through `wrap`.
    #[must_use]
    pub const fn wrapping(lang: Lang, wrap: fn(&str) -> String) -> Self {
        Self {
            lang,
            wrap,
            offset: "",
            zone: None,
        }
    }

    /// The same for a reader whose clock this is.
    #[must_use]
    pub const fn beside(self, zone: Option<&'static TimeZone>) -> Self {
        Self { zone, ..self }
    }

    /// The same, with the offset behind every time: a page is read away from the terminal that says it.
    #[must_use]
    pub const fn with_offset(self) -> Self {
        Self {
            offset: "Z",
            ..self
        }
    }

    /// The text of a key without values.
    #[must_use]
    pub fn key(&self, key: &str) -> String {
        say(self.lang, key, &[])
    }

    /// The text of a key with values that are words of ours or wrapped already.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over what they made for this call"
    )]
    pub fn with<const N: usize>(&self, key: &str, args: [(&str, String); N]) -> String {
        say(self.lang, key, &args)
    }

    /// A value of a stranger. A bare number stays one, so that it can choose a plural.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over what they made for this call"
    )]
    pub fn data(&self, value: impl ToString) -> String {
        let value = value.to_string();
        if !value.is_empty() && value.len() <= 20 && value.bytes().all(|b| b.is_ascii_digit()) {
            return value;
        }
        (self.wrap)(&value)
    }

    /// A value of a stranger that may be absent.
    #[must_use]
    pub fn maybe<T: ToString>(&self, value: Option<&T>) -> String {
        value.map_or_else(|| "–".into(), |v| self.data(v.to_string()))
    }

    /// A code of a family, or the code itself where the catalogue does not know it: codes of sources may be new.
    fn code(&self, family: &str, code: &str) -> String {
        let key = format!("{family}-{code}");
        if has(self.lang, &key) {
            self.key(&key)
        } else {
            self.data(code)
        }
    }

    /// A moment, to the second, in UTC.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        format!("{}{}", at.strftime("%Y-%m-%d %H:%M:%S"), self.offset)
    }

    /// The moment on the reader's clock, with its offset, and with its date where that is another than in UTC. Nothing where the
    /// clock shows UTC.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> Option<String> {
        let there = self.zone?.to_datetime(at);
        let offset = self.zone?.to_offset(at);
        let utc = Offset::UTC.to_datetime(at);
        let form = if there.date() == utc.date() {
            "%H:%M:%S"
        } else {
            "%Y-%m-%d %H:%M:%S"
        };
        let zoned = at.to_zoned_datetime(TimeZone::fixed(offset));
        (there != utc).then(|| format!("{} {}", there.strftime(form), zoned.strftime("%:z")))
    }

    /// A moment by which a person acts: in UTC, named, and on the reader's clock beside it.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        let local = self.local(at).map(|there| format!(" ({there})"));
        format!(
            "{}{}{}",
            self.time(at),
            self.utc(),
            local.unwrap_or_default()
        )
    }

    /// When a finding was first and last seen: a line in UTC, and one on the reader's clock where that is another. Nothing where
    /// the finding does not say.
    #[must_use]
    pub fn seen(&self, finding: &Finding) -> Vec<String> {
        let (Some(first), Some(last)) = (
            finding.first_seen.or(finding.last_seen),
            finding.last_seen.or(finding.first_seen),
        ) else {
            return Vec::new();
        };
        let between = |first: String, last: String| match first.rsplit_once(' ') {
            _ if first == last => first,
            // One offset is enough where it is the same.
            Some((time, offset)) if offset.starts_with(['+', '-']) && last.ends_with(offset) => {
                format!("{time} – {last}")
            }
            _ => format!("{first} – {last}"),
        };
        let utc = between(self.time(first), self.time(last)) + self.utc();
        let local = self.local(first).zip(self.local(last));
        let local = local.map(|(first, last)| between(first, last));
        [utc].into_iter().chain(local).collect()
    }

    /// A moment within a sentence.
    #[must_use]
    pub fn when(&self, at: Timestamp) -> String {
        self.data(self.time(at) + self.utc())
    }

    /// The name of the clock, where a time does not bear it.
    const fn utc(&self) -> &'static str {
        if self.offset.is_empty() { " UTC" } else { "" }
    }

    /// A moment that may not be known.
    #[must_use]
    pub fn time_or(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| "–".into(), |at| self.time(at))
    }

    /// A size in decimal units.
    #[must_use]
    pub fn bytes(&self, bytes: u64) -> String {
        let mut unit = "B";
        let mut tenths = u128::from(bytes) * 10;
        for next in ["kB", "MB", "GB", "TB", "PB"] {
            if tenths < 10_000 {
                break;
            }
            tenths = (tenths + 500) / 1000;
            unit = next;
        }
        if unit == "B" {
            format!("{bytes} B")
        } else {
            let point = self.key("form-decimal");
            format!("{}{point}{} {unit}", tenths / 10, tenths % 10)
        }
    }

    /// A count in the reader's form.
    #[must_use]
    pub fn count(&self, count: u64) -> String {
        grouped(self.lang, &count.to_string())
    }

    /// A length of time, in the two largest units that matter.
    #[must_use]
    pub fn duration(&self, seconds: u64) -> String {
        match seconds {
            0..120 => format!("{seconds} s"),
            120..7_200 => format!("{} min", seconds / 60),
            7_200..172_800 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
            _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
        }
    }

    /// A number with at most two decimals.
    #[must_use]
    pub fn number(&self, value: f64) -> String {
        let mut shown = format!("{value:.2}");
        if shown.contains('.') {
            shown = shown.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        shown.replace('.', &self.key("form-decimal"))
    }

    /// A line of the history.
    #[must_use]
    pub fn event(&self, entry: &Entry) -> String {
        let about = entry.about.as_deref().unwrap_or("–");
        let count = about.split(", ").count().to_string();
        let about = if entry.event == "verdict_reached" {
            self.code("outcome", about)
        } else {
            self.data(about)
        };
        self.with_known(
            &format!("event-{}", entry.event),
            &entry.event,
            [("about", about), ("count", count)],
        )
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over what they made for this call"
    )]
    fn with_known<const N: usize>(
        &self,
        key: &str,
        otherwise: &str,
        args: [(&str, String); N],
    ) -> String {
        if has(self.lang, key) {
            say(self.lang, key, &args)
        } else {
            self.data(otherwise)
        }
    }

    /// What would make a finding of this kind a breach, to go on after "Breach if".
    #[must_use]
    pub fn success(&self, kind: &Kind) -> String {
        self.code("success", kind.success)
    }

    /// What to look at first, as a list.
    #[must_use]
    pub fn look_first(&self, kind: &Kind) -> String {
        let looks: Vec<String> = kind
            .look_first
            .iter()
            .map(|look| self.code("look", look))
            .collect();
        looks.join(", ")
    }

    /// Whether GuardDuty scans for malware by itself after a finding of this kind.
    #[must_use]
    pub fn auto_scan(&self, kind: &Kind) -> String {
        self.key(match kind.auto_scan {
            AutoScan::Yes => "auto-scan-yes",
            AutoScan::No => "auto-scan-no",
            AutoScan::OutboundOnly => "auto-scan-outbound_only",
        })
    }

    /// Where a case stands.
    #[must_use]
    pub fn state(&self, case: &Case) -> String {
        self.code("state", case.state.name())
    }

    /// How a check came out.
    #[must_use]
    pub fn status(&self, status: Status) -> String {
        self.key(match status {
            Status::Pass => "status-pass",
            Status::Fail => "status-fail",
            Status::Unknown => "status-unknown",
        })
    }

    /// How a watch came out.
    #[must_use]
    pub fn watch_status(&self, status: WatchStatus) -> String {
        self.key(match status {
            WatchStatus::Quiet => "watch-status-quiet",
            WatchStatus::Tripped => "watch-status-tripped",
            WatchStatus::Unknown => "watch-status-unknown",
        })
    }

    /// A check, a watch, a reason against closing, a fact's kind, …: a code of a named family with values.
    #[must_use]
    pub fn named(
        &self,
        family: &str,
        code: &str,
        args: &std::collections::BTreeMap<String, String>,
    ) -> String {
        let key = format!("{family}-{code}");
        let args: Vec<(&str, String)> = args
            .iter()
            .map(|(name, value)| (name.as_str(), self.data(value)))
            .collect();
        if has(self.lang, &key) {
            say(self.lang, &key, &args)
        } else {
            self.data(code)
        }
    }

    /// A code of a named family without values.
    #[must_use]
    pub fn coded(&self, family: &str, code: &str) -> String {
        self.code(family, code)
    }

    /// Why something could not be seen: a code, or AWS's word.
    #[must_use]
    pub fn why(&self, why: Option<&String>) -> String {
        why.map_or_else(|| "–".into(), |why| self.code("why", why))
    }

    /// Why an address is thought of as it is: a code, or a code and sources after a colon.
    #[must_use]
    pub fn standing_reason(&self, reason: &str) -> String {
        match reason.split_once(": ") {
            Some((code, sources)) => {
                format!(
                    "{}: {}",
                    self.code("standing-reason", code),
                    self.data(sources)
                )
            }
            None => self.code("standing-reason", reason),
        }
    }

    /// Why a source holds an opinion: the entry of a list with its place and width, or the source's own word.
    #[must_use]
    pub fn opinion_why(&self, why: &str) -> String {
        let part = |name: &str| {
            why.split(' ')
                .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
        };
        match (part("entry"), part("line"), part("width")) {
            (Some(entry), Some(line), Some(width)) => self.with(
                "list-entry",
                [
                    ("entry", self.data(entry)),
                    ("line", self.data(line)),
                    ("width", self.data(width)),
                ],
            ),
            _ => self.data(why),
        }
    }

    /// What kind of address it is.
    #[must_use]
    pub fn scope(&self, scope: Scope) -> String {
        self.key(match scope {
            Scope::Public => "scope-public",
            Scope::Private => "scope-private",
            Scope::Cgnat => "scope-cgnat",
            Scope::Loopback => "scope-loopback",
            Scope::LinkLocal => "scope-link_local",
            Scope::Multicast => "scope-multicast",
            Scope::Documentation => "scope-documentation",
            Scope::Own => "scope-own",
        })
    }

    /// What is thought of an address.
    #[must_use]
    pub fn standing(&self, standing: Standing) -> String {
        self.key(match standing {
            Standing::KnownBad => "standing-known_bad",
            Standing::MassScanner => "standing-mass_scanner",
            Standing::KnownGood => "standing-known_good",
            Standing::Anonymiser => "standing-anonymiser",
            Standing::Unknown => "standing-unknown",
        })
    }

    /// What a piece of evidence is.
    #[must_use]
    pub fn artefact(&self, what: &str) -> String {
        self.code("kept", what)
    }
}

/// For a choice within a text.
fn yes(so: bool) -> String {
    if so { "yes".into() } else { "no".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_in_the_language() {
        let (en, es) = (Words::plain(Lang::En), Words::plain(Lang::Es));
        assert_eq!(en.bytes(999), "999 B");
        assert_eq!(en.bytes(1_000), "1.0 kB");
        assert_eq!(es.bytes(611_240_000), "611,2 MB");
        assert_eq!(en.bytes(999_960), "1.0 MB");
        assert!(en.bytes(u64::MAX).ends_with(" PB"));
    }

    #[test]
    fn numbers_lose_no_whole_digits() {
        let en = Words::plain(Lang::En);
        assert_eq!(en.number(100.0), "100");
        assert_eq!(en.number(0.1 + 0.2), "0.3");
        assert_eq!(Words::plain(Lang::Es).number(7.25), "7,25");
    }

    #[test]
    fn the_reader_s_clock_stands_beside_utc_where_it_is_another() {
        static MADRID: std::sync::LazyLock<TimeZone> =
            std::sync::LazyLock::new(|| TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap());
        let words = Words::plain(Lang::Es);
        let here = words.beside(Some(&MADRID));
        let moment = |words: Words, at: &str| words.moment(at.parse().unwrap());
        assert_eq!(
            moment(here, "2026-11-24T02:11:04Z"),
            "2026-11-24 02:11:04 UTC (03:11:04 +01:00)"
        );
        assert_eq!(
            moment(here, "2026-07-24T22:30:00Z"),
            "2026-07-24 22:30:00 UTC (2026-07-25 00:30:00 +02:00)"
        );
        assert_eq!(
            moment(here.with_offset(), "2026-11-24T02:11:04Z"),
            "2026-11-24 02:11:04Z (03:11:04 +01:00)"
        );
        static UTC: TimeZone = TimeZone::UTC;
        for clock in [words, words.beside(Some(&UTC))] {
            assert_eq!(
                moment(clock, "2026-11-24T02:11:04Z"),
                "2026-11-24 02:11:04 UTC"
            );
        }
    }

    #[test]
    fn counts_are_in_the_reader_s_form() {
        let (en, es) = (Words::plain(Lang::En), Words::plain(Lang::Es));
        assert_eq!(en.count(0), "0");
        assert_eq!(
            (en.count(999), en.count(1_000)),
            ("999".into(), "1,000".into())
        );
        assert_eq!(en.count(1_234_567), "1,234,567");
        assert_eq!(
            (es.count(1_000), es.count(14_203)),
            ("1000".into(), "14\u{a0}203".into())
        );
    }
}
