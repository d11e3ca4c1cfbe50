//! What a finding's type says: every type that GuardDuty's guide lists, and any text at all.
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;
use rebato_core::Digest;
use rebato_core::identify::{
    Alert, AutoScan, Direction, Family, Finding, Kind, Origin, Rank, Way, direction_of, document,
    expects, kind_of, kinds,
};
use serde_json::{Value, json};

/// Type, severity, source, direction (inbound, outbound, both), whether GuardDuty scans by itself: as the guide has them.
const EC2: &str = "
    Backdoor:EC2/C&CActivity.B high flow O yes
    Backdoor:EC2/C&CActivity.B!DNS high dns O yes
    Backdoor:EC2/DenialOfService.Dns high flow O yes
    Backdoor:EC2/DenialOfService.Tcp high flow O yes
    Backdoor:EC2/DenialOfService.Udp high flow O yes
    Backdoor:EC2/DenialOfService.UdpOnTcpPorts high flow O yes
    Backdoor:EC2/DenialOfService.UnusualProtocol high flow O yes
    Backdoor:EC2/Spambot medium flow O yes
    Behavior:EC2/NetworkPortUnusual medium flow O no
    Behavior:EC2/TrafficVolumeUnusual medium flow O no
    CryptoCurrency:EC2/BitcoinTool.B high flow O yes
    CryptoCurrency:EC2/BitcoinTool.B!DNS high dns O yes
    DefenseEvasion:EC2/UnusualDNSResolver medium flow O no
    DefenseEvasion:EC2/UnusualDoHActivity medium flow O no
    DefenseEvasion:EC2/UnusualDoTActivity medium flow O no
    Impact:EC2/AbusedDomainRequest.Reputation medium dns O yes
    Impact:EC2/BitcoinDomainRequest.Reputation high dns O yes
    Impact:EC2/MaliciousDomainRequest.Reputation high dns O yes
    Impact:EC2/MaliciousDomainRequest.Custom medium dns O no
    Impact:EC2/SuspiciousDomainRequest.Reputation low dns O yes
    Impact:EC2/PortSweep high flow O yes
    Impact:EC2/WinRMBruteForce role flow B outbound
    Recon:EC2/PortProbeEMRUnprotectedPort high flow I no
    Recon:EC2/PortProbeUnprotectedPort port flow I no
    Recon:EC2/Portscan medium flow O yes
    Trojan:EC2/BlackholeTraffic medium flow O yes
    Trojan:EC2/BlackholeTraffic!DNS medium dns O yes
    Trojan:EC2/DGADomainRequest.B high dns O yes
    Trojan:EC2/DGADomainRequest.C!DNS high dns O yes
    Trojan:EC2/DNSDataExfiltration high dns O yes
    Trojan:EC2/DriveBySourceTraffic!DNS high dns O yes
    Trojan:EC2/DropPoint medium flow O yes
    Trojan:EC2/DropPoint!DNS medium dns O yes
    Trojan:EC2/PhishingDomainRequest!DNS high dns O yes
    UnauthorizedAccess:EC2/MaliciousIPCaller.Custom medium flow B no
    UnauthorizedAccess:EC2/MetadataDNSRebind high dns O no
    UnauthorizedAccess:EC2/RDPBruteForce role flow B outbound
    UnauthorizedAccess:EC2/SSHBruteForce role flow B outbound
    UnauthorizedAccess:EC2/TorClient high flow O yes
    UnauthorizedAccess:EC2/TorRelay high flow O yes
";

