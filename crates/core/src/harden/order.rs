//! In what order the weaknesses of a case are worth mending: first what this attack came in by, then what it used, then what
//! kept it from being seen. A weakness that has nothing to do with the case says nothing of itself by that. Must not judge
//! whether a check failed.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{CheckResult, admin_port, risky_port};
use crate::case::Case;
use crate::evaluate::{About, Coverage, Fact, Source};
use crate::identify::Direction;

/// How a weakness bears on a case: a code with its points. The catalogues have words for each under `order-`.
pub const BEARINGS: [(&str, u32); 7] = [
    // Somebody got in by it.
    ("way-in", 100),
    // What came after the entry was done with it.
    ("used", 80),
    // The attackers spoke with a service through it.
    ("spoke", 60),
    // An intruder comes back by it.
    ("comes-back", 60),
    // They tried it, and nothing shows that they got in.
    ("tried", 40),
    // What happened could not be seen because of it.
    ("unseen", 20),
    // It would have made trying slower.
    ("slower", 10),
];

/// Values that a reason names.
const NAMED: usize = 3;

/// One reason why a weakness matters in this case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bearing {
    /// One of [`BEARINGS`].
    pub code: String,
    /// What it was seen on: a few ports, users, addresses, signals.
    pub about: Vec<String>,
}

/// A weakness with what it has to do with the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// The check's name.
    pub check: String,
    /// How much: the points of the strongest reason, and one for each further.
    pub points: u32,
    /// Why, the strongest first.
    pub reasons: Vec<Bearing>,
}

/// What the case shows of the attack.
#[derive(Debug, Default)]
struct Attack {
    /// Ports on which attackers exchanged data.
    spoken: BTreeSet<u16>,
    /// Ports that they knocked at.
    tried: BTreeSet<u16>,
    /// Users and methods of logins that attackers got.
    logins: BTreeSet<(String, String)>,
    /// Users whose password they tried.
    guessed: BTreeSet<String>,
    /// Signals of the verdict that speak against the instance.
    signals: BTreeSet<String>,
    /// Signals among them that are about the account.
    account: BTreeSet<String>,
    /// Sources that could not show everything.
    unseen: BTreeSet<Source>,
}

/// The failed checks among these that have to do with the case, those that would have stopped the most of it first.
#[must_use]
pub fn order(case: &Case, checks: &[CheckResult]) -> Vec<Ranked> {
    let attack = attack(case);
    let mut all: Vec<Ranked> = checks
        .iter()
        .filter(|check| check.is_to_mend())
        .filter_map(|check| ranked(&check.check, &attack))
        .collect();
    // Of two with the same points the order of the checks stays.
    all.sort_by_key(|ranked| std::cmp::Reverse(ranked.points));
    all
}

/// The checks of a case that ask for a fix: those that have to do with it first, in the order of [`order`].
#[must_use]
pub fn to_mend(case: &Case) -> Vec<&CheckResult> {
    let ranked = order(case, &case.checks);
    let place = |check: &CheckResult| {
        let place = ranked.iter().position(|ranked| ranked.check == check.check);
        place.unwrap_or(ranked.len())
    };
    let mut checks: Vec<&CheckResult> = case.checks.iter().filter(|c| c.is_to_mend()).collect();
    checks.sort_by_key(|check| place(check));
    checks
}

fn attack(case: &Case) -> Attack {
    let hostile = super::fix::hostile(case);
    let mut attack = Attack::default();
    let finding = case.whole_finding();
    if finding.direction != Some(Direction::Outbound) {
        attack.tried.extend(&finding.local_ports);
    }
    let evidence = case.dossier.iter().flat_map(|dossier| &dossier.evidence);
    for fact in evidence.map(|item| &item.fact) {
        attack.see(fact, &hostile);
    }
    let covered = case.dossier.iter().flat_map(|dossier| &dossier.coverage);
    let short = covered.filter(|(_, covered)| covered.coverage != Coverage::Complete);
    attack.unseen = short.map(|(source, _)| *source).collect();
    let reasons = case.verdict.iter().flat_map(|verdict| &verdict.reasons);
    for reason in reasons.filter(|reason| reason.weight > 0) {
        attack.signals.insert(reason.signal.clone());
        if reason.about == About::Account {
            attack.account.insert(reason.signal.clone());
        }
    }
    attack
}

impl Attack {
    fn see(&mut self, fact: &Fact, hostile: &BTreeSet<IpAddr>) {
        match fact {
            Fact::Conversation(talk)
                if hostile.contains(&talk.remote_ip) && talk.direction != Direction::Outbound =>
            {
                let Some(port) = talk.port else { return };
                self.tried.insert(port);
                if talk.accepted_in.flows > 0 && talk.accepted_out.flows > 0 {
                    self.spoken.insert(port);
                }
            }
            Fact::LoginAccepted {
                ip, user, method, ..
            } if hostile.contains(ip) => {
                self.logins.insert((user.clone(), method.clone()));
            }
            Fact::LoginFailed { users, .. } => self.guessed.extend(users.iter().cloned()),
            _ => {}
        }
    }

