//! Lists of every format, with the faults that real ones have.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::io::Write;

use proptest::prelude::*;
use rebato_intel::lists::{Checks, Format, Indicator, List, ListError, document, read};

/// Format, entries as `line text`, problems as `line code`.
fn seen(text: &str) -> (Format, Vec<String>, Vec<String>) {
    let list = read(text.as_bytes()).unwrap();
    (
        list.format,
        list.entries
            .iter()
            .map(|e| format!("{} {}", e.line, e.text))
            .collect(),
        list.problems
            .iter()
            .map(|p| format!("{} {}", p.line, p.what))
            .collect(),
    )
}

fn check(text: &str, format: Format, entries: &[&str], problems: &[&str]) {
    let (f, e, p) = seen(text);
    assert_eq!(f, format, "{text}");
    assert_eq!(e, entries, "{text}");
    assert_eq!(p, problems, "{text}");
}

#[test]
fn txt_with_comments_columns_ranges_and_faults() {
    check(
        "# a comment\r\n198.51.100.1\r\n\r\n203.0.113.0/24 ; SBL1\n; other\n999.1.1.1\nevil.example\n*.evil.example\n2001:db8::/32 # v6\n\
         198.51.100.7\t12\t3\n198.51.100.0 - 198.51.100.9\n010.0.0.1\n// end\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n198.51.100[.]9",
        Format::Txt,
        &[
            "2 198.51.100.1",
            "4 203.0.113.0/24",
            "7 evil.example",
            "8 *.evil.example",
            "9 2001:db8::/32",
            "10 198.51.100.7",
            "11 198.51.100.0 - 198.51.100.9",
            "14 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "15 198.51.100[.]9",
        ],
        &["6 not_an_indicator", "12 leading_zeros"],
    );
}

#[test]
fn public_lists_that_are_nearly_txt() {
    check(
        "Start\tEnd\tNetblock\tAttacks\n198.51.100.0\t198.51.100.255\t24\t788\n",
        Format::Csv,
        &["2 198.51.100.0-198.51.100.255"],
        &[],
    );
    check(
        "198.51.100.1,used by x,2016-11-12 18:02,http://a.example/x\n",
        Format::Csv,
        &["1 198.51.100.1"],
        &[],
    );
    check(
        "\"first_seen\",\"ioc_value\",\"type\"\n\"2026-01-01\",\"198.51.100.1:8080\",\"ip:port\"\n",
        Format::Csv,
        &["2 198.51.100.1:8080"],
        &[],
    );
    check(
        "our_ip,ip,n\n10.0.0.1,198.51.100.1,3\n",
        Format::Csv,
        &["2 198.51.100.1"],
        &[],
    );
    check(
        "0.0.0.0 bad.example\n127.0.0.1 worse.example\n",
        Format::Hosts,
        &["1 bad.example", "2 worse.example"],
        &[],
    );
    check(
        "198.51.100.1 # Malicious Host KR,,37.5,126.9\n",
        Format::Netset,
        &["1 198.51.100.1"],
        &[],
    );
}

#[test]
fn otx_csv_with_its_types() {
    check(
        "Indicator type, Indicator, Description\nCIDR, 192.0.2.0/24, x\nIPv4,198.51.100.1,\"a, b\"\nDomain name, evil.example, y\n\
         SHA256, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,\nURL, http://a.example/x, z\nIPv4, 198.51.100.999, bad\nIPv6, 2001:db8::1,\n",
        Format::OtxCsv,
        &[
            "2 192.0.2.0/24",
            "3 198.51.100.1",
            "4 evil.example",
            "5 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "8 2001:db8::1",
        ],
        &["6 unsupported_type", "7 not_an_indicator"],
    );
    check(
        "IPv4, 198.51.100.1, x\nCIDR, 192.0.2.0/24, y\n",
        Format::OtxCsv,
        &["1 198.51.100.1", "2 192.0.2.0/24"],
        &[],
    );
}

#[test]
fn proof_point_with_an_address_or_a_domain_in_front() {
    let rows = "198.51.100.1, 1, 100, 2000-01-01, 2000-01-01,\nnonsense, 1, 100, 2000-01-01, 2000-01-01, 80\n203.0.113.1, 1, 100, 2000-01-01, 2000-01-01, 80|443\n";
    for header in [
        "ip, category, score, first_seen, last_seen, ports (|)\n",
        "domain, category, score, first_seen, last_seen, ports (|)\n",
    ] {
        check(
            &format!("{header}{rows}"),
            Format::ProofPoint,
            &["2 198.51.100.1", "4 203.0.113.1"],
            &["3 not_an_indicator"],
        );
    }
    check(
        rows,
        Format::ProofPoint,
        &["1 198.51.100.1", "3 203.0.113.1"],
        &["2 not_an_indicator"],
    );
    check(
        "domain,category,score,first_seen,last_seen,ports (|)\nevil.example,1,9,2000-01-01,2000-01-01,\n",
        Format::ProofPoint,
        &["2 evil.example"],
        &[],
    );
}

