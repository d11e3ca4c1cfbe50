//! From the subject to a containment plan. The order is the point: evidence and guard rails first, then the passage group
//! and the public addresses, then the containment group, the stop last. Must not know how a step is carried out.

use std::collections::{BTreeMap, BTreeSet};

use super::notes::{cannot_stop, notes};
use super::{
    Action, CreateGroup, CreateSnapshots, GroupRef, GroupRole, Plan, Profile, ProtectStop,
    ProtectTermination, Purpose, SaveConsole, SetAutoPublicAddress, SetDeleteOnTermination,
    SetElasticIp, SetGroupRules, SetInterfaceGroups, SetRunning, SetScalingMinimum,
    SetShutdownBehavior, SetStandby, SetTags, SetTarget, Step, StopHow, TAG_CASE, is_pristine,
};
use crate::case::Case;
use crate::identify::{Interface, Rule, SecurityGroup, Subject};

/// What a new security group may do by birth: AWS lets everything out over IPv4 (and over IPv6 in a VPC that has it).
fn birth_egress() -> Vec<Rule> {
    vec![Rule::all("0.0.0.0/0")]
}

/// Collects steps and puts each into the first wave after those it follows.
#[derive(Default)]
pub(crate) struct Builder {
    steps: Vec<(usize, Step)>,
}

impl Builder {
    /// Adds a step. `needs` must be done or the step is left out; `after` only orders.
    pub(crate) fn add(&mut self, action: Action, needs: &[&str], after: &[&str]) -> String {
        let wave = self
            .steps
            .iter()
            .filter(|(_, s)| needs.contains(&s.id.as_str()) || after.contains(&s.id.as_str()))
            .map(|(wave, _)| wave + 1)
            .max()
            .unwrap_or(0);
        let id = format!("s{}", self.steps.len() + 1);
        self.steps.push((
            wave,
            Step {
                id: id.clone(),
                action,
                needs: needs.iter().map(|n| (*n).to_owned()).collect(),
            },
        ));
        id
    }

    /// The steps that this one needs.
    fn needs_of(&self, id: &str) -> Vec<String> {
        self.steps
            .iter()
            .filter(|(_, s)| s.id == id)
            .flat_map(|(_, s)| s.needs.iter().cloned())
            .collect()
    }

    /// Ids of all steps so far.
    fn ids(&self) -> Vec<String> {
        self.steps.iter().map(|(_, s)| s.id.clone()).collect()
    }

    /// The waves, without empty ones.
    pub(crate) fn waves(self) -> Vec<Vec<Step>> {
        let mut waves: BTreeMap<usize, Vec<Step>> = BTreeMap::new();
        for (wave, step) in self.steps {
            waves.entry(wave).or_default().push(step);
        }
        waves.into_values().collect()
    }
}

/// Makes the containment plan of a case for the subject as just read. `own_instance` is the instance that Rebato itself runs
/// on, where it is known.
#[must_use]
pub fn plan(case: &Case, subject: &Subject, profile: &Profile, own_instance: Option<&str>) -> Plan {
    let mut steps = Builder::default();
    let live = !matches!(subject.state.as_str(), "terminated" | "shutting-down");
    if live {
        let evidence = evidence(&mut steps, case, subject);
        if profile.asks("isolate") {
            guard(&mut steps, subject);
            stand_aside(&mut steps, subject);
            isolate(&mut steps, subject, &evidence);
        }
        if profile.stops().is_some() && subject.state == "running" && cannot_stop(subject).is_none()
        {
            stop(&mut steps, subject, &evidence);
        }
    }
    Plan {
        case: case.id.clone(),
        purpose: Purpose::Contain,
        profile: profile.name.clone(),
        instance: subject.instance_id.clone(),
        based_on: subject.read_at,
        notes: notes(case, subject, profile, own_instance),
        waves: steps.waves(),
    }
}

