//! The finding types as data. Names, severities, sources: the GuardDuty user guide, "finding types" (active, retired, EC2, Runtime
//! Monitoring, Malware Protection, attack sequences, Custom Detection Rules) and "findings that invoke a malware scan", as of 2026.
//! What makes a breach and where to look first is our proposal. Must not hold words.

use super::{AutoScan, Kind, Origin, Rank, Way};

use AutoScan::{No as Unscanned, OutboundOnly, Yes as Scanned};
use Origin::{Cloudtrail, Dns, FlowLogs, MalwareScan, Runtime, Several};
use Rank::{ByPort, ByRole, Critical, High, Low, Medium, Varies};
use Way::{Either, Inbound, None as Apart, Outbound};

/// Lists of evidence that many types share.
const SOCKET: &[&str] = &["flow_logs", "processes", "malware_scan"];
const QUERY: &[&str] = &["dns", "flow_logs", "processes"];
const MINER: &[&str] = &["metrics", "processes", "flow_logs"];
const RESOLVER: &[&str] = &["flow_logs", "processes", "findings"];
const SSH: &[&str] = &["auth_log", "flow_logs", "cloudtrail"];
const WINDOWS: &[&str] = &["windows_logons", "flow_logs", "cloudtrail"];
const PROBED: &[&str] = &["flow_logs", "app_logs", "auth_log"];
const PROCESS: &[&str] = &["runtime", "flow_logs", "cloudtrail"];
const ASKED: &[&str] = &["runtime", "dns", "flow_logs"];
const SCANNED: &[&str] = &["malware_scan", "processes", "flow_logs"];
const COPY: &[&str] = &["malware_scan", "cloudtrail"];
const ROLE: &[&str] = &["cloudtrail", "imds", "findings"];
const CALLS: &[&str] = &["cloudtrail", "owner"];
const ALL: &[&str] = &["findings", "runtime", "flow_logs", "cloudtrail"];
const OWNER: &[&str] = &["owner", "flow_logs", "processes"];
const ANY: &[&str] = &["flow_logs", "auth_log", "cloudtrail", "findings"];

/// A row of the tables below.
const fn row(
    name: &'static str,
    severity: Rank,
    source: Origin,
    direction: Way,
    auto_scan: AutoScan,
    success: &'static str,
    look_first: &'static [&'static str],
) -> Kind {
    Kind {
        name,
        severity,
        source,
        direction,
        auto_scan,
        success,
        look_first,
        about: None,
    }
}

impl Kind {
    /// With something that is good to know.
    const fn about(mut self, code: &'static str) -> Self {
        self.about = Some(code);
        self
    }
}

