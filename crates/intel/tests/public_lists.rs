//! Lists as others publish them, each in the shape of the feed that it is named for; the rows are made up.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use rebato_intel::lists::{Format, ListError, read};

/// Entries as `line text score label`, problems as `line code`.
#[track_caller]
fn check(text: &str, format: Format, entries: &[&str], problems: &[&str]) {
    let list = read(text.as_bytes()).unwrap();
    let shown: Vec<String> = list
        .entries
        .iter()
        .map(|e| {
            let note = e.note.as_ref();
            let score = note.and_then(|n| n.score.clone()).unwrap_or_default();
            let label = note.and_then(|n| n.label.clone()).unwrap_or_default();
            format!("{} {} {score} {label}", e.line, e.text)
                .trim_end()
                .to_owned()
        })
        .collect();
    let wrong: Vec<String> = list
        .problems
        .iter()
        .map(|p| format!("{} {}", p.line, p.what))
        .collect();
    assert_eq!(list.format, format, "{text}");
    assert_eq!(shown, entries, "{text}");
    assert_eq!(wrong, problems, "{text}");
}

#[test]
fn netsets_with_comments() {
    check(
        "#\n# firehol_level1\n# Source File Date: Fri Nov 27 05:30:17 UTC 2026\n#\n198.51.100.0/24\n203.0.113.9\n",
        Format::Txt,
        &["5 198.51.100.0/24", "6 203.0.113.9"],
        &[],
    );
    check(
        "198.51.100.0/24 # scanner.example\n203.0.113.9# bots\n",
        Format::Netset,
        &["1 198.51.100.0/24  scanner.example", "2 203.0.113.9  bots"],
        &[],
    );
    check(
        "; Spamhaus DROP List 2026/11/27\n198.51.100.0/22 ; SBL256893\n2001:db8::/29 ; SBL301771\n",
        Format::Netset,
        &["2 198.51.100.0/22  SBL256893", "3 2001:db8::/29  SBL301771"],
        &[],
    );
}