#[test]
fn alien_vault_with_empty_fields_and_a_bad_line() {
    check(
        "#IP#reliability\n198.51.100.1#4#2#Malicious Host#US##0.0,0.0#3\nbroken#4#2##US##0.0,0.0#3\n203.0.113.1#4#2##US#City#1.5,-2.5#3\n",
        Format::AlienVault,
        &["2 198.51.100.1", "4 203.0.113.1"],
        &["3 not_an_indicator"],
    );
}

/// A header and rows of FireEye's 47 columns with values by name.
fn fire_eye(rows: &[&[(&str, &str)]]) -> String {
    let names = "reportId, title, threatScape, audience, intelligenceType, publishDate, reportLink, webLink, emailIdentifier, \
                 senderAddress, senderName, sourceDomain, sourceIp, subject, recipient, emailLanguage, fileName, fileSize, fuzzyHash, \
                 fileIdentifier, md5, sha1, sha256, description, fileType, packer, userAgent, registry, fileCompilationDateTime, \
                 filePath, asn, cidr, domain, domainTimeOfLookup, networkIdentifier, ip, port, protocol, registrantEmail, \
                 registrantName, networkType, url, malwareFamily, malwareFamilyId, actor, actorId, observationTime";
    let columns: Vec<&str> = names.split(", ").collect();
    let mut text = format!("{names}\n\n");
    for row in rows {
        let fields: Vec<&str> = columns
            .iter()
            .map(|c| {
                row.iter()
                    .find(|(name, _)| name == c)
                    .map_or("", |(_, value)| *value)
            })
            .collect();
        text.push_str(&fields.join(", "));
        text.push_str("\n\n");
    }
    text
}

#[test]
fn fire_eye_by_its_header() {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    let text = fire_eye(&[
        &[("reportId", "1"), ("cidr", "192.0.2.0/24")],
        &[
            ("reportId", "2"),
            ("ip", "198.51.100.1"),
            ("description", "\"a, quoted\""),
        ],
        &[("reportId", "3"), ("md5", md5)],
        &[("reportId", "4"), ("subject", "only mail")],
        &[("reportId", "5"), ("cidr", "192.0.2.0/40")],
        &[
            ("reportId", "6"),
            ("title", "a, lost, comma"),
            ("ip", "203.0.113.1"),
        ],
        &[("reportId", "7"), ("domain", "evil.example")],
    ]);
    check(
        &text,
        Format::FireEye,
        &[
            "3 192.0.2.0/24",
            "5 198.51.100.1",
            &format!("7 {md5}"),
            "13 203.0.113.1",
            "15 evil.example",
        ],
        &["11 bad_prefix"],
    );
}

fn stix(fields: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<stix:STIX_Package xmlns:stix=\"x\">\n{fields}\n</stix:STIX_Package>\n"
    )
}

fn address(category: &str, inside: &str) -> String {
    format!(
        "<cybox:Properties xsi:type=\"AddressObject:AddressObjectType\" category=\"{category}\">{inside}</cybox:Properties>\n"
    )
}

