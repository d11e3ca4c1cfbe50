//! What a responder does with an alert up to the verdict, on the records of a simulated account instead of over the wire: it reads
//! the alert, describes the instance, takes the logs of the two days before, and judges. Must not look at the truth.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::SignedDuration;
use rebato_core::evaluate::{Gap, Source, Verdict, evaluate};
use rebato_core::identify::{
    Address, Interface, MetadataOptions, PublicAddress, Read, Subject, read_alert,
};
use rebato_lab::world::{AUTH_LOG_GROUP, DNS_LOG_GROUP, FlowLog, LogGroup, World};
use rebato_logs::{Questions, Scan, ThreatIndex};

/// How long before the first activity logs are read.
const BEFORE: SignedDuration = SignedDuration::from_hours(48);

pub(crate) fn judge(world: &World) -> Verdict {
    let Read { alert, finding, .. } = read_alert("alert", world.alert().unwrap())
        .remove(0)
        .unwrap();
    let subject = subject(world);
    let lists = lists(world);
    let entries = lists
        .iter()
        .flat_map(|(name, lines)| lines.iter().map(move |line| (name.as_str(), line.as_str())))
        .filter_map(|(name, line)| Some((net(line)?, name, line)));
    let questions = Questions::of_case(&finding, Some(&subject), ThreatIndex::new(entries));
    let mut scan = Scan::new(questions);
    let seen = finding
        .first_seen
        .or(finding.last_seen)
        .unwrap_or(world.now);
    let window = (seen - BEFORE, world.now);
    let mut read = |source, late: i64, gap: Option<Gap>, files: Vec<(String, Vec<u8>)>| {
        for (name, bytes) in files {
            scan.file(source, &name, &bytes);
        }
        match gap {
            Some(gap) => scan.gap(source, gap),
            None => scan.covered(source, window.0, window.1 - SignedDuration::from_mins(late)),
        }
    };
    let flow_log = world.flow_logs.values().next();
    read(
        Source::FlowLogs,
        10,
        flow_log.is_none().then_some(Gap::NotEnabled),
        flow_log.map(|log| flows(world, log)).unwrap_or_default(),
    );
    let refused = world.settings.lookup_events_refused.then(|| Gap::Failed {
        why: "AccessDeniedException".into(),
    });
    read(Source::Cloudtrail, 15, refused, trail(world));
    let auth = streams(world.log_groups.get(AUTH_LOG_GROUP), &world.target_instance);
    read(
        Source::AuthLog,
        0,
        auth.is_empty().then_some(Gap::NotGiven),
        auth,
    );
    // Whoever keeps query logs gives them as files; from the instance no call of AWS leads to them.
    for (name, bytes) in streams(world.log_groups.get(DNS_LOG_GROUP), "") {
        scan.file(Source::Dns, &name, &bytes);
    }
    let findings: Vec<&serde_json::Value> = world.detector.findings.values().collect();
    let findings = serde_json::to_vec(&findings).unwrap();
    scan.file(Source::Findings, "guardduty:GetFindings", &findings);
    scan.covered(Source::Findings, window.0, window.1);
    let dossier = scan.finish().dossier(&finding, [(&alert, &finding)]);
    evaluate(&finding, Some(&subject), &dossier)
}

fn net(text: &str) -> Option<IpNet> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// The threat lists as their owner uploaded them.
fn lists(world: &World) -> Vec<(String, Vec<String>)> {
    let sets = world.detector.threat_intel_sets.values();
    sets.filter_map(|set| {
        let (bucket, key) = set.location.strip_prefix("s3://")?.split_once('/')?;
        let object = world.buckets.get(bucket)?.objects.get(key)?;
        let text = String::from_utf8_lossy(&object.bytes);
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        Some((set.name.clone(), lines))
    })
    .collect()
}