/// A row a line: the formatter would make nine of each.
#[rustfmt::skip]
pub(super) const TYPES: &[Kind] = &[
    row("Backdoor:EC2/C&CActivity.B", High, FlowLogs, Outbound, Scanned, "two-way-traffic", SOCKET),
    row("Backdoor:EC2/C&CActivity.B!DNS", High, Dns, Outbound, Scanned, "resolved-and-called", QUERY),
    row("Backdoor:EC2/DenialOfService.Dns", High, FlowLogs, Outbound, Scanned, "floods", SOCKET),
    row("Backdoor:EC2/DenialOfService.Tcp", High, FlowLogs, Outbound, Scanned, "floods", SOCKET),
    row("Backdoor:EC2/DenialOfService.Udp", High, FlowLogs, Outbound, Scanned, "floods", SOCKET),
    row("Backdoor:EC2/DenialOfService.UdpOnTcpPorts", High, FlowLogs, Outbound, Scanned, "floods", SOCKET),
    row("Backdoor:EC2/DenialOfService.UnusualProtocol", High, FlowLogs, Outbound, Scanned, "floods", SOCKET),
    row("Backdoor:EC2/Spambot", Medium, FlowLogs, Outbound, Scanned, "sends-mail", SOCKET).about("mail-throttled"),
    row("Behavior:EC2/NetworkPortUnusual", Medium, FlowLogs, Outbound, Unscanned, "unknown-service", OWNER),
    row("Behavior:EC2/TrafficVolumeUnusual", Medium, FlowLogs, Outbound, Unscanned, "unexplained-volume", OWNER),
    row("CryptoCurrency:EC2/BitcoinTool.B", High, FlowLogs, Outbound, Scanned, "mines", MINER),
    row("CryptoCurrency:EC2/BitcoinTool.B!DNS", High, Dns, Outbound, Scanned, "mines", MINER),
    row("DefenseEvasion:EC2/UnusualDNSResolver", Medium, FlowLogs, Outbound, Unscanned, "hidden-names", RESOLVER).about("past-dns-logs"),
    row("DefenseEvasion:EC2/UnusualDoHActivity", Medium, FlowLogs, Outbound, Unscanned, "hidden-names", RESOLVER).about("past-dns-logs"),
    row("DefenseEvasion:EC2/UnusualDoTActivity", Medium, FlowLogs, Outbound, Unscanned, "hidden-names", RESOLVER).about("past-dns-logs"),
    row("Impact:EC2/AbusedDomainRequest.Reputation", Medium, Dns, Outbound, Scanned, "resolved-and-called", QUERY),
    row("Impact:EC2/BitcoinDomainRequest.Reputation", High, Dns, Outbound, Scanned, "mines", MINER),
    row("Impact:EC2/MaliciousDomainRequest.Reputation", High, Dns, Outbound, Scanned, "called-or-sinkholed", QUERY),
    row("Impact:EC2/MaliciousDomainRequest.Custom", Medium, Dns, Outbound, Unscanned, "resolved-and-called", QUERY).about("own-list"),
    row("Impact:EC2/SuspiciousDomainRequest.Reputation", Low, Dns, Outbound, Scanned, "weak-alone", QUERY),
    row("Impact:EC2/PortSweep", High, FlowLogs, Outbound, Scanned, "scans-others", SOCKET).about("last-address-only"),
    row("Impact:EC2/WinRMBruteForce", ByRole, FlowLogs, Either, OutboundOnly, "logon-type-3", WINDOWS).about("role-decides"),
    row("Recon:EC2/PortProbeEMRUnprotectedPort", High, FlowLogs, Inbound, Unscanned, "jobs-submitted", PROBED),
    row("Recon:EC2/PortProbeUnprotectedPort", ByPort, FlowLogs, Inbound, Unscanned, "probe-answered", PROBED).about("not-web-ports"),
    row("Recon:EC2/Portscan", Medium, FlowLogs, Outbound, Scanned, "scans-others", SOCKET),
    row("Trojan:EC2/BlackholeTraffic", Medium, FlowLogs, Outbound, Scanned, "calls-dead-server", SOCKET),
    row("Trojan:EC2/BlackholeTraffic!DNS", Medium, Dns, Outbound, Scanned, "calls-dead-server", QUERY),
    row("Trojan:EC2/DGADomainRequest.B", High, Dns, Outbound, Scanned, "generated-name-hit", QUERY),
    row("Trojan:EC2/DGADomainRequest.C!DNS", High, Dns, Outbound, Scanned, "generated-name-hit", QUERY),
    row("Trojan:EC2/DNSDataExfiltration", High, Dns, Outbound, Scanned, "data-in-queries", QUERY).about("groups-let-dns-out"),
    row("Trojan:EC2/DriveBySourceTraffic!DNS", High, Dns, Outbound, Scanned, "downloaded-and-ran", QUERY),
    row("Trojan:EC2/DropPoint", Medium, FlowLogs, Outbound, Scanned, "data-dropped", SOCKET),
    row("Trojan:EC2/DropPoint!DNS", Medium, Dns, Outbound, Scanned, "data-dropped", QUERY),
    row("Trojan:EC2/PhishingDomainRequest!DNS", High, Dns, Outbound, Scanned, "phished", QUERY),
    row("UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", Medium, FlowLogs, Either, Unscanned, "session-with-listed", ANY).about("own-list"),
    row("UnauthorizedAccess:EC2/MetadataDNSRebind", High, Dns, Outbound, Unscanned, "role-used-elsewhere", ROLE),
    row("UnauthorizedAccess:EC2/RDPBruteForce", ByRole, FlowLogs, Either, OutboundOnly, "logon-type-10", WINDOWS).about("role-decides"),
    row("UnauthorizedAccess:EC2/SSHBruteForce", ByRole, FlowLogs, Either, OutboundOnly, "login-after-failures", SSH).about("role-decides"),
    row("UnauthorizedAccess:EC2/TorClient", High, FlowLogs, Outbound, Scanned, "tor-not-ours", OWNER),
    row("UnauthorizedAccess:EC2/TorRelay", High, FlowLogs, Outbound, Scanned, "tor-not-ours", OWNER),

    // Retired, or never in the guide; they live on in archives.
    row("UnauthorizedAccess:EC2/MaliciousIPCaller", Medium, FlowLogs, Either, Unscanned, "session-with-listed", ANY).about("retired"),
    row("UnauthorizedAccess:EC2/TorIPCaller", Medium, FlowLogs, Inbound, Unscanned, "session-with-listed", ANY).about("retired"),
    row("Backdoor:EC2/XORDDOS", High, FlowLogs, Outbound, Unscanned, "two-way-traffic", SOCKET).about("retired"),
    row("CryptoCurrency:EC2/BitcoinTool.A", High, FlowLogs, Outbound, Unscanned, "mines", MINER).about("retired"),

    // Runtime Monitoring: what a process did.
    row("Backdoor:Runtime/C&CActivity.B", High, Runtime, Outbound, Scanned, "two-way-traffic", PROCESS),
    row("Backdoor:Runtime/C&CActivity.B!DNS", High, Runtime, Outbound, Scanned, "resolved-and-called", ASKED),
    row("CryptoCurrency:Runtime/BitcoinTool.B", High, Runtime, Outbound, Scanned, "mines", PROCESS),
    row("CryptoCurrency:Runtime/BitcoinTool.B!DNS", High, Runtime, Outbound, Scanned, "mines", ASKED),
    row("DefenseEvasion:Runtime/FilelessExecution", Medium, Runtime, Apart, Unscanned, "unknown-process", PROCESS),
    row("DefenseEvasion:Runtime/KernelModuleLoaded", High, Runtime, Apart, Unscanned, "kernel-changed", PROCESS),
    row("DefenseEvasion:Runtime/ProcessInjection.Proc", High, Runtime, Apart, Unscanned, "unknown-process", PROCESS),
    row("DefenseEvasion:Runtime/ProcessInjection.Ptrace", Medium, Runtime, Apart, Unscanned, "unknown-process", PROCESS),
    row("DefenseEvasion:Runtime/ProcessInjection.VirtualMemoryWrite", High, Runtime, Apart, Unscanned, "unknown-process", PROCESS),
    row("DefenseEvasion:Runtime/PtraceAntiDebugging", Low, Runtime, Apart, Scanned, "unknown-process", PROCESS),
    row("DefenseEvasion:Runtime/SensitiveFileModified", Medium, Runtime, Apart, Unscanned, "files-changed", PROCESS),
    row("DefenseEvasion:Runtime/SuspiciousCommand", High, Runtime, Apart, Scanned, "unknown-process", PROCESS),
    row("Discovery:Runtime/SuspiciousCommand", Low, Runtime, Apart, Unscanned, "unknown-process", PROCESS),
    row("Execution:Runtime/MaliciousFileExecuted", High, Runtime, Apart, Scanned, "file-ran", PROCESS),
    row("Execution:Runtime/MaliciousFileExecuted.Custom", High, Runtime, Apart, Scanned, "file-ran", PROCESS).about("own-list"),
    row("Execution:Runtime/NewBinaryExecuted", Medium, Runtime, Apart, Scanned, "file-ran", PROCESS),
    row("Execution:Runtime/NewLibraryLoaded", Medium, Runtime, Apart, Scanned, "file-ran", PROCESS),
    row("Execution:Runtime/ReverseShell", High, Runtime, Outbound, Scanned, "shell-out", PROCESS),
    row("Execution:Runtime/SuspiciousCommand", Varies, Runtime, Apart, Scanned, "unknown-process", PROCESS),
    row("Execution:Runtime/SuspiciousShellCreated", Low, Runtime, Apart, Scanned, "unknown-process", PROCESS),
    row("Execution:Runtime/SuspiciousTool", Varies, Runtime, Apart, Scanned, "unknown-process", PROCESS),
    row("Impact:Runtime/AbusedDomainRequest.Reputation", Medium, Runtime, Outbound, Scanned, "resolved-and-called", ASKED),
    row("Impact:Runtime/BitcoinDomainRequest.Reputation", High, Runtime, Outbound, Scanned, "mines", ASKED),
    row("Impact:Runtime/CryptoMinerExecuted", High, Runtime, Apart, Scanned, "mines", PROCESS),
    row("Impact:Runtime/MaliciousDomainRequest.Reputation", Medium, Runtime, Outbound, Scanned, "called-or-sinkholed", ASKED),
    row("Impact:Runtime/SuspiciousDomainRequest.Reputation", Low, Runtime, Outbound, Scanned, "weak-alone", ASKED),
    row("Persistence:Runtime/SensitiveFileModified", Medium, Runtime, Apart, Unscanned, "files-changed", PROCESS),
    row("Persistence:Runtime/SuspiciousCommand", Medium, Runtime, Apart, Unscanned, "unknown-process", PROCESS),
    row("PrivilegeEscalation:Runtime/CGroupsReleaseAgentModified", High, Runtime, Apart, Scanned, "left-container", PROCESS),
    row("PrivilegeEscalation:Runtime/ContainerMountsHostDirectory", Medium, Runtime, Apart, Scanned, "left-container", PROCESS),
    row("PrivilegeEscalation:Runtime/DockerSocketAccessed", Medium, Runtime, Apart, Scanned, "left-container", PROCESS),
    row("PrivilegeEscalation:Runtime/ElevationToRoot", Medium, Runtime, Apart, Scanned, "unknown-process", PROCESS),
    row("PrivilegeEscalation:Runtime/RuncContainerEscape", High, Runtime, Apart, Scanned, "left-container", PROCESS),
    row("PrivilegeEscalation:Runtime/SensitiveFileModified", Medium, Runtime, Apart, Unscanned, "files-changed", PROCESS),
    row("PrivilegeEscalation:Runtime/SuspiciousCommand", Medium, Runtime, Apart, Unscanned, "unknown-process", PROCESS),
    row("PrivilegeEscalation:Runtime/UserfaultfdUsage", Medium, Runtime, Apart, Scanned, "unknown-process", PROCESS),
    row("Trojan:Runtime/BlackholeTraffic", Medium, Runtime, Outbound, Scanned, "calls-dead-server", PROCESS),
    row("Trojan:Runtime/BlackholeTraffic!DNS", Medium, Runtime, Outbound, Scanned, "calls-dead-server", ASKED),
    row("Trojan:Runtime/DGADomainRequest.C!DNS", High, Runtime, Outbound, Scanned, "generated-name-hit", ASKED),
    row("Trojan:Runtime/DriveBySourceTraffic!DNS", High, Runtime, Outbound, Scanned, "downloaded-and-ran", ASKED),
    row("Trojan:Runtime/DropPoint", Medium, Runtime, Outbound, Scanned, "data-dropped", PROCESS),
    row("Trojan:Runtime/DropPoint!DNS", Medium, Runtime, Outbound, Scanned, "data-dropped", ASKED),
    row("Trojan:Runtime/PhishingDomainRequest!DNS", High, Runtime, Outbound, Scanned, "phished", ASKED),
    row("UnauthorizedAccess:Runtime/MetadataDNSRebind", High, Runtime, Outbound, Scanned, "role-used-elsewhere", ROLE),
    row("UnauthorizedAccess:Runtime/TorClient", High, Runtime, Outbound, Unscanned, "tor-not-ours", PROCESS),
    row("UnauthorizedAccess:Runtime/TorRelay", High, Runtime, Outbound, Unscanned, "tor-not-ours", PROCESS),

    // Malware scans, and several instances at once.
    row("Execution:EC2/MaliciousFile", Varies, MalwareScan, Apart, Unscanned, "malware-active", SCANNED),
    row("Execution:EC2/SuspiciousFile", Varies, MalwareScan, Apart, Unscanned, "malware-active", SCANNED),
    row("Execution:EC2/MaliciousFile!Snapshot", Varies, MalwareScan, Apart, Unscanned, "copy-used", COPY).about("copy-not-instance"),
    row("Execution:EC2/MaliciousFile!AMI", Varies, MalwareScan, Apart, Unscanned, "copy-used", COPY).about("copy-not-instance"),
    row("Execution:EC2/MaliciousFile!RecoveryPoint", Varies, MalwareScan, Apart, Unscanned, "copy-used", COPY).about("copy-not-instance"),
    row("AttackSequence:EC2/CompromisedInstanceGroup", Critical, Several, Either, Unscanned, "sequence-real", ALL).about("several-instances"),

    // Custom Detection Rules: calls to the EC2 API that somebody does not expect.
    row("CredentialAccess:EC2/UnsecuredCredentials", Medium, Cloudtrail, Apart, Unscanned, "password-used", WINDOWS).about("call-not-instance"),
    row("DefenseImpairment:EC2/DisableOrModifyTools", Varies, Cloudtrail, Apart, Unscanned, "call-not-ours", CALLS).about("call-not-instance"),
    row("Exfiltration:EC2/TransferDataToCloudAccount", High, Cloudtrail, Apart, Unscanned, "call-not-ours", CALLS).about("call-not-instance"),
    row("LateralMovement:EC2/RemoteServices", Medium, Cloudtrail, Apart, Unscanned, "pushed-key-used", SSH).about("call-not-instance"),
    row("Persistence:EC2/BootOrLogonInitializationScripts", High, Cloudtrail, Apart, Unscanned, "script-ran", CALLS).about("call-not-instance"),
    row("Persistence:EC2/ExternalRemoteServices", Medium, Cloudtrail, Apart, Unscanned, "login-since-opened", SSH).about("call-not-instance"),
];