/// Type, severity, whether GuardDuty scans by itself: as the guide has them.
const RUNTIME: &str = "
    Backdoor:Runtime/C&CActivity.B high yes
    Backdoor:Runtime/C&CActivity.B!DNS high yes
    CryptoCurrency:Runtime/BitcoinTool.B high yes
    CryptoCurrency:Runtime/BitcoinTool.B!DNS high yes
    DefenseEvasion:Runtime/FilelessExecution medium no
    DefenseEvasion:Runtime/KernelModuleLoaded high no
    DefenseEvasion:Runtime/SensitiveFileModified medium no
    DefenseEvasion:Runtime/ProcessInjection.Proc high no
    DefenseEvasion:Runtime/ProcessInjection.Ptrace medium no
    DefenseEvasion:Runtime/ProcessInjection.VirtualMemoryWrite high no
    DefenseEvasion:Runtime/PtraceAntiDebugging low yes
    DefenseEvasion:Runtime/SuspiciousCommand high yes
    Discovery:Runtime/SuspiciousCommand low no
    Execution:Runtime/MaliciousFileExecuted high yes
    Execution:Runtime/MaliciousFileExecuted.Custom high yes
    Execution:Runtime/NewBinaryExecuted medium yes
    Execution:Runtime/NewLibraryLoaded medium yes
    Execution:Runtime/SuspiciousCommand varies yes
    Execution:Runtime/SuspiciousShellCreated low yes
    Execution:Runtime/SuspiciousTool varies yes
    Execution:Runtime/ReverseShell high yes
    Impact:Runtime/AbusedDomainRequest.Reputation medium yes
    Impact:Runtime/BitcoinDomainRequest.Reputation high yes
    Impact:Runtime/CryptoMinerExecuted high yes
    Impact:Runtime/MaliciousDomainRequest.Reputation medium yes
    Impact:Runtime/SuspiciousDomainRequest.Reputation low yes
    Persistence:Runtime/SuspiciousCommand medium no
    Persistence:Runtime/SensitiveFileModified medium no
    PrivilegeEscalation:Runtime/CGroupsReleaseAgentModified high yes
    PrivilegeEscalation:Runtime/ContainerMountsHostDirectory medium yes
    PrivilegeEscalation:Runtime/DockerSocketAccessed medium yes
    PrivilegeEscalation:Runtime/ElevationToRoot medium yes
    PrivilegeEscalation:Runtime/RuncContainerEscape high yes
    PrivilegeEscalation:Runtime/SuspiciousCommand medium no
    PrivilegeEscalation:Runtime/SensitiveFileModified medium no
    PrivilegeEscalation:Runtime/UserfaultfdUsage medium yes
    Trojan:Runtime/BlackholeTraffic medium yes
    Trojan:Runtime/BlackholeTraffic!DNS medium yes
    Trojan:Runtime/DropPoint medium yes
    Trojan:Runtime/DGADomainRequest.C!DNS high yes
    Trojan:Runtime/DriveBySourceTraffic!DNS high yes
    Trojan:Runtime/DropPoint!DNS medium yes
    Trojan:Runtime/PhishingDomainRequest!DNS high yes
    UnauthorizedAccess:Runtime/MetadataDNSRebind high yes
    UnauthorizedAccess:Runtime/TorClient high no
    UnauthorizedAccess:Runtime/TorRelay high no
";

fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|row| !row.is_empty())
}

fn listed(name: &str) -> &'static Kind {
    match kind_of(name) {
        Family::Listed(kind) => kind,
        other => panic!("{name}: {other:?}"),
    }
}

fn rank(word: &str) -> Rank {
    match word {
        "low" => Rank::Low,
        "medium" => Rank::Medium,
        "high" => Rank::High,
        "role" => Rank::ByRole,
        "port" => Rank::ByPort,
        "varies" => Rank::Varies,
        other => panic!("{other}"),
    }
}

fn scan(word: &str) -> AutoScan {
    match word {
        "yes" => AutoScan::Yes,
        "no" => AutoScan::No,
        "outbound" => AutoScan::OutboundOnly,
        other => panic!("{other}"),
    }
}

#[test]
fn every_type_about_instances_is_as_the_guide_has_it() {
    let mut seen = 0;
    for row in rows(EC2) {
        let kind = listed(row[0]);
        assert_eq!(kind.name, row[0]);
        assert_eq!(kind.severity, rank(row[1]), "{}", row[0]);
        let source = match row[2] {
            "flow" => Origin::FlowLogs,
            "dns" => Origin::Dns,
            other => panic!("{other}"),
        };
        assert_eq!(kind.source, source, "{}", row[0]);
        let way = match row[3] {
            "I" => Way::Inbound,
            "O" => Way::Outbound,
            "B" => Way::Either,
            other => panic!("{other}"),
        };
        assert_eq!(kind.direction, way, "{}", row[0]);
        assert_eq!(kind.auto_scan, scan(row[4]), "{}", row[0]);
        seen += 1;
    }
    assert_eq!(seen, 40);
}