#[test]
fn stix_addresses_ranges_lists_and_faults() {
    let text = stix(&[
        address("ipv4-addr", "<A:Address_Value condition=\"InclusiveBetween\">192.0.2.0##comma##192.0.2.255</A:Address_Value>"),
        address("ipv4-addr", "<A:Address_Value>198.51.100.1</A:Address_Value>"),
        address("ipv4-addr", "<Address_Value condition='Equals' apply_condition=\"ANY\">198.51.100.2##comma##198.51.100.3</Address_Value>"),
        address("ipv4-addr", "<A:Address_Valuecondition=\"InclusiveBetween\">203.0.113.0##comma##203.0.113.9</A:Address_Value>"),
        address("e-mail", "<A:Address_Value>a@evil.example</A:Address_Value>"),
        address("ipv4-addr", "<A:Address_Value>198.51.&#49;00.4</A:Address_Value>"),
        address("ipv4-addr", "<A:Address_Value condition=\"Contains\">198.</A:Address_Value>"),
        address("ipv4-addr", "<A:Address_Value condition=\"InclusiveBetween\">192.0.2.9##comma##192.0.2.1</A:Address_Value>"),
        address("ipv6-addr", "<A:Address_Value>2001:db8::1</A:Address_Value>"),
        "<cybox:Properties xsi:type=\"DomainNameObj:DomainNameObjectType\" type=\"FQDN\"><D:Value>evil.example</D:Value></cybox:Properties>".into(),
        address("ipv4-addr", "<A:Address_Value><![CDATA[198.51.100.5]]></A:Address_Value>"),
    ]
    .concat());
    check(
        &text,
        Format::Stix,
        &[
            "3 192.0.2.0##comma##192.0.2.255",
            "4 198.51.100.1",
            "5 198.51.100.2",
            "5 198.51.100.3",
            "6 203.0.113.0##comma##203.0.113.9",
            "8 198.51.100.4",
            "11 2001:db8::1",
            "12 evil.example",
            "12 198.51.100.5",
        ],
        &["9 unsupported_condition", "10 reversed_range"],
    );
    let list = read(text.as_bytes()).unwrap();
    assert_eq!(
        list.entries[0].indicator,
        Indicator::Cidr("192.0.2.0/24".parse().unwrap())
    );
    assert_eq!(list.entries[4].nets().len(), 2);
}

#[test]
fn xml_that_would_fetch_or_expand_is_refused() {
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE l [<!ENTITY a \"1.2.3.4\">]>\n<stix:STIX_Package><A:Address_Value>&a;</A:Address_Value></stix:STIX_Package>";
    assert!(
        matches!(
            read(bomb.as_bytes()),
            Err(ListError::RefusedXml { line: 2, .. })
        ),
        "{:?}",
        read(bomb.as_bytes())
    );
    let entity = stix("<A:Address_Value>&a;</A:Address_Value>");
    assert!(
        matches!(
            read(entity.as_bytes()),
            Err(ListError::RefusedXml { line: 3, .. })
        ),
        "{:?}",
        read(entity.as_bytes())
    );
    // What was read before a fault stands.
    let cut = stix(&address(
        "ipv4-addr",
        "<A:Address_Value>198.51.100.1</A:Address_Value>",
    ));
    let cut = cut.replace("</stix:STIX_Package>", "<broken");
    let (_, entries, problems) = seen(&cut);
    assert_eq!(
        (entries.len(), problems),
        (1, vec!["5 malformed_xml".to_owned()])
    );
}

#[test]
fn no_xml_expands_fetches_or_exhausts() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"1.2.3.4\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]><stix:STIX_Package><A:Address_Value>&c;</A:Address_Value></stix:STIX_Package>";
    let fetch = "<!DOCTYPE l SYSTEM \"http://198.51.100.1/x.dtd\"><stix:STIX_Package/>";
    let file = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><stix:STIX_Package/>";
    let small = "<stix:STIX_Package><!doctype l [<!ENTITY a \"1.2.3.4\">]><A:Address_Value>&a;</A:Address_Value></stix:STIX_Package>";
    for text in [laughs, fetch, file, small] {
        for text in [text.to_owned(), format!("\u{feff}{text}")] {
            let found = read(text.as_bytes());
            assert!(
                matches!(found, Err(ListError::RefusedXml { .. })),
                "{found:?}"
            );
        }
    }
    let value = address(
        "ipv4-addr",
        "<A:Address_Value>198.51.100.1</A:Address_Value>",
    );
    let deep = stix(&format!("{}{value}", "<a>".repeat(200_000)));
    let wide = stix(&format!("<a b=\"{}\"/>{value}", "x".repeat(2_000_000)));
    let many: String = (0..100_000).map(|n| format!(" a{n}=\"x\"")).collect();
    let many = stix(&format!(
        "<A:Address_Value{many}>198.51.100.1</A:Address_Value>"
    ));
    for text in [deep, wide, many] {
        assert_eq!(read(text.as_bytes()).unwrap().entries.len(), 1);
    }
}

#[test]
fn xml_in_other_encodings_is_read() {
    let text = stix(&address(
        "ipv4-addr",
        "<A:Address_Value>198.51.100.1</A:Address_Value>",
    ));
    let text = text.replace("?>", " encoding=\"x\"?><!-- \u{e9} -->");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
    for bytes in [
        [&[0xff, 0xfe][..], &little].concat(),
        [&[0xfe, 0xff][..], &big].concat(),
        little,
        big,
        latin,
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        text.replace('\n', "\r").into_bytes(),
    ] {
        let list = read(&bytes).unwrap();
        assert_eq!(
            (list.format, list.entries.len(), list.entries[0].line),
            (Format::Stix, 1, 3)
        );
    }
}