/// Types about identities that say much of an instance whose role is behind them.
#[rustfmt::skip]
pub(super) const RELATED: &[Kind] = &[
    row("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS", Varies, Cloudtrail, Apart, Unscanned, "role-used-elsewhere", ROLE).about("role-of-instance"),
    row("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", High, Cloudtrail, Apart, Unscanned, "role-used-elsewhere", ROLE).about("role-of-instance"),
    row("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration", High, Cloudtrail, Apart, Unscanned, "role-used-elsewhere", ROLE).about("retired"),
    row("UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.InsideAWS", High, Cloudtrail, Apart, Unscanned, "role-used-elsewhere", ROLE).about("role-of-instance"),
    row("UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.OutsideAWS", High, Cloudtrail, Apart, Unscanned, "role-used-elsewhere", ROLE).about("role-of-instance"),
    row("CredentialAccess:IAMUser/CompromisedCredentials", High, Cloudtrail, Apart, Unscanned, "calls-not-ours", CALLS).about("role-of-instance"),
    row("Stealth:IAMUser/CloudTrailLoggingDisabled", Low, Cloudtrail, Apart, Unscanned, "call-not-ours", CALLS).about("trail-blind"),
    row("AttackSequence:IAM/CompromisedCredentials", Critical, Several, Apart, Unscanned, "calls-not-ours", CALLS).about("role-of-instance"),
    row("*:IAMUser/AnomalousBehavior", Varies, Cloudtrail, Apart, Unscanned, "calls-not-ours", CALLS).about("role-of-instance"),
];

