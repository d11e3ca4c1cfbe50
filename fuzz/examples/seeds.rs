//! Writes the inputs that the fuzz targets begin with, into the folder given (`fuzz/corpus`), a folder a target. Made up here;
//! must not copy anybody's files.

use std::path::Path;
use std::{env, fs, io};

use rebato_fuzz::findings;
use rebato_fuzz::wrap::{ALL, gzip, wrap};

/// Targets that read alerts.
const ALERTS: [&str; 14] = [
    "native",
    "get_findings",
    "lines",
    "s3_export",
    "eventbridge",
    "sns",
    "sqs",
    "kinesis",
    "security_hub",
    "asff",
    "ocsf",
    "logs_subscription",
    "carrier",
    "finding_files",
];

fn main() -> io::Result<()> {
    let folder = env::args_os()
        .nth(1)
        .ok_or_else(|| io::Error::other("give the folder to write to"))?;
    let write = |target: &str, name: &str, bytes: &[u8]| -> io::Result<()> {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    for target in ALERTS {
        for (name, finding) in findings::all() {
            let native = finding.to_string();
            write(target, &format!("seed-{name}"), native.as_bytes())?;
            write(
                target,
                &format!("seed-{name}-pascal"),
                findings::pascal(&finding).to_string().as_bytes(),
            )?;
        }
        if let Some((_, finding)) = findings::all().first() {
            let native = finding.to_string();
            for envelope in ALL {
                let wrapped = wrap(envelope, native.as_bytes());
                write(target, &format!("seed-{envelope:?}"), &wrapped)?;
                write(target, &format!("seed-{envelope:?}-gz"), &gzip(&wrapped))?;
            }
        }
        for (name, bytes) in [
            ("nothing", &b""[..]),
            ("mark", b"\xef\xbb\xbf{}"),
            ("pages", b"{\"findings\":[]}\n{}\n"),
            ("huge", b"1e400"),
        ] {
            write(target, &format!("seed-{name}"), bytes)?;
        }
    }
    for (name, record) in sessions() {
        write("utmp", &format!("seed-{name}"), &record)?;
        write("utmp", &format!("seed-{name}-gz"), &gzip(&record))?;
    }
    let mut export = EXPORT.as_bytes().to_vec();
    export.extend_from_slice(&5u64.to_le_bytes());
    export.extend_from_slice(b"a\nb c\n\n");
    write("journal_export", "seed-bytes", &export)?;
    for (name, bytes) in TABLES {
        write("flow_parquet", &format!("seed-{name}"), bytes)?;
    }
    for (target, name, text) in LOGS.iter().copied() {
        write(target, &format!("seed-{name}"), text.as_bytes())?;
        write(target, &format!("seed-{name}-gz"), &gzip(text.as_bytes()))?;
    }
    Ok(())
}

/// Records of utmp in both layouts: name, bytes.
fn sessions() -> Vec<(&'static str, Vec<u8>)> {
    [("short", 384, 340, 348), ("long", 400, 344, 360)]
        .map(|(name, size, seconds, address)| {
            let mut record = vec![0u8; size];
            for (at, bytes) in [
                (0, &[7u8, 0][..]),
                (8, b"pts/0"),
                (44, b"root"),
                (76, b"203.0.113.80"),
                (seconds, &1_795_489_200u32.to_le_bytes()),
                (address, &[203, 0, 113, 80]),
            ] {
                record.splice(at..at + bytes.len(), bytes.iter().copied());
            }
            (name, record.repeat(2))
        })
        .into()
}

/// An entry up to a field of bytes.
const EXPORT: &str = "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795489200000000\nSYSLOG_IDENTIFIER=sshd\n_PID=77\nMESSAGE=Accepted password for root from 203.0.113.80 port 22 ssh2\n\n__CURSOR=s=2\n__REALTIME_TIMESTAMP=1795489201000000\nMESSAGE\n";

/// Flow logs in Parquet, as pyarrow writes them: name, bytes.
const TABLES: [(&str, &[u8]); 4] = [
    ("plain", include_bytes!("parquet/plain.parquet")),
    ("gzip", include_bytes!("parquet/gzip.parquet")),
    ("snappy", include_bytes!("parquet/snappy.parquet")),
    ("deltas", include_bytes!("parquet/zstd-deltas.parquet")),
];

/// Logs and lists: target, name, text.
const LOGS: &[(&str, &str, &str)] = &[
    (
        "flow_logs",
        "two",
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n\
      2 111122223333 eni-1 203.0.113.80 10.0.0.5 44705 22 6 20 4249 1795489200 1795489260 ACCEPT OK\n\
      2 111122223333 eni-1 - - - - - - - 1795489200 1795489260 - NODATA\n",
    ),
    (
        "flow_logs",
        "bare",
        "2 111122223333 eni-1 10.0.0.5 203.0.113.80 22 44705 6 20 4249 1795489200 1795489260 REJECT OK\n",
    ),
    (
        "flow_logs",
        "wide",
        "version vpc-id instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol tcp-flags type packets bytes start end action flow-direction log-status\n\
      5 vpc-1 i-0abc1234def567890 eni-1 2001:db8::5 2001:db8::9 2001:db8::5 2001:db8::9 22 44705 6 18 IPv6 9 900 1795489200 1795489260 ACCEPT egress OK\n",
    ),
    (
        "flow_logs",
        "events",
        "{\"logEvents\":[{\"message\":\"2 111122223333 eni-1 10.0.0.5 203.0.113.80 22 44705 6 20 4249 1795489200 1795489260 REJECT OK\"}]}\n",
    ),
    (
        "cloudtrail",
        "records",
        r#"{"Records":[{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/web/i-0abc1234def567890","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::111122223333:role/web"},"ec2RoleDelivery":"1.0"}},"eventTime":"2026-11-24T02:00:00Z","eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.80","userAgent":"aws-cli","requestParameters":null,"responseElements":null,"readOnly":true,"eventID":"e-1","errorCode":"AccessDenied"}]}"#,
    ),
    (
        "cloudtrail",
        "lines",
        "{\"eventTime\":\"2026-11-24T02:00:00Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"userIdentity\":{\"type\":\"Root\"}}\n{\"CloudTrailEvent\":\"{}\"}\n",
    ),
    (
        "cloudtrail",
        "lookup",
        r#"{"Events":[{"EventId":"e","EventName":"StopInstances","CloudTrailEvent":"{\"eventTime\":\"2026-11-24T02:00:00Z\",\"eventName\":\"StopInstances\"}"}]}"#,
    ),
    (
        "auth_log",
        "syslog",
        "Nov 24 02:00:00 web-3 sshd[77]: Failed password for invalid user admin from 203.0.113.80 port 44705 ssh2\nNov 24 02:00:03 web-3 sshd[77]: message repeated 5 times: [ Failed password for root from 203.0.113.80 port 44705 ssh2]\nNov 24 02:00:09 web-3 sshd-session[78]: Accepted publickey for ec2-user from 10.0.0.9 port 50000 ssh2: ED25519 SHA256:x\n",
    ),
    (
        "auth_log",
        "iso",
        "2026-11-24T02:00:00.123456+00:00 web-3 sshd[77]: Connection closed by authenticating user root 203.0.113.80 port 1 [preauth]\n<38>1 2026-11-24T02:00:00Z web-3 sshd 77 - - Accepted password for root from 2001:db8::5 port 22 ssh2\n",
    ),
    (
        "auth_log",
        "journal",
        "{\"__REALTIME_TIMESTAMP\":\"1795489200000000\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":\"Accepted password for root from 203.0.113.80 port 22 ssh2\"}\n",
    ),
    (
        "auth_log",
        "changes",
        "Nov 24 02:00:00 web-3 useradd[5]: new user: name=eve, UID=0, GID=0, home=/root, shell=/bin/bash\nNov 24 02:00:01 web-3 sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/crontab -e\nNov 24 02:00:02 web-3 su[5]: (to root) bob on pts/0\n",
    ),
    (
        "auth_log",
        "keys",
        "Nov 24 02:00:00 web-3 sshd[7]: Connection from 203.0.113.80 port 5 on 10.0.0.5 port 22\nNov 24 02:00:00 web-3 sshd[7]: Failed publickey for git from 203.0.113.80 port 5 ssh2: RSA SHA256:x\nNov 24 02:00:00 web-3 sshd[7]: Disconnecting: Too many authentication failures [preauth]\n",
    ),
    ("journal_export", "one", EXPORT),
    (
        "windows_events",
        "beat",
        r#"{"@timestamp":"2026-11-24T02:00:00Z","winlog":{"event_id":"4624","channel":"Security","event_data":{"TargetUserName":"eve","LogonType":"10","IpAddress":"203.0.113.80"}}}"#,
    ),
    (
        "windows_events",
        "evtx",
        r##"{"Event":{"System":{"EventID":{"#text":4697},"TimeCreated":{"#attributes":{"SystemTime":"2026-11-24T02:00:00Z"}},"Channel":"Security"},"EventData":{"ServiceName":"s","ServiceFileName":"c"}}}"##,
    ),
    (
        "windows_events",
        "powershell",
        r#"[{"Id":4625,"LogName":"Security","TimeCreated":"/Date(1795489200000)/","Properties":[{"Value":"-"},{"Value":"-"},{"Value":"-"},{"Value":"-"},{"Value":"-"},{"Value":"eve"},{"Value":"-"},{"Value":1},{"Value":"-"},{"Value":"0xc0000064"},{"Value":3},{"Value":"-"},{"Value":"-"},{"Value":"-"},{"Value":"-"},{"Value":"-"},{"Value":0},{"Value":1},{"Value":"-"},{"Value":"203.0.113.80"}]}]"#,
    ),
    (
        "windows_events",
        "xml",
        "<Event xmlns='x'><System><EventID>4720</EventID><TimeCreated SystemTime='2026-11-24T02:00:00Z'/><Channel>Security</Channel></System><EventData><Data Name='TargetUserName'>eve &amp; co</Data><Data Name='SubjectUserName'>bob</Data></EventData></Event>",
    ),
    (
        "dns_log",
        "own",
        r#"{"query_timestamp":"2026-11-24T02:00:00Z","query_name":"x.example.com.","query_type":"A","rcode":"NOERROR","answers":[{"Rdata":"203.0.113.80","Type":"A","Class":"IN"}],"srcaddr":"10.0.0.5","srcids":{"instance":"i-0abc1234def567890"},"firewall_rule_action":"ALERT"}"#,
    ),
    (
        "dns_log",
        "ocsf",
        r#"{"class_uid":4003,"time":1795489200000,"query":{"hostname":"x.example.com.","type":"TXT"},"answers":[{"rdata":"t"}],"rcode":"NXDomain","src_endpoint":{"ip":"10.0.0.5"}}{"message":"{}"}"#,
    ),
    (
        "metrics",
        "data",
        r#"{"MetricDataResults":[{"Id":"m1","Label":"i-0abc1234def567890 CPUUtilization","Timestamps":["2026-11-24T02:00:00+00:00","2026-11-24T02:05:00+00:00"],"Values":[3.5,97.25],"StatusCode":"Complete"}]}"#,
    ),
    (
        "metrics",
        "statistics",
        r#"{"Label":"NetworkOut","Datapoints":[{"Timestamp":"2026-11-24T02:00:00Z","Sum":123456789.0,"Average":4.5,"Unit":"Bytes"}]}"#,
    ),
    (
        "metrics",
        "stream",
        "{\"metric_stream_name\":\"s\",\"namespace\":\"AWS/EC2\",\"metric_name\":\"NetworkOut\",\"dimensions\":{\"InstanceId\":\"i-0abc1234def567890\"},\"timestamp\":1795489200000,\"value\":{\"max\":9.0,\"min\":1.0,\"sum\":12.0,\"count\":3.0},\"unit\":\"Bytes\"}\n",
    ),
    (
        "threat_list",
        "txt",
        "# list\n203.0.113.80\n198.51.100.0/24\n10.0.0.1-10.0.0.9\n2001:db8::/32 ; comment\nbad.example\n",
    ),
    (
        "threat_list",
        "csv",
        "Indicator type,Indicator,Description\nIPv4,203.0.113.80,x\nFileHash-MD5,d41d8cd98f00b204e9800998ecf8427e,y\n",
    ),
    (
        "threat_list",
        "alien",
        "203.0.113.80#4#2#Malicious Host#US#Town#0.0,0.0#3\n",
    ),
    (
        "threat_list",
        "stix",
        "<?xml version=\"1.0\"?><stix:STIX_Package xmlns:stix=\"http://stix.mitre.org/stix-1\" xmlns:AddressObj=\"http://cybox.mitre.org/objects#AddressObject-2\"><AddressObj:Address_Value condition=\"Equals\">203.0.113.80##comma##203.0.113.81</AddressObj:Address_Value></stix:STIX_Package>",
    ),
    (
        "list_txt",
        "netset",
        "# Source File Date: Fri Nov 27 05:30:17 UTC 2026\n198.51.100.0/24 # scanner\n10.0.0.1-10.0.0.9 ; SBL1\n198.51.100.7\t3\n0.0.0.0 evil.example\n",
    ),
    (
        "list_csv",
        "rows",
        "\"2026-01-02 03:04:05\",\"198.51.100.1:80\",\"a, \"\"b\"\"\",\"9\"\nip;score\n198.51.100.2;3\nstart|end\n198.51.100.3|198.51.100.9\n",
    ),
    (
        "list_otx_csv",
        "rows",
        "CIDR,198.51.100.0/24,\"x\ny\"\nURL,http://198.51.100.1/,z\n",
    ),
    (
        "list_proof_point",
        "rows",
        "198.51.100.1, 1, 100, 2000-01-01, 2000-01-01, 80|443\n",
    ),
    (
        "list_fire_eye",
        "rows",
        "2,\"a, b\",1,198.51.100.0/24,evil.example,,\n",
    ),
    (
        "list_alien_vault",
        "rows",
        "198.51.100.1#4#2#x#US#Town#0.0,0.0#3\n",
    ),
    (
        "list_stix",
        "rows",
        "<A:Address_Value condition=\"InclusiveBetween\">198.51.100.1##comma##198.51.100.9</A:Address_Value><C:Simple_Hash_Value>d41d8cd98f00b204e9800998ecf8427e</C:Simple_Hash_Value>&amp;</stix:STIX_Package>",
    ),
    (
        "list_json",
        "rows",
        "{\"ipAddress\":\"198.51.100.1\",\"abuseConfidenceScore\":100},{\"ioc_value\":\"198.51.100.2|443\",\"type\":\"ip-dst|port\"},{\"198.51.100.3\":{}},[\"198.51.100.4\",5]]",
    ),
    (
        "list_drop_json",
        "rows",
        "{\"cidr\":\"198.51.100.0/24\",\"sblid\":\"S\"}\n{\"type\":\"metadata\",\"timestamp\":1795757820}\n",
    ),
    (
        "list_misp",
        "rows",
        "\"198.51.100.0/24\",\".evil.example\"],\"version\":20260811}",
    ),
    (
        "rdap",
        "network",
        "{\"startAddress\":\"77.72.80.0\",\"endAddress\":\"77.72.87.255\",\"handle\":\"H\",\"name\":\"N\",\"country\":\"NL\",\"lang\":\"en\",\"events\":[{\"eventAction\":\"registration\",\"eventDate\":\"2007-03-20T00:00:00Z\"}],\"entities\":[{\"roles\":[\"abuse\",\"registrant\"],\"vcardArray\":[\"vcard\",[[\"fn\",{},\"text\",\"X\"],[\"email\",{\"type\":\"abuse\"},\"text\",\"abuse@example.net\"],[\"lang\",{},\"language-tag\",\"nl\"]]]}]}",
    ),
    (
        "services",
        "abuseipdb",
        "\0{\"data\":{\"ipAddress\":\"77.72.82.80\",\"abuseConfidenceScore\":90,\"numDistinctUsers\":9,\"totalReports\":12,\"lastReportedAt\":\"2026-11-26T10:00:00+00:00\"}}",
    ),
    (
        "services",
        "crowdsec",
        "\u{1}{\"ip\":\"77.72.82.80\",\"reputation\":\"malicious\",\"confidence\":\"high\",\"background_noise_score\":2}",
    ),
    (
        "services",
        "virustotal",
        "\u{7}{\"data\":{\"id\":\"77.72.82.80\",\"attributes\":{\"last_analysis_stats\":{\"malicious\":3}}}}",
    ),
    (
        "list_stix2",
        "rows",
        "{\"type\":\"indicator\",\"pattern\":\"[ipv4-addr:value IN ('198.51.100.1','198.51.100.2') AND file:hashes.'SHA-256' = 'e3b0'] START t'2026'\",\"revoked\":false}]}",
    ),
];