#[test]
fn every_runtime_type_is_as_the_guide_has_it() {
    let mut seen = 0;
    for row in rows(RUNTIME) {
        let kind = listed(row[0]);
        assert_eq!(kind.name, row[0]);
        assert_eq!(kind.source, Origin::Runtime, "{}", row[0]);
        assert_eq!(kind.severity, rank(row[1]), "{}", row[0]);
        assert_eq!(kind.auto_scan, scan(row[2]), "{}", row[0]);
        seen += 1;
    }
    assert_eq!(seen, 46);
}

#[test]
fn malware_sequences_retired_types_and_custom_rules_are_listed() {
    for (name, source) in [
        ("Execution:EC2/MaliciousFile", Origin::MalwareScan),
        ("Execution:EC2/SuspiciousFile", Origin::MalwareScan),
        ("Execution:EC2/MaliciousFile!Snapshot", Origin::MalwareScan),
        ("Execution:EC2/MaliciousFile!AMI", Origin::MalwareScan),
        (
            "Execution:EC2/MaliciousFile!RecoveryPoint",
            Origin::MalwareScan,
        ),
        (
            "AttackSequence:EC2/CompromisedInstanceGroup",
            Origin::Several,
        ),
        ("UnauthorizedAccess:EC2/TorIPCaller", Origin::FlowLogs),
        ("Backdoor:EC2/XORDDOS", Origin::FlowLogs),
        ("CryptoCurrency:EC2/BitcoinTool.A", Origin::FlowLogs),
        (
            "CredentialAccess:EC2/UnsecuredCredentials",
            Origin::Cloudtrail,
        ),
    ] {
        assert_eq!(listed(name).source, source, "{name}");
    }
    assert_eq!(
        listed("AttackSequence:EC2/CompromisedInstanceGroup").severity,
        Rank::Critical
    );
}

