//! Findings that others published, read as their own parsers and tests say they should be. Must not copy them.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::panic,
    reason = "the corpus is files, and a test that cannot find them says so"
)]

use std::path::{Path, PathBuf};

use rebato_core::identify::{Direction, Finding, Read, read_alert};
use serde_json::Value;

/// The shared corpus, beside the repository or one of its parents; absent on a user's machine.
fn corpus() -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("../shared/corpus/findings"))
        .find(|folder| folder.is_dir());
    if found.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "the shared corpus is absent"
        );
        println!("skipped: the shared corpus is absent");
    }
    found
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files(&entry, out);
        } else {
            out.push(entry);
        }
    }
}

/// The findings of a file that holds nothing else.
fn read(corpus: &Path, name: &str) -> Vec<Read> {
    let bytes = std::fs::read(corpus.join(name)).unwrap();
    read_alert(name, &bytes)
        .into_iter()
        .map(|read| read.unwrap_or_else(|error| panic!("{error}")))
        .collect()
}

fn only(corpus: &Path, name: &str) -> Finding {
    let mut all = read(corpus, name);
    assert_eq!(all.len(), 1, "{name}");
    all.remove(0).finding
}

#[test]
fn every_file_gives_its_findings_or_says_why_not() {
    let Some(corpus) = corpus() else { return };
    let mut all = Vec::new();
    files(&corpus, &mut all);
    assert!(all.len() > 30, "{}", all.len());
    for path in all {
        let name = path.strip_prefix(&corpus).unwrap().display().to_string();
        let parts = read_alert(&name, &std::fs::read(&path).unwrap());
        let found: Vec<&Read> = parts.iter().flatten().collect();
        let wrong: Vec<String> = parts
            .iter()
            .filter_map(|part| part.as_ref().err())
            .map(ToString::to_string)
            .collect();
        assert!(wrong.iter().all(|wrong| wrong.contains(&name)), "{wrong:?}");
        for text in &wrong {
            let malformed = text.contains(": not JSON: ");
            assert!(
                malformed || text.contains(": no GuardDuty finding: "),
                "{text}"
            );
        }
        if name.contains("list_") || name.contains("inspector") || name.contains("sechub-pci") {
            assert!(found.is_empty(), "{name}");
        }
        // Recognised by structure: the name changes nothing.
        let other = read_alert("anything.jsonl", &std::fs::read(&path).unwrap());
        assert_eq!(parts.len(), other.len(), "{name}");
        for one in &found {
            assert!(
                one.finding.problems.is_empty(),
                "{name}: {:?}",
                one.finding.problems
            );
            assert!(
                !one.finding.is_about("i-99999999") || one.finding.sample,
                "{name}"
            );
        }
    }
}

