//! Lines and rows of every dress, good ones beside bad ones.

use super::*;

/// Takes every record as text.
#[derive(Default)]
struct All(Vec<(String, u64)>);

impl Sink for All {
    fn way(&self) -> Way {
        Way::Whole
    }

    fn glance(&mut self, _: &Glance<'_>) -> bool {
        true
    }

    fn record(&mut self, r: &Record<'_>, line: u64) {
        let ip = |ip: Option<IpAddr>| ip.map_or("-".to_owned(), |ip| ip.to_string());
        let text = format!(
            "{} {} {} {} {} {} {} {} {:?} {:?} {:?} {:?}",
            String::from_utf8_lossy(r.interface),
            ip(r.src),
            ip(r.dst),
            r.src_port,
            r.dst_port,
            r.protocol,
            r.packets,
            r.bytes,
            r.start,
            r.accepted,
            r.flags,
            r.ingress
        );
        self.0.push((text, line));
    }
}

fn all(bytes: &[u8]) -> (Vec<(String, u64)>, FileRead) {
    let mut seen = All::default();
    let read = read(&mut Inflater::default(), bytes, &mut seen);
    (seen.0, read)
}

#[test]
fn the_default_format_needs_no_header_and_bad_lines_hide_no_good_ones() {
    let text = b"2 111122223333 eni-1 198.51.100.7 10.0.0.5 40000 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n\
        rubbish\n2 1 eni-1 1.2.3 10.0.0.5 40000 22 6 20 4249 1418530010 1418530070 ACCEPT OK\r\n\n\
        2 1 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n2 1 eni-1 2001:db8::1 2001:db8::2 34892 22 6 54 8855 1 2 REJECT OK";
    let (seen, read) = all(text);
    assert_eq!(
        seen[0],
        (
            "eni-1 198.51.100.7 10.0.0.5 40000 22 6 20 4249 Some(1418530010) Some(true) None None"
                .to_owned(),
            1
        )
    );
    assert_eq!(seen[1].1, 5);
    assert_eq!(
        seen[2],
        (
            "eni-1 2001:db8::1 2001:db8::2 34892 22 6 54 8855 Some(1) Some(false) None None"
                .to_owned(),
            6
        )
    );
    assert_eq!((read.rows, read.bad, read.first_bad), (3, 2, Some(2)));
}

#[test]
fn a_header_sets_the_order_and_may_come_again() {
    let text = b"action bytes packets dstaddr dstport end flow-direction interface-id srcaddr srcport start tcp-flags protocol\n\
        ACCEPT 100 2 10.0.0.5 443 60 ingress eni-2 198.51.100.7 40000 1 3 6\n\
        ${srcaddr} ${dstaddr} ${interface_id}\n198.51.100.8 10.0.0.5 eni-3\n198.51.100.8 10.0.0.5\n";
    let (seen, read) = all(text);
    assert_eq!(
        seen[0].0,
        "eni-2 198.51.100.7 10.0.0.5 40000 443 6 2 100 Some(1) Some(true) Some(3) Some(true)"
    );
    assert_eq!(
        seen[1].0,
        "eni-3 198.51.100.8 10.0.0.5 0 0 0 0 0 None None None None"
    );
    assert_eq!((read.rows, read.bad), (2, 1));
}

#[test]
fn rows_of_json_with_floats_and_wrapped_lines() {
    let text = br#"{"version":5,"interface_id":"eni-4","srcaddr":"198.51.100.7","dstaddr":"10.0.0.5","srcport":25238.0,"dstport":8080.0,"protocol":6.0,"packets":5.0,"bytes":412.0,"start":1726491185,"end":1726491211,"action":"ACCEPT","log_status":"OK","tcp_flags":3.0,"flow_direction":"ingress","traffic_path":null}
{"message":"2 1 eni-5 198.51.100.7 10.0.0.5 1 2 17 1 1 1 2 ACCEPT OK","timestamp":1}
{"broken
[{"interface-id":"eni-6","srcaddr":"198.51.100.9","dstaddr":"10.0.0.5","action":"REJECT"}]"#;
    let (seen, read) = all(text);
    assert_eq!(
        seen[0].0,
        "eni-4 198.51.100.7 10.0.0.5 25238 8080 6 5 412 Some(1726491185) Some(true) Some(3) Some(true)"
    );
    assert!(
        seen[1].0.starts_with("eni-5 198.51.100.7") && seen[2].0.starts_with("eni-6 198.51.100.9")
    );
    assert_eq!(read.rows, 3);
    assert_eq!(read.cut.len(), 1, "{:?}", read.cut);
}

/// Takes the packets' own addresses.
#[derive(Default)]
struct Ends(Vec<String>);

impl Sink for Ends {
    fn way(&self) -> Way {
        Way::Whole
    }

    fn glance(&mut self, _: &Glance<'_>) -> bool {
        true
    }

    fn record(&mut self, r: &Record<'_>, _: u64) {
        let ip = |ip: Option<IpAddr>| ip.map_or("-".to_owned(), |ip| ip.to_string());
        self.0.push(format!("{} {}", ip(r.pkt_src), ip(r.pkt_dst)));
    }
}

/// What a fix makes is what this reader needs: every field that a verdict asks for is in the format, and is read from it.
#[test]
fn the_format_of_our_own_flow_logs_is_read_whole() {
    let header = rebato_core::harden::flow_log_format().replace(['$', '{', '}'], "");
    let value = |field: &str| match field {
        "version" => "5",
        "interface-id" => "eni-7",
        // What stands between has an address of its own.
        "srcaddr" => "10.0.9.9",
        "pkt-srcaddr" => "198.51.100.7",
        "dstaddr" | "pkt-dstaddr" => "10.0.0.5",
        "srcport" => "40000",
        "dstport" => "22",
        "protocol" => "6",
        "packets" => "20",
        "bytes" => "4249",
        "start" => "1418530010",
        "end" => "1418530070",
        "action" => "ACCEPT",
        "log-status" => "OK",
        "tcp-flags" => "3",
        "flow-direction" => "ingress",
        _ => "x",
    };
    let row: Vec<&str> = header.split(' ').map(value).collect();
    let text = format!("{header}\n{}\n", row.join(" "));
    let (seen, read) = all(text.as_bytes());
    assert_eq!(
        seen[0].0,
        "eni-7 10.0.9.9 10.0.0.5 40000 22 6 20 4249 Some(1418530010) Some(true) Some(3) Some(true)"
    );
    let mut ends = Ends::default();
    super::read(&mut Inflater::default(), text.as_bytes(), &mut ends);
    assert_eq!(ends.0, ["198.51.100.7 10.0.0.5"]);
    assert_eq!((read.rows, read.bad), (1, 0));
}