    /// A port that a check is about.
    fn port(&self, ours: impl Fn(u16) -> bool, logs_in: bool) -> Vec<Bearing> {
        let of = |ports: &BTreeSet<u16>| -> Vec<String> {
            let ports = ports.iter().filter(|port| ours(**port));
            ports.map(ToString::to_string).collect()
        };
        let (spoken, tried) = (of(&self.spoken), of(&self.tried));
        let users = self.logins.iter().map(|(user, _)| user.clone());
        match (logs_in && !self.logins.is_empty(), spoken.is_empty()) {
            (true, _) if !tried.is_empty() || self.tried.is_empty() => bearing("way-in", users),
            (_, false) => bearing("spoke", spoken),
            _ => bearing("tried", tried),
        }
    }

    /// A password that a check is about, of the users that it is about.
    fn password(&self, ours: impl Fn(&str) -> bool) -> Vec<Bearing> {
        let by_password = |method: &String| {
            matches!(
                method.as_str(),
                "password" | "keyboard-interactive/pam" | "keyboard-interactive"
            )
        };
        let logins = self
            .logins
            .iter()
            .filter(|(user, method)| ours(user) && by_password(method));
        let entered: Vec<String> = logins.map(|(user, _)| user.clone()).collect();
        if !entered.is_empty() {
            return bearing("way-in", entered);
        }
        bearing(
            "tried",
            self.guessed.iter().filter(|user| ours(user)).cloned(),
        )
    }

    fn any(&self, signals: &[&str]) -> Vec<String> {
        let found = signals
            .iter()
            .filter(|signal| self.signals.contains(**signal));
        found.map(|signal| (*signal).to_owned()).collect()
    }

    /// Whether somebody was seen to have got in.
    fn entered(&self) -> bool {
        !self.logins.is_empty()
    }
}

/// One reason, where there is anything that it rests on.
fn bearing(code: &str, about: impl IntoIterator<Item = String>) -> Vec<Bearing> {
    let about: Vec<String> = about.into_iter().take(NAMED).collect();
    if about.is_empty() {
        return Vec::new();
    }
    vec![Bearing {
        code: code.into(),
        about,
    }]
}

fn unseen(attack: &Attack, source: Source) -> Vec<Bearing> {
    let found = attack.unseen.get(&source);
    bearing("unseen", found.map(|source| source.name().to_owned()))
}