#[test]
fn what_is_not_listed_is_told_by_its_pattern() {
    for (name, pattern) in [
        (
            "Backdoor:EC2/DenialOfService.Quic",
            "Backdoor:EC2/DenialOfService.*",
        ),
        ("Execution:Runtime/SomethingNew", "*:Runtime/*"),
        ("Trojan:Runtime/NewThing!DNS", "*:Runtime/*!DNS"),
        ("Execution:EC2/SuspiciousFile!AMI", "Execution:EC2/*File!*"),
        ("AttackSequence:EC2/Other", "AttackSequence:EC2/*"),
        ("Trojan:EC2/NewThing!DNS", "*:EC2/*!DNS"),
        ("Backdoor:EC2/NewThing", "Backdoor:EC2/*"),
        ("UnauthorizedAccess:EC2/VNCBruteForce", "*:EC2/*BruteForce*"),
        ("Canary:EC2/Stateless.IntegTest", "*:EC2/*"),
        ("Nobody:EC2/", "*:EC2/*"),
    ] {
        match kind_of(name) {
            Family::Like(kind) => assert_eq!(kind.name, pattern, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn other_resources_are_told_apart() {
    for name in [
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS",
        "Persistence:IAMUser/AnomalousBehavior",
        "Stealth:IAMUser/CloudTrailLoggingDisabled",
    ] {
        assert!(matches!(kind_of(name), Family::Related(_)), "{name}");
    }
    for name in [
        "",
        "manual",
        "EC2",
        ":EC2",
        "Discovery:S3/MaliciousIPCaller.Custom",
        "Execution:Container/MaliciousFile",
        "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B",
        "UnauthorizedAccess:Lambda/TorClient",
        "Object:S3/MaliciousFile",
    ] {
        assert_eq!(kind_of(name), Family::Elsewhere, "{name}");
    }
}

#[test]
fn case_and_blanks_around_are_no_matter() {
    assert_eq!(
        listed(" unauthorizedaccess:ec2/sshbruteforce\n").name,
        "UnauthorizedAccess:EC2/SSHBruteForce"
    );
}

#[test]
fn no_name_stands_twice_and_each_is_told_as_itself() {
    let mut names = BTreeSet::new();
    for kind in kinds() {
        assert!(names.insert(kind.name.to_lowercase()), "{}", kind.name);
        assert!(!kind.look_first.is_empty(), "{}", kind.name);
        let looks: BTreeSet<_> = kind.look_first.iter().collect();
        assert_eq!(looks.len(), kind.look_first.len(), "{}", kind.name);
        // A narrow pattern that stands behind a wide one would never be reached.
        let example = kind.name.replace('*', "x");
        assert_eq!(
            kind_of(&example).kind().map(|found| found.name),
            Some(kind.name)
        );
    }
    assert!(names.len() > 100);
}

#[test]
fn a_direction_that_the_finding_gives_is_never_overruled() {
    let name = "Trojan:EC2/DNSDataExfiltration";
    assert_eq!(direction_of(None, name), Some(Direction::Outbound));
    for said in [Direction::Inbound, Direction::Outbound, Direction::Unknown] {
        assert_eq!(direction_of(Some(said), name), Some(said));
    }
    assert_eq!(
        direction_of(None, "Recon:EC2/PortProbeUnprotectedPort"),
        Some(Direction::Inbound)
    );
    for open in [
        "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
        "Execution:EC2/MaliciousFile",
        "manual",
    ] {
        assert_eq!(direction_of(None, open), None, "{open}");
    }
}

fn shown(name: &str, family: &str) -> Value {
    let mut finding = Finding::manual("i-1", "111122223333", "eu-west-1", Timestamp::UNIX_EPOCH);
    finding.kind = name.to_owned();
    finding.family = family.to_owned();
    let alert = Alert {
        source: "-".into(),
        sha256: Digest::of(b""),
        envelope: "native".into(),
    };
    document(&finding, &alert)["expects"].clone()
}

#[test]
fn the_document_says_what_to_expect() {
    assert_eq!(
        shown("UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "ec2"),
        json!({
            "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "severity": "medium", "source": "flow_logs",
            "direction": "either", "auto_scan": "no", "success": "session-with-listed",
            "look_first": ["flow_logs", "auth_log", "cloudtrail", "findings"], "about": "own-list",
        })
    );
    assert_eq!(shown("manual", "ec2")["type"], "*:EC2/*");
    assert_eq!(
        shown("Policy:S3/BucketPublicAccessGranted", "s3"),
        json!(null)
    );
}

/// The finding types that AWS's own tester raises.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test reads a file that the core never would"
)]
fn every_type_that_the_tester_raises_is_known() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|dir| {
            dir.join("../shared/corpus/findings/awslabs__amazon-guardduty-tester/lib/common/testResources/definitions.json")
        })
        .find(|file| file.is_file());
    let Some(file) = found else {
        assert!(std::env::var_os("CI").is_none(), "the corpus is missing");
        println!("skipped: no corpus beside the checkout");
        return;
    };
    let all: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let mut seen = 0;
    for definition in all["definitions"].as_array().unwrap() {
        let name = definition["findingType"].as_str().unwrap();
        if name.contains(":EC2/") || name.contains(":Runtime/") {
            listed(name);
            seen += 1;
        }
    }
    assert!(
        seen > 30,
        "only {seen} types were found: the search is broken"
    );
}

proptest! {
    #[test]
    fn any_text_is_borne(name in any::<String>(), middle in "[:/.!*A-Za-z0-9&]{0,40}") {
        for text in [name.as_str(), middle.as_str()] {
            prop_assert_eq!(kind_of(text), kind_of(&format!(" {text} ")));
            // What is about instances is never refused, whatever stands around it.
            let kind = kind_of(&format!("{middle}:EC2/{text}")).kind();
            prop_assert!(kind.is_some());
            let mut finding = Finding::manual("i-1", "111122223333", "eu-west-1", Timestamp::UNIX_EPOCH);
            finding.kind = text.to_owned();
            prop_assert!(expects(&finding).is_some());
        }
    }
}
