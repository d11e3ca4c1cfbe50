//! Chapter of step 1: what the alert says and what the instance is. Must not judge.

use std::net::{IpAddr, SocketAddr};

use rebato_core::identify::expects;

use super::{Cell, Chapter, Maker};

pub(super) fn chapter(maker: &Maker<'_>) -> Chapter {
    let (case, words) = (maker.case, maker.words);
    let finding = &case.finding;
    let mut rows: Vec<[Cell; 2]> = Vec::new();
    let mut add = |key: &str, cell: Cell| rows.push([Cell::Text(words.key(key)), cell]);
    add("alert-type", Cell::data(&finding.kind));
    add("alert-id", Cell::data(&finding.id));
    if let Some(severity) = finding.severity {
        add("alert-severity", Cell::data(words.number(severity)));
    }
    if let Some(count) = finding.count {
        add("alert-count", Cell::data(count));
    }
    add("alert-seen", Cell::values(&words.seen(finding)));
    add(
        "alert-remote",
        Cell::values(
            &finding
                .remote
                .iter()
                .map(|r| remote(r.ip, r.port, r.org.as_deref(), r.country.as_deref()))
                .collect::<Vec<_>>(),
        ),
    );
    add("alert-ports", Cell::values(&finding.local_ports));
    if let Some(direction) = finding.direction {
        add("column-direction", Cell::Text(words.direction(direction)));
    }
    add("alert-lists", Cell::values(&finding.threat_lists));
    add(
        "alert-received",
        Cell::values(&[
            case.alert.source.clone(),
            case.alert.envelope.clone(),
            case.alert.sha256.to_string(),
        ]),
    );
    if let Some(process) = &finding.process {
        let parts = [
            &process.path,
            &process.command,
            &process.user,
            &process.file,
        ];
        add(
            "alert-process",
            Cell::values(&parts.into_iter().flatten().collect::<Vec<_>>()),
        );
    }
    if let Some(malware) = &finding.malware {
        let found = malware.threats.iter().flat_map(|threat| {
            let files = threat.files.iter().filter_map(|file| file.path.as_ref());
            threat.name.iter().chain(files)
        });
        add("alert-malware", Cell::values(&found.collect::<Vec<_>>()));
    }
    if let Some(sequence) = &finding.sequence {
        add("alert-instances", Cell::values(&sequence.instances));
        let signals = sequence.signals.iter().filter_map(|s| s.name.as_ref());
        add("alert-signals", Cell::values(&signals.collect::<Vec<_>>()));
    }
    if let Some(instance) = &finding.credentials_of {
        add("alert-role-of", Cell::data(instance));
    }
    if let Some(kind) = expects(finding) {
        add("alert-success", Cell::Text(words.success(kind)));
        add("alert-look", Cell::Text(words.look_first(kind)));
        add("alert-scan", Cell::Text(words.auto_scan(kind)));
        if let Some(about) = kind.about {
            add("alert-about", Cell::Text(words.coded("about", about)));
        }
    }
    for (so, note) in [
        (finding.sample, "note-sample_finding"),
        (finding.archived, "note-archived"),
    ] {
        if so {
            add("alert-about", Cell::Text(words.key(note)));
        }
    }
    let alert = maker.table("report-alert", ["what", "value"], rows.into_iter());

    let mut blocks = vec![alert];
    if !case.joined.is_empty() {
        let rows = case.joined.iter().map(|told| {
            let finding = &told.finding;
            let mut about = vec![finding.id.clone()];
            about.extend(finding.last_seen.map(|at| words.time(at)));
            about.extend(finding.remote_ips().iter().map(ToString::to_string));
            [Cell::data(&finding.kind), Cell::values(&about)]
        });
        blocks.push(maker.table("report-joined", ["what", "value"], rows));
    }
    if let Some(subject) = &case.subject {
        let mut rows: Vec<[Cell; 2]> = Vec::new();
        let mut add = |key: &str, cell: Cell| rows.push([Cell::Text(words.key(key)), cell]);
        let name: Vec<&str> = std::iter::once(subject.instance_id.as_str())
            .chain(subject.name.as_deref())
            .collect();
        add("report-instance", Cell::values(&name));
        add("instance-state", Cell::data(&subject.state));
        add(
            "instance-kind",
            Cell::values(
                &[&subject.instance_type, &subject.platform, &subject.image_id]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>(),
            ),
        );
        let place = [
            Some(&subject.account),
            Some(&subject.region),
            subject.zone.as_ref(),
            subject.vpc.as_ref(),
            subject.subnet.as_ref(),
        ];
        add(
            "instance-place",
            Cell::values(&place.into_iter().flatten().collect::<Vec<_>>()),
        );
        add("instance-addresses", Cell::values(&subject.all_ips()));
        add(
            "instance-interfaces",
            Cell::values(
                &subject
                    .interfaces
                    .iter()
                    .map(|i| format!("{}: {}", i.id, i.groups.join(", ")))
                    .collect::<Vec<_>>(),
            ),
        );
        add(
            "instance-volumes",
            Cell::values(
                &subject
                    .volumes
                    .iter()
                    .map(|v| format!("{} {}", v.id, v.device))
                    .collect::<Vec<_>>(),
            ),
        );
        if let Some(profile) = &subject.profile {
            add(
                "instance-role",
                Cell::data(profile.role.as_ref().unwrap_or(&profile.arn)),
            );
            if !profile.shared_with.is_empty() {
                add("instance-role-shared", Cell::values(&profile.shared_with));
            }
        }
        if let Some(scaling) = &subject.scaling {
            add(
                "instance-scaling",
                Cell::values(&[&scaling.group, &scaling.lifecycle]),
            );
        }
        add(
            "instance-tags",
            Cell::values(
                &subject
                    .tags
                    .iter()
                    .map(|(k, v)| format!("{k} = {v}"))
                    .collect::<Vec<_>>(),
            ),
        );
        for (label, values) in subject.around.iter().flat_map(|a| words.around(a)) {
            rows.push([Cell::Text(label), Cell::values(&values)]);
        }
        let mut add = |key: &str, cell: Cell| rows.push([Cell::Text(words.key(key)), cell]);
        add("instance-read", Cell::data(words.time(subject.read_at)));
        blocks.push(maker.table("report-instance", ["what", "value"], rows.into_iter()));
    }
    if let Some(remains) = &case.remains {
        let rows = words.remains(remains).into_iter();
        let rows = rows.map(|(label, values)| [Cell::Text(label), Cell::values(&values)]);
        blocks.push(maker.table("report-remains", ["what", "value"], rows));
    }
    Chapter {
        id: "identify",
        heading: words.key("step-identify"),
        blocks,
    }
}

fn remote(ip: IpAddr, port: Option<u16>, org: Option<&str>, country: Option<&str>) -> String {
    let address = port.map_or_else(
        || ip.to_string(),
        |port| SocketAddr::new(ip, port).to_string(),
    );
    std::iter::once(address.as_str())
        .chain(org)
        .chain(country)
        .collect::<Vec<_>>()
        .join(" · ")
}
