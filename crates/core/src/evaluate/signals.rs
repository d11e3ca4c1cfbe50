//! The signals, one file each, and the picture they are recognised in. Must not decide: that is [`super::decide`].

mod all_rejected;
mod amplification;
mod anonymiser;
mod attack_sequence;
mod beacon;
mod callback;
mod callback_elsewhere;
mod calls;
mod closed_port;
mod credential_exfiltration_finding;
mod dns_firewall;
mod dns_generated_names;
mod dns_led_to_suspect;
mod dns_mining_pool;
mod dns_tunnel;
mod exfil_like;
mod finding_blocked;
mod first_contact_ours;
mod handshake;
mod host_change;
mod imdsv1_delivery;
mod interactive_login_like;
mod list_entry_too_wide;
mod listed_widely;
mod login_accepted;
mod login_after_failures;
mod malware_finding;
mod mining;
mod names;
mod network_out_unusual;
mod only_failures;
mod other_finding;
mod outbound_direction;
mod outbound_refused;
mod recon_burst;
mod reply_refused;
mod role_used_elsewhere;
mod runtime_finding;
mod said;
mod scan;
mod session;
mod sweep;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;

use super::attack::{TABLE, Weight};
use super::{Conversation, Dossier, Evidence, Fact};
use crate::identify::{Direction, Finding, Subject};

/// More ids than this prove nothing more.
const CITED: usize = 20;

/// A recognised signal.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) weight: Weight,
    pub(super) evidence: Vec<String>,
    pub(super) args: BTreeMap<String, String>,
}

/// What all signals look at.
pub(super) struct Picture<'a> {
    pub(super) finding: &'a Finding,
    pub(super) subject: Option<&'a Subject>,
    pub(super) dossier: &'a Dossier,
    suspects: BTreeSet<IpAddr>,
    own: BTreeSet<IpAddr>,
}

impl<'a> Picture<'a> {
    pub(super) fn new(
        finding: &'a Finding,
        subject: Option<&'a Subject>,
        dossier: &'a Dossier,
    ) -> Self {
        let mut own: BTreeSet<IpAddr> = subject
            .map(Subject::all_ips)
            .unwrap_or_default()
            .into_iter()
            .collect();
        for interface in &finding.interfaces {
            own.extend(
                interface
                    .private_ips
                    .iter()
                    .chain(&interface.ipv6)
                    .chain(&interface.public_ip)
                    .copied(),
            );
        }
        let listed = dossier.evidence.iter().filter_map(|e| match &e.fact {
            Fact::ThreatMatch { ip, .. } => Some(*ip),
            _ => None,
        });
        let suspects = finding
            .remote_ips()
            .into_iter()
            .chain(listed)
            .filter(|ip| !own.contains(ip))
            .collect();
        Self {
            finding,
            subject,
            dossier,
            suspects,
            own,
        }
    }

    /// A remote address of the finding, or one that stands on a threat list.
    pub(super) fn is_suspect(&self, ip: IpAddr) -> bool {
        self.suspects.contains(&ip)
    }

    /// One of the instance's own addresses.
    fn is_own(&self, ip: IpAddr) -> bool {
        self.own.contains(&ip)
    }

    /// A conversation on another of our machines says nothing about this one.
    fn is_here(&self, talk: &Conversation) -> bool {
        let known = |id: &str| {
            self.subject
                .map(|s| s.interface(id).is_some())
                .unwrap_or_else(|| {
                    self.finding.interfaces.iter().all(|i| i.id.is_none())
                        || self
                            .finding
                            .interfaces
                            .iter()
                            .any(|i| i.id.as_deref() == Some(id))
                })
        };
        self.own.is_empty()
            || self.own.contains(&talk.local_ip)
            || talk.interface.as_deref().is_some_and(known)
    }

    fn talks(&self) -> impl Iterator<Item = (&'a Evidence, &'a Conversation)> {
        self.dossier
            .evidence
            .iter()
            .filter_map(|evidence| match &evidence.fact {
                Fact::Conversation(talk) if self.is_here(talk) => Some((evidence, talk)),
                _ => None,
            })
    }

    /// Conversations with suspects.
    fn suspect_talks(&self) -> impl Iterator<Item = (&'a Evidence, &'a Conversation)> {
        self.talks()
            .filter(|(_, talk)| self.is_suspect(talk.remote_ip))
    }

    /// Whether anything of a suspect came as far as the instance, by flows that were let through or by its own log.
    pub(super) fn came_through(&self) -> bool {
        self.suspect_talks()
            .any(|(_, talk)| talk.accepted_in.flows + talk.accepted_out.flows > 0)
            || self
                .dossier
                .evidence
                .iter()
                .any(|e| matches!(&e.fact, Fact::LoginFailed { ip, .. } if self.is_suspect(*ip)))
    }

    /// When a suspect first got through to the instance.
    fn first_contact(&self) -> Option<Timestamp> {
        let flows = self
            .suspect_talks()
            .filter(|(_, t)| t.direction != Direction::Outbound && t.accepted_in.flows > 0)
            .map(|(_, t)| t.first);
        let logins = self.dossier.evidence.iter().filter_map(|e| match &e.fact {
            Fact::LoginFailed { ip, first, .. } if self.is_suspect(*ip) => first.or(e.at),
            Fact::LoginAccepted { ip, .. } if self.is_suspect(*ip) => e.at,
            _ => None,
        });
        flows.chain(logins).min()
    }