#[test]
fn a_peers_expected_events_say_the_same() {
    let Some(corpus) = corpus() else { return };
    let mut all = Vec::new();
    files(&corpus.join("SEKOIA-IO__intake-formats"), &mut all);
    assert!(!all.is_empty());
    for path in all {
        let name = path.strip_prefix(&corpus).unwrap().display().to_string();
        let found = only(&corpus, &name);
        let wrapper: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let expected = &wrapper["expected"];
        let text = |pointer: &str| {
            expected
                .pointer(pointer)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        assert_eq!(found.account, text("/cloud/account/id"), "{name}");
        assert_eq!(found.region, text("/cloud/region"), "{name}");
        assert_eq!(
            Some(found.id.clone()),
            text("/aws/guardduty/finding/id"),
            "{name}"
        );
        assert_eq!(
            Some(found.kind.clone()),
            text("/aws/guardduty/finding/type"),
            "{name}"
        );
        assert_eq!(
            found.severity,
            expected.pointer("/event/severity").and_then(Value::as_f64),
            "{name}"
        );
        let action =
            text("/aws/guardduty/finding/service/action/type").map(|kind| kind.to_lowercase());
        assert_eq!(found.action, action, "{name}");
        if let Some(id) = text("/cloud/instance/id") {
            assert_eq!(found.instance_id, Some(id), "{name}");
        }
        let first = found.remote.first();
        assert_eq!(
            first.map(|remote| remote.ip.to_string()),
            text("/source/ip"),
            "{name}"
        );
        assert_eq!(
            first.and_then(|remote| remote.port).map(u64::from),
            expected.pointer("/source/port").and_then(Value::as_u64),
            "{name}"
        );
        assert_eq!(
            found.local_ports.first().copied().map(u64::from),
            expected
                .pointer("/destination/port")
                .and_then(Value::as_u64),
            "{name}"
        );
        assert_eq!(found.protocol, text("/network/transport"), "{name}");
        let direction = text("/network/direction");
        assert_eq!(
            direction.as_deref() == Some("outbound"),
            found.direction == Some(Direction::Outbound),
            "{name}"
        );
        // What a malware scan found, which the peer gives as indicators.
        let threat = text("/aws/guardduty/threats/threat/name");
        let malware = found.malware.as_ref();
        assert_eq!(
            malware.and_then(|m| m.threats.first()?.name.clone()),
            threat,
            "{name}"
        );
        if let Some(malware) = malware {
            let wanted: Vec<Value> = expected["threat"]["enrichments"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["indicator"]["file"].clone())
                .collect();
            let files = malware.threats.iter().flat_map(|threat| &threat.files);
            let shown: Vec<(Option<&str>, Option<&str>)> = files
                .map(|file| (file.path.as_deref(), file.sha256.as_deref()))
                .collect();
            let wanted: Vec<(Option<&str>, Option<&str>)> = wanted
                .iter()
                .map(|file| (file["path"].as_str(), file["hash"]["sha256"].as_str()))
                .collect();
            assert_eq!(shown, wanted, "{name}");
        }
    }
}

#[test]
fn real_findings_are_read_as_the_manifest_and_the_peers_tests_say() {
    let Some(corpus) = corpus() else { return };
    let real =
        "alertlogic__cwe-collector/decoded/maliciousipcaller_custom_real_2017_eventbridge.json";
    let real = only(&corpus, real);
    assert_eq!(real.kind, "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom");
    assert_eq!(real.instance_id.as_deref(), Some("i-0961e0b3af8b3ec39"));
    assert_eq!(real.remote[0].ip.to_string(), "77.72.82.80");
    assert_eq!(real.threat_lists, ["tdosoudil-seznam-cz"]);
    assert_eq!(
        (real.blocked, real.direction),
        (Some(true), Some(Direction::Unknown))
    );
    assert_eq!(
        (real.local_ports.as_slice(), real.remote[0].port, real.count),
        (&[4487][..], Some(44705), Some(20))
    );
    // The same event in Kinesis is the same finding.
    let kinesis = read(
        &corpus,
        "alertlogic__cwe-collector/GD_ONLY_KINESIS_TEST_EVENT.json",
    );
    assert_eq!(kinesis[0].finding, real);
    assert_eq!(kinesis[0].alert.envelope, "kinesis+eventbridge");

    let custodian = only(
        &corpus,
        "cloud-custodian__cloud-custodian/tests/data/cwe/ec2-duty-event.json",
    );
    assert_eq!(custodian.instance_id.as_deref(), Some("i-99999999"));
    assert_eq!(
        (
            custodian.action.as_deref(),
            custodian.domain.as_deref(),
            custodian.remote.len()
        ),
        (Some("dns_request"), Some("example.com"), 0)
    );

    // Mozilla's normaliser calls the service part "finding".
    let tor = only(
        &corpus,
        "mozilla__MozDef/test_toroutbound__UnauthorizedAccess_EC2_TorClient.json",
    );
    assert_eq!(
        (tor.sample, tor.archived, tor.blocked, tor.count),
        (true, false, Some(false), Some(21))
    );
    assert_eq!(
        (
            tor.direction,
            tor.remote[0].ip.to_string(),
            tor.remote[0].port
        ),
        (
            Some(Direction::Outbound),
            "198.51.100.0".to_owned(),
            Some(80)
        )
    );
    let dga = only(
        &corpus,
        "mozilla__MozDef/test_trojandgadomainrequestb__Trojan_EC2_DGADomainRequest_B.json",
    );
    assert_eq!(dga.action.as_deref(), Some("dns_request"));

    let rdp = only(
        &corpus,
        "chronicle__content-hub/content/response_integrations/google/aws_guard_duty/resources/get_finding_details_JsonResult_example.json",
    );
    assert_eq!(
        (rdp.kind.as_str(), rdp.sample, rdp.local_ports.as_slice()),
        ("UnauthorizedAccess:EC2/RDPBruteForce", false, &[3389][..])
    );
    let probe = only(
        &corpus,
        "blu371ck__GuardDuty-SOAR/samples/Recon-EC2-PortProbeUnprotectedPort.json",
    );
    assert_eq!(
        (
            probe.action.as_deref(),
            probe.interfaces.len(),
            probe.sample
        ),
        (Some("port_probe"), 4, true)
    );
    let exported = read(
        &corpus,
        "elastic__integrations/test-guard_duty.excerpt.jsonl",
    );
    assert!(
        exported
            .iter()
            .all(|one| one.finding.sample && one.alert.envelope == "s3_export")
    );
}

#[test]
fn a_security_hub_finding_and_its_ocsf_are_one() {
    let Some(corpus) = corpus() else { return };
    let folder =
        "ocsf__examples/mappings/markdown/AWS/v1.1.0/Security Hub/Detection Finding/samples";
    let raw = only(&corpus, &format!("{folder}/sechub-guardduty.raw"));
    assert_eq!(
        (raw.kind.as_str(), raw.family.as_str()),
        ("Stealth:IAMUser/CloudTrailLoggingDisabled", "iam")
    );
    assert_eq!(
        (raw.action.as_deref(), raw.severity, raw.count),
        (Some("aws_api_call"), Some(2.0), Some(1))
    );
    assert_eq!(
        (raw.remote[0].ip.to_string(), raw.remote[0].asn),
        ("52.94.133.131".to_owned(), Some(16509))
    );
    // The other half of the pair is not in every copy of the corpus.
    let pair = corpus.join(folder).join("sechub-guardduty.ocsf");
    if let Ok(bytes) = std::fs::read(pair) {
        let pair = read_alert("pair", &bytes).remove(0).unwrap();
        assert_eq!(pair.alert.envelope, "ocsf");
        assert_eq!(pair.finding, raw);
    }
}