#[test]
fn columns_with_and_without_a_header() {
    // ipsum: the header stands in a comment.
    check(
        "# IPsum\n# Last update: Sat, 22 Aug 2026 03:00:29 +0200\n#\n# IP\tnumber of (black)lists\n#\n198.51.100.1\t10\n198.51.100.2\t9\n",
        Format::Csv,
        &["6 198.51.100.1 10", "7 198.51.100.2 9"],
        &[],
    );
    check(
        "198.51.100.1\t10\n198.51.100.2\t9\n",
        Format::Csv,
        &["1 198.51.100.1 10", "2 198.51.100.2 9"],
        &[],
    );
    check(
        "ipAddress,countryCode,abuseConfidenceScore,lastReportedAt\n198.51.100.1,CN,100,2026-11-27T03:00:04+00:00\n2001:db8::1,US,99,2026-11-27T02:00:04+00:00\n",
        Format::Csv,
        &["2 198.51.100.1 100", "3 2001:db8::1 99"],
        &[],
    );
    // DShield's block list.
    check(
        "# DShield.org Recommended Block List\n#\n#    updated: Tue Dec 15 15:33:38 2026 UTC\nStart\tEnd\tNetblock\tAttacks\tName\tCountry\temail\n\
         198.51.100.0\t198.51.100.255\t24\t788\tSome Net\tJP\ta@net.example\n203.0.113.0\t203.0.113.255\t24\t585\t\t\t\n# END\n",
        Format::Csv,
        &[
            "5 198.51.100.0-198.51.100.255 788 Some Net",
            "6 203.0.113.0-203.0.113.255 585",
        ],
        &[],
    );
    // abuse.ch Feodo Tracker: a banner and quoted names.
    check(
        "################\n# Feodo Tracker #\n# Last updated: 2026-11-27 05:40:21 UTC #\n################\n\
         \"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\",\"last_online\",\"malware\"\n\
         \"2026-01-02 03:04:05\",\"198.51.100.1\",\"443\",\"online\",\"2026-11-27\",\"QakBot\"\n# END 1 entries\n",
        Format::Csv,
        &["6 198.51.100.1  QakBot"],
        &[],
    );
    // abuse.ch ThreatFox: quotes, a space after the comma, an address with its port.
    check(
        "# ThreatFox IOCs: recent\n# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\",\"fk_malware\",\"malware_alias\",\"malware_printable\",\"last_seen_utc\",\"confidence_level\",\"reference\",\"tags\",\"anonymous\",\"reporter\"\n\
         \"2026-11-27 05:00:00\", \"1\", \"198.51.100.1:8080\", \"ip:port\", \"botnet_cc\", \"win.x\", \"None\", \"Cobalt Strike\", \"\", \"75\", \"None\", \"a,b\", \"0\", \"r\"\n\
         \"2026-11-27 05:00:00\", \"2\", \"evil.example\", \"domain\", \"botnet_cc\", \"win.x\", \"None\", \"Y\", \"\", \"50\", \"http://192.0.2.1/\", \"\", \"0\", \"r\"\n\
         \"2026-11-27 05:00:00\", \"3\", \"https://evil.example/x\", \"url\", \"botnet_cc\", \"win.x\", \"None\", \"Z\", \"\", \"50\", \"None\", \"\", \"0\", \"r\"\n",
        Format::Csv,
        &[
            "3 198.51.100.1:8080 75 Cobalt Strike",
            "4 evil.example 50 Y",
        ],
        &["5 unsupported_type"],
    );
    // abuse.ch URLhaus: only hosts that are addresses are of use.
    check(
        "# URLhaus\n# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n\
         \"1\",\"2026-11-27 05:00:00\",\"http://198.51.100.1:4444/bin.sh\",\"online\",\"\",\"malware_download\",\"elf,mirai\",\"https://urlhaus.example/url/1/\",\"r\"\n\
         \"2\",\"2026-11-27 05:00:00\",\"http://evil.example/x\",\"online\",\"\",\"malware_download\",\"\",\"https://urlhaus.example/url/2/\",\"r\"\n",
        Format::Csv,
        &["3 198.51.100.1:4444  malware_download"],
        &["4 unsupported_type"],
    );
    // abuse.ch SSLBL.
    check(
        "# SSLBL\n# Firstseen,DstIP,DstPort\n2026-11-27 05:00:00,198.51.100.1,443\n",
        Format::Csv,
        &["3 198.51.100.1"],
        &[],
    );
    // Others part by semicolons or bars, and name a range by its ends.
    check(
        "start_ip;end_ip;org\n198.51.100.4;198.51.100.9;x\n",
        Format::Csv,
        &["2 198.51.100.4-198.51.100.9  x"],
        &[],
    );
    check(
        "host|score\nevil.example|3\n198.51.100.1|4\n",
        Format::Csv,
        &["2 evil.example 3", "3 198.51.100.1 4"],
        &[],
    );
    check(
        "our_ip,ip,n\n10.0.0.1,198.51.100.1,3\n",
        Format::Csv,
        &["2 198.51.100.1"],
        &[],
    );
    // A row that does not fit the header is still searched.
    check(
        "ip,score\n198.51.100.1,1\nx,y,198.51.100.2\n198.51.100.3\nnothing,here,at,all\n198.51.100.4,2\n198.51.100.5,2\n198.51.100.6,2\n",
        Format::Csv,
        &[
            "2 198.51.100.1 1",
            "3 198.51.100.2",
            "4 198.51.100.3",
            "6 198.51.100.4 2",
            "7 198.51.100.5 2",
            "8 198.51.100.6 2",
        ],
        &["5 not_an_indicator"],
    );
}

#[test]
fn a_prose_comment_with_commas_is_no_header() {
    check(
        "# one entry a line: score, ip\n198.51.100.1\n198.51.100.2\n",
        Format::Txt,
        &["2 198.51.100.1", "3 198.51.100.2"],
        &[],
    );
}

#[test]
fn json_one_object_a_line() {
    check(
        "{\"cidr\":\"198.51.100.0/24\",\"sblid\":\"SBL1\",\"rir\":\"apnic\"}\r\n{\"cidr\":\"2001:db8::/32\",\"sblid\":\"SBL2\",\"rir\":\"ripencc\"}\r\n\
         {\"type\":\"metadata\",\"timestamp\":1795757820,\"size\":99,\"records\":2,\"copyright\":\"(c) 2026\",\"terms\":\"https://www.example/\"}\r\n",
        Format::DropJson,
        &["1 198.51.100.0/24  SBL1", "2 2001:db8::/32  SBL2"],
        &[],
    );
    // The domain of a network's holder is no entry.
    check(
        "{\"asn\":1,\"rir\":\"arin\",\"domain\":\"holder.example\",\"cc\":\"US\",\"asname\":\"X\"}\n{\"cidr\":\"198.51.100.0/24\",\"sblid\":\"S\"}\n",
        Format::DropJson,
        &["2 198.51.100.0/24  S"],
        &["1 unsupported_type"],
    );
    check(
        "{\"cidr\":\"198.51.100.0/24\",\"sblid\":\"S\"}\n{\"cidr\":\"198.51.101.0/24,\"sblid\":\n{\"cidr\":\"198.51.102.0/24\",\"sblid\":\"S\"}\n",
        Format::DropJson,
        &["1 198.51.100.0/24  S", "3 198.51.102.0/24  S"],
        &["2 bad_prefix", "2 malformed_json", "3 malformed_json"],
    );
}