/// Snapshots, console and tags. Returns the step that takes the snapshots.
fn evidence(steps: &mut Builder, case: &Case, subject: &Subject) -> Vec<String> {
    let instance = subject.instance_id.clone();
    let mut wanted: BTreeMap<String, Option<String>> = BTreeMap::new();
    wanted.insert(TAG_CASE.into(), Some(case.id.clone()));
    wanted.insert(
        "rebato:finding".into(),
        Some(case.finding.id.chars().take(256).collect()),
    );
    wanted.insert("rebato:state".into(), Some("quarantine".into()));
    let found: BTreeMap<String, Option<String>> = wanted
        .keys()
        .map(|k| (k.clone(), subject.tags.get(k).cloned()))
        .collect();
    if found != wanted {
        steps.add(
            Action::SetTags(SetTags {
                resource: instance.clone(),
                from: found,
                to: wanted,
            }),
            &[],
            &[],
        );
    }
    if subject.state == "running" {
        steps.add(
            Action::SaveConsole(SaveConsole {
                instance: instance.clone(),
            }),
            &[],
            &[],
        );
    }
    let mut volumes: Vec<String> = subject.volumes.iter().map(|v| v.id.clone()).collect();
    volumes.sort();
    let taken: BTreeSet<&str> = subject
        .own_snapshots
        .iter()
        .filter(|s| s.tags.get(TAG_CASE) == Some(&case.id) && s.state != "error")
        .map(|s| s.volume.as_str())
        .collect();
    // A new plan of the same case does not take a second set.
    if volumes.is_empty() || volumes.iter().all(|v| taken.contains(v.as_str())) {
        return Vec::new();
    }
    vec![steps.add(
        Action::CreateSnapshots(CreateSnapshots { instance, volumes }),
        &[],
        &[],
    )]
}

/// So that nothing destroys the evidence from outside or from inside.
fn guard(steps: &mut Builder, subject: &Subject) {
    let instance = &subject.instance_id;
    if subject.termination_protection == Some(false) && subject.lifecycle.as_deref() != Some("spot")
    {
        steps.add(
            Action::ProtectTermination(ProtectTermination {
                instance: instance.clone(),
                from: false,
                to: true,
            }),
            &[],
            &[],
        );
    }
    if subject.shutdown_behavior.as_deref() == Some("terminate") {
        let action = Action::SetShutdownBehavior(SetShutdownBehavior {
            instance: instance.clone(),
            from: "terminate".into(),
            to: "stop".into(),
        });
        steps.add(action, &[], &[]);
    }
    for volume in subject
        .volumes
        .iter()
        .filter(|v| v.delete_on_termination == Some(true))
    {
        let action = Action::SetDeleteOnTermination(SetDeleteOnTermination {
            instance: instance.clone(),
            volume: volume.id.clone(),
            device: volume.device.clone(),
            from: true,
            to: false,
        });
        steps.add(action, &[], &[]);
    }
}

/// Out of the scaling group's and the load balancers' hands, before health checks act on an isolated instance.
fn stand_aside(steps: &mut Builder, subject: &Subject) {
    if let Some(scaling) = subject
        .scaling
        .as_ref()
        .filter(|s| s.lifecycle == "InService")
    {
        let lowered = match (scaling.min, scaling.desired) {
            (Some(min), Some(desired)) if min >= desired && desired > 0 => {
                vec![steps.add(
                    Action::SetScalingMinimum(SetScalingMinimum {
                        group: scaling.group.clone(),
                        from: min,
                        to: desired - 1,
                    }),
                    &[],
                    &[],
                )]
            }
            _ => Vec::new(),
        };
        let needs: Vec<&str> = lowered.iter().map(String::as_str).collect();
        let action = Action::SetStandby(SetStandby {
            group: scaling.group.clone(),
            instance: subject.instance_id.clone(),
            standby: true,
            minimum: None,
        });
        steps.add(action, &needs, &[]);
    }
    for target in subject
        .targets
        .iter()
        .filter(|t| t.health.as_deref() != Some("draining"))
    {
        let action = Action::SetTarget(SetTarget {
            group: target.group.clone(),
            id: target.id.clone(),
            port: target.port,
            registered: false,
        });
        steps.add(action, &[], &[]);
    }
}