fn ranked(check: &str, attack: &Attack) -> Option<Ranked> {
    let mut reasons = match check {
        "open-admin-ports" => attack.port(admin_port, true),
        "open-risky-ports" => attack.port(risky_port, false),
        "rdp-nla" => attack.port(|port| port == 3389, false),
        "sshd-passwords" => attack.password(|_| true),
        "sshd-root-login" => attack.password(|user| user == "root"),
        "sshd-access" | "sshd-tries" | "sshd-grace-time" => {
            bearing("slower", attack.guessed.iter().cloned())
        }
        // With a role in hand they need the host no more.
        "imdsv2" | "imds-hop-limit" => bearing(
            "used",
            attack.any(&[
                "role-used-elsewhere",
                "credential-exfiltration-finding",
                "imdsv1-delivery",
            ]),
        ),
        "role-too-wide" => bearing("used", attack.account.iter().cloned()),
        "authorized-keys" | "uid0-users" | "windows-administrators" if attack.entered() => bearing(
            "comes-back",
            attack.logins.iter().map(|(user, _)| user.clone()),
        ),
        "authorized-keys" | "uid0-users" | "windows-administrators" => {
            bearing("comes-back", attack.any(&["host-change"]))
        }
        // How they got in is not known: it may be by a hole in what they spoke with.
        "patch-state" | "windows-patches" if !attack.entered() => {
            let ports = attack.spoken.iter().filter(|port| !admin_port(**port));
            bearing("spoke", ports.map(ToString::to_string))
        }
        "flow-logs" => unseen(attack, Source::FlowLogs),
        "cloudtrail" => unseen(attack, Source::Cloudtrail),
        "log-shipping" => unseen(attack, Source::AuthLog),
        _ => Vec::new(),
    };
    let points = |reason: &Bearing| {
        let found = BEARINGS.iter().find(|(code, _)| *code == reason.code);
        found.map_or(0, |(_, points)| *points)
    };
    reasons.sort_by_key(|reason| std::cmp::Reverse(points(reason)));
    let further = u32::try_from(reasons.len().saturating_sub(1)).unwrap_or_default();
    let points = points(reasons.first()?) + further;
    Some(Ranked {
        check: check.into(),
        points,
        reasons,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Dossier, Evidence, Outcome, Reason, RecordRef};
    use crate::harden::check::tests::failed;
    use crate::monitor::fixture;

    const ALL: [&str; 10] = [
        "network-acls",
        "cloudtrail",
        "sshd-tries",
        "patch-state",
        "role-too-wide",
        "imdsv2",
        "open-admin-ports",
        "sshd-root-login",
        "sshd-passwords",
        "authorized-keys",
    ];

    fn told(facts: Vec<Fact>, signals: &[(&str, About)]) -> Case {
        let mut case = fixture::with_outcome(fixture::case(), Outcome::Succeeded);
        case.finding.local_ports = vec![22];
        let evidence = facts.into_iter().enumerate().map(|(n, fact)| Evidence {
            id: format!("e{n}"),
            source: Source::AuthLog,
            at: None,
            record: RecordRef::default(),
            fact,
        });
        let mut evidence: Vec<Evidence> = evidence.collect();
        let mut talk = fixture::talk("198.51.100.7", 1, 2, 3);
        if let Fact::Conversation(talk) = &mut talk.fact {
            talk.accepted_out = talk.accepted_in;
        }
        evidence.push(talk);
        case.dossier = Some(Dossier {
            evidence,
            ..Dossier::default()
        });
        let reasons = signals.iter().map(|(signal, about)| Reason {
            signal: (*signal).into(),
            weight: 50,
            about: *about,
            attack: vec![],
            evidence: vec![],
            args: Default::default(),
        });
        if let Some(verdict) = &mut case.verdict {
            verdict.reasons = reasons.collect();
        }
        case
    }

    fn ordered(case: &Case) -> Vec<(String, String)> {
        let checks: Vec<CheckResult> = ALL.into_iter().map(failed).collect();
        order(case, &checks)
            .into_iter()
            .map(|ranked| (ranked.check, ranked.reasons[0].code.clone()))
            .collect()
    }

    fn login(user: &str, method: &str) -> Fact {
        Fact::LoginAccepted {
            ip: fixture::ip("198.51.100.7"),
            user: user.into(),
            method: method.into(),
            failures_before: 9,
            count: 1,
        }
    }

    fn failures(users: &[&str]) -> Fact {
        Fact::LoginFailed {
            ip: fixture::ip("198.51.100.7"),
            users: users.iter().map(|user| (*user).into()).collect(),
            count: 40,
            first: None,
            last: None,
        }
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect()
    }

    #[test]
    fn first_the_way_in_then_what_was_used() {
        let case = told(
            vec![login("root", "password"), failures(&["admin", "root"])],
            &[("role-used-elsewhere", About::Account)],
        );
        assert_eq!(
            ordered(&case),
            pairs(&[
                ("open-admin-ports", "way-in"),
                ("sshd-root-login", "way-in"),
                ("sshd-passwords", "way-in"),
                ("role-too-wide", "used"),
                ("imdsv2", "used"),
                ("authorized-keys", "comes-back"),
                ("sshd-tries", "slower"),
            ])
        );
    }

    #[test]
    fn what_has_to_do_with_the_case_is_mended_before_the_rest() {
        let mut case = told(vec![login("root", "password"), failures(&["root"])], &[]);
        case.checks = ALL.into_iter().map(failed).collect();
        let names: Vec<&str> = to_mend(&case)
            .iter()
            .map(|check| check.check.as_str())
            .collect();
        assert_eq!(names.len(), ALL.len(), "none is lost");
        assert_eq!(names[..2], ["open-admin-ports", "sshd-root-login"]);
        let rest = ["network-acls", "cloudtrail"];
        assert!(
            names.iter().rev().take(5).any(|name| rest.contains(name)),
            "{names:?}"
        );
    }

    #[test]
    fn an_attempt_is_no_entry() {
        let case = told(vec![failures(&["admin"])], &[]);
        assert_eq!(
            ordered(&case),
            pairs(&[
                ("open-admin-ports", "spoke"),
                ("sshd-passwords", "tried"),
                ("sshd-tries", "slower"),
            ])
        );
        // A key is no password.
        let case = told(vec![login("ubuntu", "publickey")], &[]);
        let checks: Vec<String> = ordered(&case).into_iter().map(|(check, _)| check).collect();
        assert_eq!(checks, ["open-admin-ports", "authorized-keys"]);
    }

    #[test]
    fn what_passes_or_has_nothing_to_do_with_it_is_left_out() {
        assert_eq!(order(&fixture::case(), &[failed("network-acls")]), []);
        let case = told(vec![login("root", "password")], &[]);
        let passed = CheckResult {
            status: crate::harden::Status::Pass,
            ..failed("sshd-passwords")
        };
        assert_eq!(order(&case, &[passed]), []);
    }
}