    fn api_calls(&self) -> impl Iterator<Item = (&'a Evidence, Call<'a>)> {
        self.dossier
            .evidence
            .iter()
            .filter_map(|evidence| match &evidence.fact {
                Fact::ApiCall {
                    event,
                    service,
                    source_ip,
                    principal,
                    session_of,
                    error,
                    delivery,
                    detail,
                    count,
                    first,
                    last,
                    ..
                } => {
                    let call = Call {
                        event,
                        service,
                        source_ip,
                        principal: principal.as_deref(),
                        session_of: session_of.as_deref(),
                        error: error.as_deref(),
                        delivery: delivery.as_deref(),
                        detail: detail.as_deref(),
                        count: *count,
                        first: *first,
                        last: *last,
                    };
                    Some((evidence, call))
                }
                _ => None,
            })
    }

    /// Whether a call was made with the instance's role session, or from a suspect's address.
    fn is_linked(&self, call: &Call<'_>) -> bool {
        self.is_ours(call) || self.is_from_suspect(call)
    }

    /// Whether a call was made from a suspect's address.
    fn is_from_suspect(&self, call: &Call<'_>) -> bool {
        call.source_ip.parse().is_ok_and(|ip| self.is_suspect(ip))
    }

    fn is_ours(&self, call: &Call<'_>) -> bool {
        call.session_of.is_some() && call.session_of == self.finding.instance_id.as_deref()
    }
}

/// The members of [`Fact::ApiCall`] that signals look at.
struct Call<'a> {
    event: &'a str,
    service: &'a str,
    source_ip: &'a str,
    principal: Option<&'a str>,
    session_of: Option<&'a str>,
    error: Option<&'a str>,
    delivery: Option<&'a str>,
    detail: Option<&'a str>,
    count: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Call<'_> {
    /// Whether the call failed for another reason than that there were too many of them.
    fn is_refused(&self) -> bool {
        self.error
            .is_some_and(|error| !error.contains("Throttl") && !error.contains("RequestLimit"))
    }
}

/// Everything that is recognised.
pub(super) fn all(picture: &Picture<'_>) -> Vec<Hit> {
    const ALL: [fn(&Picture<'_>) -> Vec<Hit>; 40] = [
        all_rejected::find,
        amplification::find,
        anonymiser::find,
        attack_sequence::find,
        beacon::find,
        callback::find,
        callback_elsewhere::find,
        calls::find,
        closed_port::find,
        credential_exfiltration_finding::find,
        dns_firewall::find,
        dns_generated_names::find,
        dns_led_to_suspect::find,
        dns_mining_pool::find,
        dns_tunnel::find,
        exfil_like::find,
        finding_blocked::find,
        first_contact_ours::find,
        handshake::find,
        host_change::find,
        imdsv1_delivery::find,
        interactive_login_like::find,
        list_entry_too_wide::find,
        listed_widely::find,
        login_accepted::find,
        login_after_failures::find,
        malware_finding::find,
        mining::find,
        network_out_unusual::find,
        only_failures::find,
        other_finding::find,
        outbound_direction::find,
        outbound_refused::find,
        recon_burst::find,
        reply_refused::find,
        role_used_elsewhere::find,
        runtime_finding::find,
        scan::find,
        session::find,
        sweep::find,
    ];
    ALL.iter().flat_map(|find| find(picture)).collect()
}

/// One hit on some evidence; nothing without evidence.
fn hit<'a>(
    signal: &str,
    evidence: impl IntoIterator<Item = &'a Evidence>,
    args: &[(&str, String)],
) -> Vec<Hit> {
    let ids: Vec<String> = evidence
        .into_iter()
        .map(|e| e.id.clone())
        .take(CITED)
        .collect();
    let weight = TABLE.iter().find(|weight| weight.signal == signal).copied();
    let args = args
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    match weight {
        Some(weight) if !ids.is_empty() => vec![Hit {
            weight,
            evidence: ids,
            args,
        }],
        _ => Vec::new(),
    }
}

/// Texts once each, in order, for an argument.
fn joined(texts: impl IntoIterator<Item = String>) -> String {
    let all: BTreeSet<String> = texts.into_iter().collect();
    let more = all.len().saturating_sub(5);
    let mut shown: Vec<String> = all.into_iter().take(5).collect();
    if more > 0 {
        shown.push(format!("+{more}"));
    }
    shown.join(", ")
}

fn ips<'a>(talks: impl IntoIterator<Item = &'a (&'a Evidence, &'a Conversation)>) -> String {
    joined(
        talks
            .into_iter()
            .map(|(_, talk)| talk.remote_ip.to_string()),
    )
}

fn ports<'a>(talks: impl IntoIterator<Item = &'a (&'a Evidence, &'a Conversation)>) -> String {
    joined(
        talks
            .into_iter()
            .filter_map(|(_, talk)| talk.port)
            .map(|port| port.to_string()),
    )
}

/// SYN and ACK both set.
fn syn_ack(flags: Option<u16>) -> bool {
    flags.is_some_and(|flags| flags & 18 == 18)
}