/// Passage group and addresses, then containment group, on every interface that is not contained yet.
fn isolate(steps: &mut Builder, subject: &Subject, evidence: &[String]) {
    let ours: Vec<&Interface> = subject
        .interfaces
        .iter()
        .filter(|i| !i.requester_managed && i.vpc.is_some())
        .collect();
    let vpcs: BTreeSet<&String> = ours
        .iter()
        .filter(|i| !is_contained(i, subject))
        .filter_map(|i| i.vpc.as_ref())
        .collect();
    // A containment group that somebody opened contains nobody: it is mended even where no interface has to move.
    let held: BTreeSet<&String> = ours
        .iter()
        .filter(|i| is_contained(i, subject))
        .filter_map(|i| i.vpc.as_ref())
        .collect();
    for vpc in held.difference(&vpcs) {
        prepare(steps, subject, GroupRole::Containment, vpc);
    }
    let mut ready: BTreeMap<(GroupRole, &String), Vec<String>> = BTreeMap::new();
    for vpc in vpcs {
        for role in [GroupRole::Passage, GroupRole::Containment] {
            ready.insert((role, vpc), prepare(steps, subject, role, vpc));
        }
    }
    let mut moved = Vec::new();
    for interface in &ours {
        let Some(vpc) = interface
            .vpc
            .as_ref()
            .filter(|_| !is_contained(interface, subject))
        else {
            continue;
        };
        let passage = GroupRef::Own {
            role: GroupRole::Passage,
            vpc: vpc.clone(),
        };
        let in_passage = subject
            .own_groups
            .get(&GroupRole::Passage.group_name(vpc))
            .is_some_and(|group| interface.groups == [group.id.clone()]);
        if !in_passage {
            let from = interface.groups.iter().cloned().map(GroupRef::Id).collect();
            let needs = ready
                .get(&(GroupRole::Passage, vpc))
                .cloned()
                .unwrap_or_default();
            let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
            let action = Action::SetInterfaceGroups(SetInterfaceGroups {
                interface: interface.id.clone(),
                from,
                to: vec![passage.clone()],
            });
            moved.push(steps.add(action, &needs, &[]));
        }
    }
    for interface in &ours {
        release_addresses(steps, interface, &moved);
    }
    // The containment group comes after every move into the passage and after the snapshot call: from then on the
    // attacker knows.
    let order: Vec<String> = moved.iter().chain(evidence).cloned().collect();
    let order: Vec<&str> = order.iter().map(String::as_str).collect();
    for interface in &ours {
        let Some(vpc) = interface
            .vpc
            .as_ref()
            .filter(|_| !is_contained(interface, subject))
        else {
            continue;
        };
        let needs = ready
            .get(&(GroupRole::Containment, vpc))
            .cloned()
            .unwrap_or_default();
        let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
        let action = Action::SetInterfaceGroups(SetInterfaceGroups {
            interface: interface.id.clone(),
            from: vec![GroupRef::Own {
                role: GroupRole::Passage,
                vpc: vpc.clone(),
            }],
            to: vec![GroupRef::Own {
                role: GroupRole::Containment,
                vpc: vpc.clone(),
            }],
        });
        steps.add(action, &needs, &order);
    }
}

/// Whether the interface has the containment group alone, whatever the group's rules are.
fn is_contained(interface: &Interface, subject: &Subject) -> bool {
    let name = interface
        .vpc
        .as_ref()
        .map(|vpc| GroupRole::Containment.group_name(vpc));
    name.and_then(|name| subject.own_groups.get(&name))
        .is_some_and(|group| interface.groups == [group.id.clone()])
}