#[test]
fn json_arrays_and_objects() {
    check(
        "[\n  {\n    \"ip_address\": \"198.51.100.1\",\n    \"port\": 443,\n    \"status\": \"offline\",\n    \"hostname\": null,\n    \"as_number\": 64500,\n    \"as_name\": \"X\",\n\
         \"country\": \"US\",\n    \"first_seen\": \"2026-06-04 21:11:49\",\n    \"last_online\": \"2026-11-27\",\n    \"malware\": \"QakBot\"\n  }\n]\n",
        Format::FeodoJson,
        &["3 198.51.100.1  QakBot"],
        &[],
    );
    check(
        "{\"description\":\"203.0.113.1 is not meant\",\"list\":[\"198.51.100.1\",\n\"evil.example\",\n\".evil.example\",\"nonsense\"],\"matching_attributes\":[\"ip-src\",\"domain|ip\"],\"name\":\"x\",\"type\":\"cidr\",\"version\":5}",
        Format::MispWarninglist,
        &["1 198.51.100.1", "2 evil.example", "3 .evil.example"],
        &["3 not_an_indicator"],
    );
    check(
        "[\"198.51.100.1\", \"198.51.100.0/24\", \"2001:db8::1\"]",
        Format::Json,
        &["1 198.51.100.1", "1 198.51.100.0/24", "1 2001:db8::1"],
        &[],
    );
    check(
        "{\"meta\":{\"generatedAt\":\"2026-11-27T04:00:04+00:00\"},\"data\":[{\"ipAddress\":\"198.51.100.1\",\"countryCode\":\"CN\",\"abuseConfidenceScore\":100,\"lastReportedAt\":\"2026-11-27T03:17:01+00:00\"}]}",
        Format::Json,
        &["1 198.51.100.1 100"],
        &[],
    );
    check(
        "{\"101\":[{\"ioc_value\":\"198.51.100.1:80\",\"ioc_type\":\"ip:port\",\"malware_printable\":\"X\",\"confidence_level\":75,\"reference\":\"http://192.0.2.1/\"}]}",
        Format::Json,
        &["1 198.51.100.1:80 75 X"],
        &[],
    );
    check(
        "{\"syncToken\":\"1\",\"createDate\":\"2026-11-27-03-00-04\",\"prefixes\":[{\"ip_prefix\":\"198.51.100.0/24\",\"region\":\"us-east-1\",\"service\":\"EC2\"}],\"ipv6_prefixes\":[{\"ipv6_prefix\":\"2001:db8::/32\"}]}",
        Format::Json,
        &["1 198.51.100.0/24", "1 2001:db8::/32"],
        &[],
    );
    check(
        "{\"values\":[{\"name\":\"A\",\"properties\":{\"changeNumber\":1,\"addressPrefixes\":[\"198.51.100.0/24\"]}}]}",
        Format::Json,
        &["1 198.51.100.0/24"],
        &[],
    );
    check(
        "{\"198.51.100.1\":{\"score\":3},\"198.51.100.2\":4}",
        Format::Json,
        &["1 198.51.100.1", "1 198.51.100.2"],
        &[],
    );
    check(
        "[[\"198.51.100.1\",5,\"scan\"],[\"198.51.100.2\",6,\"scan\"]]",
        Format::Json,
        &["1 198.51.100.1", "1 198.51.100.2"],
        &[],
    );
    check(
        "{\"first\":\"198.51.100.1\",\"last\":\"198.51.100.6\",\"name\":\"x\"}",
        Format::Json,
        &["1 198.51.100.1-198.51.100.6  x"],
        &[],
    );
    check(
        "[{\"ip\":\"198.51.100.\\u0031\"}]",
        Format::Json,
        &["1 198.51.100.1"],
        &[],
    );
    assert_eq!(read(b"{\"list\": []}"), Err(ListError::Json));
    assert_eq!(
        read(b"{\"Findings\": [{\"Id\": \"x\"}]}"),
        Err(ListError::Json)
    );
}