#[test]
fn what_is_no_list_is_an_error_with_a_word() {
    assert_eq!(read(b""), Err(ListError::Empty));
    assert_eq!(read(b"\xef\xbb\xbf \n"), Err(ListError::Empty));
    assert_eq!(read(b"{\"list\": []}"), Err(ListError::Json));
    assert_eq!(
        read(b"{\"name\":\"evil.example\"}\n{}\n"),
        Err(ListError::Json)
    );
    assert_eq!(read(b"{odd\n198.51.100.1\n").unwrap().entries.len(), 1);
    assert_eq!(read(b"<odd\n198.51.100.1\n").unwrap().entries.len(), 1);
    assert!(matches!(
        read(b"\x1f\x8bgarbage"),
        Err(ListError::Gzip { .. })
    ));
}

#[test]
fn packed_and_wide_text_is_read_too() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"198.51.100.1\n").unwrap();
    assert_eq!(read(&packed.finish().unwrap()).unwrap().entries.len(), 1);
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("198.51.100.1\r\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(read(&wide).unwrap().entries[0].text, "198.51.100.1");
    assert_eq!(
        read(b"\xef\xbb\xbf198.51.100.1\n").unwrap().entries.len(),
        1
    );
    assert_eq!(read(b"\xff\xff\n198.51.100.1\n").unwrap().entries.len(), 1);
}