/// One of our groups, made or mended. Returns the steps that must be done before it may be used.
fn prepare(steps: &mut Builder, subject: &Subject, role: GroupRole, vpc: &str) -> Vec<String> {
    let found = subject.own_groups.get(&role.group_name(vpc));
    if found.is_some_and(|group| is_pristine(group, role)) {
        return Vec::new();
    }
    let group = GroupRef::Own {
        role,
        vpc: vpc.into(),
    };
    let (made, seen) = match found {
        Some(group) => (None, group.clone()),
        None => {
            let made = steps.add(
                Action::CreateGroup(CreateGroup {
                    role,
                    vpc: vpc.into(),
                }),
                &[],
                &[],
            );
            let newborn = SecurityGroup {
                id: String::new(),
                name: role.group_name(vpc),
                vpc: Some(vpc.into()),
                ingress: Vec::new(),
                egress: birth_egress(),
                tags: BTreeMap::new(),
            };
            (Some(made), newborn)
        }
    };
    let without = |all: &[Rule], kept: &[Rule]| {
        all.iter()
            .filter(|r| !kept.contains(r))
            .cloned()
            .collect::<Vec<_>>()
    };
    let rules = Action::SetGroupRules(SetGroupRules {
        group,
        role,
        revoke_ingress: without(&seen.ingress, &role.ingress()),
        authorize_ingress: without(&role.ingress(), &seen.ingress),
        revoke_egress: without(&seen.egress, &role.egress()),
        authorize_egress: without(&role.egress(), &seen.egress),
    });
    let needs: Vec<&str> = made.iter().map(String::as_str).collect();
    let ruled = steps.add(rules, &needs, &[]);
    made.into_iter().chain([ruled]).collect()
}

/// Elastic IPs off, automatic address off and no new one. In the same wave as the move into the passage group, so that the
/// open group and a public address do not stand together for longer than one call takes.
fn release_addresses(steps: &mut Builder, interface: &Interface, moved: &[String]) {
    // Never before the move: an address that goes early warns the attacker while the groups are still being made.
    let before_moves: Vec<String> = moved.iter().flat_map(|id| steps.needs_of(id)).collect();
    let after: Vec<&str> = before_moves.iter().map(String::as_str).collect();
    let mut had_public = false;
    let mut automatic = None;
    for address in &interface.addresses {
        let Some(public) = &address.public else {
            continue;
        };
        had_public = true;
        match &public.elastic {
            Some(elastic) => {
                let action = Action::SetElasticIp(SetElasticIp {
                    allocation: elastic.allocation.clone(),
                    association: Some(elastic.association.clone()),
                    interface: interface.id.clone(),
                    private_ip: address.private_ip,
                    public_ip: public.ip,
                    associated: false,
                });
                steps.add(action, &[], &after);
            }
            None => automatic = Some(public.ip),
        }
    }
    // AWS gives a new automatic address to an instance that loses its Elastic IP, if it was launched with one: so the
    // setting goes off on the primary interface wherever there was a public address.
    let may_come =
        (had_public || interface.auto_public == Some(true)) && interface.auto_public != Some(false);
    if interface.device_index == 0 && (automatic.is_some() || may_come) {
        let from = automatic.map(|_| true).or(interface.auto_public);
        let action = Action::SetAutoPublicAddress(SetAutoPublicAddress {
            interface: interface.id.clone(),
            address: automatic,
            from,
            to: false,
        });
        steps.add(action, &[], &after);
    }
}

fn stop(steps: &mut Builder, subject: &Subject, evidence: &[String]) {
    let mut needs: Vec<String> = evidence.to_vec();
    if subject.stop_protection == Some(true) {
        let action = Action::ProtectStop(ProtectStop {
            instance: subject.instance_id.clone(),
            from: true,
            to: false,
        });
        needs.push(steps.add(action, &[], &[]));
    }
    let loses = subject
        .interfaces
        .iter()
        .flat_map(|i| &i.addresses)
        .filter_map(|a| {
            a.public
                .as_ref()
                .filter(|p| p.elastic.is_none())
                .map(|p| p.ip)
        })
        .collect();
    let all = steps.ids();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
    steps.add(
        Action::SetRunning(SetRunning {
            instance: subject.instance_id.clone(),
            running: false,
            loses,
            how: StopHow::Graceful,
        }),
        &needs,
        &all,
    );
}