/// Files of a flow log: objects of its bucket, or the streams of its log group below a line that names the fields.
fn flows(world: &World, log: &FlowLog) -> Vec<(String, Vec<u8>)> {
    if let Some(group) = &log.log_group_name {
        let header = log.log_format.replace(['$', '{', '}'], "");
        let mut files = Vec::new();
        for interface in world.interfaces_of(&world.target_instance) {
            for (name, lines) in streams(world.log_groups.get(group), &interface.id) {
                files.push((name, [header.as_bytes(), b"\n", &lines].concat()));
            }
        }
        return files;
    }
    let path = log.destination.trim_start_matches("arn:aws:s3:::");
    let bucket = path.split('/').next().unwrap_or_default();
    world.buckets.get(bucket).map_or_else(Vec::new, |bucket| {
        bucket
            .objects
            .iter()
            .map(|(key, object)| (key.clone(), object.bytes.clone()))
            .collect()
    })
}

/// What `LookupEvents` shows of the instance, one event a line.
fn trail(world: &World) -> Vec<(String, Vec<u8>)> {
    if world.settings.lookup_events_refused {
        return Vec::new();
    }
    let id = &world.target_instance;
    let about = world.visible_events().filter(|event| {
        event.username == *id || event.resources.iter().any(|(_, name)| name == id)
    });
    let mut lines: Vec<String> = about.map(|event| event.record.to_string()).collect();
    lines.reverse();
    vec![(
        "cloudtrail:LookupEvents".into(),
        lines.join("\n").into_bytes(),
    )]
}

/// The streams of a log group whose names begin so, one event a line.
fn streams(group: Option<&LogGroup>, prefix: &str) -> Vec<(String, Vec<u8>)> {
    group
        .into_iter()
        .flat_map(|group| &group.streams)
        .filter(|(name, _)| name.starts_with(prefix))
        .map(|(name, events)| {
            let mut bytes = Vec::new();
            for event in events {
                bytes.extend_from_slice(event.message.as_bytes());
                bytes.push(b'\n');
            }
            (name.clone(), bytes)
        })
        .collect()
}

fn subject(world: &World) -> Subject {
    let id = &world.target_instance;
    let instance = world.instances.get(id).unwrap();
    let interfaces = world.interfaces_of(id).map(|i| Interface {
        id: i.id.clone(),
        device_index: i
            .attachment
            .as_ref()
            .map_or(0, |a| i32::from(a.device_index)),
        vpc: Some(i.vpc_id.clone()),
        subnet: Some(i.subnet_id.clone()),
        groups: i.groups.clone(),
        addresses: i
            .private_addresses
            .iter()
            .map(|address| Address {
                private_ip: address.ip.into(),
                primary: address.primary,
                public: world
                    .public_address_of(i, address.ip)
                    .map(|ip| PublicAddress {
                        ip: ip.into(),
                        elastic: None,
                    }),
            })
            .collect(),
        ipv6: i.ipv6_addresses.iter().map(|ip| IpAddr::V6(*ip)).collect(),
        requester_managed: i.requester_managed,
        auto_public: None,
    });
    Subject {
        read_at: world.now,
        instance_id: id.clone(),
        name: instance.tags.get("Name").cloned(),
        account: world.account_id.clone(),
        region: world.region.clone(),
        state: instance.state.name().to_owned(),
        instance_type: Some(instance.instance_type.clone()),
        platform: Some("linux".to_owned()),
        image_id: Some(instance.image_id.clone()),
        launched: Some(instance.launch_time),
        key_name: instance.key_name.clone(),
        vpc: Some(instance.vpc_id.clone()),
        subnet: Some(instance.subnet_id.clone()),
        zone: Some(instance.availability_zone.clone()),
        root_device_type: Some(instance.root_device_type.clone()),
        lifecycle: None,
        managed: false,
        source_dest_check: Some(true),
        hibernation: false,
        metadata: MetadataOptions::default(),
        termination_protection: None,
        stop_protection: None,
        shutdown_behavior: None,
        interfaces: interfaces.collect(),
        volumes: Vec::new(),
        groups: std::collections::BTreeMap::new(),
        profile: None,
        scaling: None,
        targets: Vec::new(),
        tags: instance.tags.clone(),
        own_groups: std::collections::BTreeMap::new(),
        own_snapshots: Vec::new(),
        around: None,
        unread: Vec::new(),
    }
}