#[test]
fn the_document_is_the_contracts() {
    let list = read(
        b"# x\n203.0.113.0/24\n203.0.113.9\n2001:db8::1\nevil.example\nbad line here\n10.0.0.0/8\n",
    )
    .unwrap();
    let doc = document(
        "a.txt",
        &list,
        &Checks::default(),
        &[
            "203.0.113.9".parse().unwrap(),
            "198.51.100.1".parse().unwrap(),
        ],
    );
    let numbers: Vec<i64> = ["entries", "ipv4", "cidr", "ipv6", "domains", "hashes"]
        .iter()
        .map(|k| doc[k].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [5, 1, 2, 1, 1, 0]);
    assert_eq!(
        (&doc["schema"], &doc["file"], &doc["format"]),
        (&"rebato.list/1".into(), &"a.txt".into(), &"txt".into())
    );
    assert_eq!(
        doc["problems"],
        serde_json::json!([{"line": 6, "what": "not_an_indicator", "text": "bad line here"}])
    );
    assert_eq!(
        doc["matches"],
        serde_json::json!([
            {"ip": "203.0.113.9", "entry": "203.0.113.0/24", "line": 2},
            {"ip": "203.0.113.9", "entry": "203.0.113.9", "line": 3}
        ])
    );
    let warned: Vec<&str> = doc["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["what"].as_str().unwrap())
        .collect();
    assert_eq!(
        warned,
        [
            "covers_private",
            "too_wide",
            "ipv6_not_supported",
            "domain_not_supported",
            "comment_lines",
            "covered"
        ]
    );
    assert_eq!(
        (
            &doc["warnings"][0]["entry"],
            &doc["warnings"][5]["other_line"]
        ),
        (&"10.0.0.0/8".into(), &2.into())
    );
    assert_eq!(doc["warning_counts"]["covers_private"], 1);
    let repeated = read("203.0.113.9\n".repeat(1_500).as_bytes()).unwrap();
    let doc = document(
        "a.txt",
        &repeated,
        &Checks::default(),
        &["203.0.113.9".parse().unwrap()],
    );
    assert_eq!(
        (
            doc["matches"].as_array().unwrap().len(),
            doc["matches_left_out"].as_i64()
        ),
        (1_000, Some(500))
    );
}

/// What stands before and after, and a line that is certainly good, for each format.
fn good_lines(ip: &str) -> Vec<(String, String, &'static str)> {
    let line = |before: &str, line: String| (before.to_owned(), line, "");
    vec![
        line("", ip.to_owned()),
        line("", format!("{ip} # a remark")),
        line("", format!("{ip} ; SBL1")),
        line("", format!("{ip}\t7")),
        line(
            "Indicator type, Indicator, Description\n",
            format!("IPv4, {ip}, x"),
        ),
        line(
            "ip, category, score, first_seen, last_seen, ports (|)\n",
            format!("{ip}, 1, 100, 2000-01-01, 2000-01-01,"),
        ),
        line(
            "\"first_seen\",\"dst_ip\",\"malware\"\n\"2026-01-01\",\"192.0.2.9\",\"x\"\n",
            format!("\"2026-01-01 00:00:00\",\"{ip}\",\"y\""),
        ),
        line(
            &format!("{}\n", ["192.0.2.250#4#2#x#US##0.0,0.0#3"; 60].join("\n")),
            format!("{ip}#4#2#x#US##0.0,0.0#3"),
        ),
        line(
            "{\"cidr\":\"192.0.2.0/24\",\"sblid\":\"SBL1\"}\n",
            format!("{{\"cidr\":\"{ip}/32\",\"sblid\":\"SBL2\"}}"),
        ),
        (
            "[\n\"192.0.2.1\",\n\"192.0.2.2\",\n\"192.0.2.3\",\n".into(),
            format!("\"{ip}\","),
            "\"192.0.2.4\"]",
        ),
    ]
}

fn holds(list: &List, ip: std::net::Ipv4Addr) -> bool {
    list.covering(ip.into()).next().is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), start in 0usize..12) {
        let starts: [&[u8]; 12] = [
            b"", b"<?xml version=\"1.0\"?><stix:STIX_Package><A:Address_Value condition=\"InclusiveBetween\">", b"Indicator type, Indicator, Description\n",
            b"ip, category, score\n", b"reportId, cidr, ip\n", b"\x1f\x8b\x08\0\0\0\0\0", b"\xff\xfe", b"1.2.3.4#1#2#3#4#5#6#7\n",
            b"[{\"ip\":\"1.2.3.4\"},", b"{\"list\":[\"1.2.3.4\",", b"{\"objects\":[{\"pattern\":\"[ipv4-addr:value = '1.2.3.4'", b"# ip,score\n1.2.3.4,1\n",
        ];
        let whole = [starts[start], &bytes].concat();
        if let Ok(list) = read(&whole) {
            let _ = document("x", &list, &Checks::default(), &["1.2.3.4".parse().unwrap()]);
            list.entries.iter().for_each(|entry| { let _ = entry.nets(); });
        }
    }

    #[test]
    fn no_bad_line_hides_a_good_one(ip in any::<u32>(), before in "[^\r\n]{0,60}", after in "[^\r\n]{0,60}", mark in any::<bool>()) {
        let ip = std::net::Ipv4Addr::from(ip);
        for (header, line, end) in good_lines(&ip.to_string()) {
            for ends in ["\n", "\r\n", "\r", "\0\n"] {
                let text = format!("{header}{before}\n{line}\n{after}\n{end}");
                let text = text.trim_end_matches('\n').replace('\n', ends);
                let text = if mark { format!("\u{feff}{text}") } else { text };
                let list = read(text.as_bytes()).unwrap();
                prop_assert!(holds(&list, ip), "{:?}: {:?}", list.format, text);
            }
        }
    }

    #[test]
    fn a_range_covers_what_it_says_and_nothing_else(a in any::<u32>(), b in any::<u32>(), probe in any::<u32>()) {
        let (first, last) = (std::net::Ipv4Addr::from(a.min(b)), std::net::Ipv4Addr::from(a.max(b)));
        let plain = read(format!("{first}-{last}\n").as_bytes()).unwrap();
        let xml = stix(&address("ipv4-addr", &format!("<A:Address_Value condition=\"InclusiveBetween\">{first}##comma##{last}</A:Address_Value>")));
        let xml = read(xml.as_bytes()).unwrap();
        for list in [&plain, &xml] {
            let entry = &list.entries[0];
            for ip in [probe, a, b, a.wrapping_sub(1), b.wrapping_add(1)] {
                let ip = std::net::Ipv4Addr::from(ip);
                let inside = first <= ip && ip <= last;
                prop_assert_eq!(entry.covers(ip.into()), inside);
                prop_assert_eq!(entry.nets().iter().any(|net| net.contains(&std::net::IpAddr::V4(ip))), inside);
            }
            prop_assert_eq!(entry.width(), u64::from(a.abs_diff(b)) + 1);
        }
    }

    #[test]
    fn a_network_is_read_back_as_it_was(ip in any::<u32>(), prefix in 0u8..=32) {
        let net = ipnet::Ipv4Net::new(ip.into(), prefix).unwrap().trunc();
        let list = read(net.to_string().as_bytes()).unwrap();
        prop_assert_eq!(&list.entries[0].indicator, &Indicator::Cidr(net));
        prop_assert_eq!(list.entries[0].nets(), vec![ipnet::IpNet::V4(net)]);
    }
}