#[test]
fn events_and_pulses() {
    check(
        "{\"Event\":{\"info\":\"x\",\"date\":\"2026-11-01\",\"Attribute\":[{\"type\":\"ip-dst\",\"value\":\"198.51.100.1\",\"comment\":\"c\"},\n\
         {\"type\":\"ip-dst|port\",\"value\":\"198.51.100.2|443\"},\n{\"type\":\"domain|ip\",\"value\":\"evil.example|198.51.100.3\"},\n{\"type\":\"filename\",\"value\":\"a.exe.bak file\"}]}}",
        Format::Json,
        &["1 198.51.100.1  c", "2 198.51.100.2", "3 198.51.100.3"],
        &["4 unsupported_type"],
    );
    check(
        "[{\"name\":\"p\",\"tags\":[\"evil.example\"],\"indicators\":[{\"indicator\":\"198.51.100.1\",\"type\":\"IPv4\"},{\"indicator\":\"http://198.51.100.2/\",\"type\":\"URL\"}]}]",
        Format::Json,
        &["1 198.51.100.1"],
        &["1 unsupported_type"],
    );
}

#[test]
fn stix_2_bundles() {
    check(
        "{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":[\n\
         {\"type\":\"indicator\",\"spec_version\":\"2.1\",\"name\":\"bad\",\"pattern_type\":\"stix\",\"pattern\":\"[ipv4-addr:value = '198.51.100.1'] OR [ipv4-addr:value ISSUBSET '198.51.101.0/24']\",\"confidence\":80},\n\
         {\"type\":\"indicator\",\"pattern\":\"[ipv4-addr:value = '198.51.100.9']\",\"revoked\":true},\n\
         {\"type\":\"ipv4-addr\",\"value\":\"198.51.100.2\"},\n{\"type\":\"domain-name\",\"value\":\"evil.example\"},\n\
         {\"type\":\"indicator\",\"pattern\":\"[url:value = 'http://evil.example/']\"},\n{\"type\":\"identity\",\"name\":\"us\"}]}",
        Format::Stix2,
        &[
            "2 198.51.100.1 80 bad",
            "2 198.51.101.0/24 80 bad",
            "4 198.51.100.2",
            "5 evil.example",
        ],
        &["3 revoked", "6 unsupported_type"],
    );
}

#[test]
fn faults_in_json_cost_what_stands_at_them() {
    // Cut off in the middle.
    check(
        "[\"198.51.100.1\",\n\"198.51.100.2\",\n\"198.51",
        Format::Json,
        &["1 198.51.100.1", "2 198.51.100.2"],
        &["3 malformed_json"],
    );
    // A lost quote, a lost comma, an entry without quotes, a bracket too many.
    check(
        "[\"198.51.100.1,\n\"198.51.100.2\"\n\"198.51.100.3\",\n198.51.100.4,\n2001:db8::1]]\n\"198.51.100.5\"",
        Format::Json,
        &[
            "2 198.51.100.2",
            "3 198.51.100.3",
            "4 198.51.100.4",
            "5 2001:db8::1",
            "6 198.51.100.5",
        ],
        &["1 malformed_json", "5 malformed_json"],
    );
    // However many ends are missing, nothing is lost.
    let cut: String = (0..200)
        .map(|n| format!("{{\"ip\":\"198.51.100.{n}\",\"x\":\n"))
        .collect();
    assert_eq!(read(cut.as_bytes()).unwrap().entries.len(), 200);
    // So deep that no list is meant.
    let deep = "[".repeat(1_000_000);
    assert!(read(deep.as_bytes()).unwrap().entries.is_empty());
    let deep = format!("{}\"198.51.100.1\"{}", "[".repeat(30), "]".repeat(30));
    assert_eq!(read(deep.as_bytes()).unwrap().entries.len(), 1);
    // A list of lines may begin like JSON.
    check(
        "[2001:db8::1]:443\n198.51.100.1\n",
        Format::Txt,
        &["1 [2001:db8::1]:443", "2 198.51.100.1"],
        &[],
    );
}