/// What holds for types that are not listed, from the narrow to the wide. The last one holds for any instance.
#[rustfmt::skip]
pub(super) const FAMILIES: &[Kind] = &[
    row("AttackSequence:EC2/*", Critical, Several, Either, Unscanned, "sequence-real", ALL).about("several-instances"),
    row("Execution:EC2/*File!*", Varies, MalwareScan, Apart, Unscanned, "copy-used", COPY).about("copy-not-instance"),
    row("Execution:EC2/*File*", Varies, MalwareScan, Apart, Unscanned, "malware-active", SCANNED),
    row("*:Runtime/*!DNS", Varies, Runtime, Outbound, Unscanned, "resolved-and-called", ASKED),
    row("*:Runtime/*DomainRequest*", Varies, Runtime, Outbound, Unscanned, "resolved-and-called", ASKED),
    row("*:Runtime/*", Varies, Runtime, Apart, Unscanned, "unknown-process", PROCESS),
    row("Backdoor:EC2/DenialOfService.*", High, FlowLogs, Outbound, Unscanned, "floods", SOCKET),
    row("CryptoCurrency:EC2/*", High, FlowLogs, Outbound, Unscanned, "mines", MINER),
    row("*:EC2/*!DNS", Varies, Dns, Outbound, Unscanned, "resolved-and-called", QUERY),
    row("*:EC2/*DomainRequest*", Varies, Dns, Outbound, Unscanned, "resolved-and-called", QUERY),
    row("Backdoor:EC2/*", High, FlowLogs, Outbound, Unscanned, "two-way-traffic", SOCKET),
    row("Trojan:EC2/*", Varies, FlowLogs, Outbound, Unscanned, "two-way-traffic", SOCKET),
    row("Recon:EC2/*", Varies, FlowLogs, Either, Unscanned, "probe-answered", PROBED),
    row("*:EC2/*BruteForce*", Varies, FlowLogs, Either, Unscanned, "login-after-failures", SSH).about("role-decides"),
    row("Behavior:EC2/*", Medium, FlowLogs, Either, Unscanned, "unknown-service", OWNER),
    row("*:EC2/*", Varies, Several, Either, Unscanned, "any-success", ANY),
];
