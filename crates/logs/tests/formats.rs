//! Flow logs in every dress, from others' files where the corpus lies beside the checkout and from text of our own.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

#[path = "common/corpus.rs"]
mod common;

use rebato_logs::{Questions, Scan};
use serde_json::{Value, json};

use common::corpus;

fn flows(bytes: &[u8]) -> Value {
    let mut scan = Scan::new(Questions::default());
    scan.flow_file("flows", bytes);
    scan.finish().flows()
}

fn only(document: &Value) -> Value {
    let rows = document["conversations"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{document}");
    rows.first().unwrap().clone()
}

/// What a row says, as far as every format says it.
fn said(row: &Value) -> Value {
    let towards_us = row["direction"] == "inbound";
    let (src, dst) = if towards_us {
        (&row["remote_ip"], &row["local_ip"])
    } else {
        (&row["local_ip"], &row["remote_ip"])
    };
    json!([
        src,
        dst,
        row["dst_port"],
        row["protocol"],
        row["packets"],
        row["bytes"],
        row["action"],
        row["first"],
        row["last"]
    ])
}

#[test]
fn records_say_what_sekoia_reads_in_them() {
    let Some(corpus) = corpus("vpcflow") else {
        return;
    };
    let folder = corpus.join("SEKOIA-IO__intake-formats/AWS/aws-flow-logs/tests");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let peer: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let document = flows(peer["input"]["message"].as_str().unwrap().as_bytes());
        assert_eq!(
            (&document["records"], &document["skipped"]),
            (&json!(1), &json!([])),
            "{path:?}"
        );
        let expected = &peer["expected"];
        if expected["source"].is_null() {
            assert_eq!(document["conversations"], json!([]), "{path:?}");
            continue;
        }
        let integer = |value: &Value| value.as_f64().map(|number| format!("{number:.0}"));
        let row = only(&document);
        assert_eq!(
            row["interface"], expected["observer"]["ingress"]["interface"]["name"],
            "{path:?}"
        );
        let protocol: f64 = expected["network"]["iana_number"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let theirs = json!([
            expected["source"]["ip"],
            expected["destination"]["ip"],
            integer(&expected["destination"]["port"]),
            format!("{protocol:.0}"),
            integer(&expected["source"]["packets"]),
            integer(&expected["source"]["bytes"]),
            expected["action"]["name"].as_str().unwrap().to_uppercase(),
            expected["event"]["start"],
            expected["event"]["end"]
        ]);
        let mut ours = said(&row);
        for at in 2..=5 {
            ours[at] = json!(integer(&ours[at]));
        }
        assert_eq!(ours, theirs, "{path:?}");
    }
}

#[test]
fn records_say_what_vector_reads_in_them() {
    let Some(corpus) = corpus("vpcflow") else {
        return;
    };
    let path = corpus.join("vectordotdev__vrl/docs/generated/parse_aws_vpc_flow_log.json");
    let peer: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for example in peer["examples"].as_array().unwrap() {
        let texts: Vec<&str> = example["source"]
            .as_str()
            .unwrap()
            .split('"')
            .skip(1)
            .step_by(2)
            .collect();
        let file = match texts.as_slice() {
            [record] => (*record).to_owned(),
            [record, format] => format!("{format}\n{record}\n"),
            other => panic!("{other:?}"),
        };
        let document = flows(file.as_bytes());
        assert_eq!(
            (&document["records"], &document["skipped"]),
            (&json!(1), &json!([])),
            "{example}"
        );
        let theirs = &example["return"];
        if theirs["srcaddr"].is_null() {
            assert_eq!(document["conversations"], json!([]), "{example}");
            continue;
        }
        let row = only(&document);
        let ours = said(&row);
        let time = |name: &str| {
            theirs[name]
                .as_i64()
                .map(|s| jiff::Timestamp::from_second(s).unwrap().to_string())
        };
        let number = |name: &str| theirs[name].as_u64().unwrap_or(0);
        let expected = json!([
            theirs["srcaddr"],
            theirs["dstaddr"],
            number("dstport"),
            number("protocol"),
            number("packets"),
            number("bytes"),
            theirs["action"],
            time("start"),
            time("end")
        ]);
        assert_eq!(ours, expected, "{example}");
        let interface = if theirs["interface_id"].is_null() {
            &theirs["resource_id"]
        } else {
            &theirs["interface_id"]
        };
        assert_eq!(&row["interface"], interface, "{example}");
    }
}

#[test]
fn ocsf_raw_rows_and_records_of_the_guide_are_read() {
    let Some(corpus) = corpus("vpcflow") else {
        return;
    };
    let raw = corpus
        .join("ocsf__examples/mappings/dataprepper/AWS/v1.1.0/VPC Flow/samples/vpcflowlog.raw");
    let row = only(&flows(&std::fs::read(raw).unwrap()));
    assert_eq!(
        (
            &row["remote_ip"],
            &row["local_port"],
            &row["action"],
            &row["direction"]
        ),
        (
            &json!("1.2.3.4"),
            &json!(39938),
            &json!("REJECT"),
            &json!("inbound")
        )
    );
    let guide = corpus.join("elastic__integrations/test-extra-samples.log");
    let document = flows(&std::fs::read(guide).unwrap());
    assert_eq!(
        (
            &document["records"],
            &document["matched"],
            &document["skipped"]
        ),
        (&json!(7), &json!(5), &json!([]))
    );
    let all =
        flows(&std::fs::read(corpus.join("elastic__integrations/test-v5-all-fields.log")).unwrap());
    let row = only(&all);
    assert_eq!(
        (&row["direction"], &row["remote_ip"], &row["bytes"]),
        (&json!("inbound"), &json!("89.160.20.156"), &json!(1))
    );
}

#[test]
fn gateways_have_no_interface_and_no_action() {
    let transit = "6 TransitGateway 111122223333 tgw-1 tgw-attach-1 111122223333 111122223333 vpc-1 vpc-2 subnet-1 subnet-2 eni-7 eni-8 \
        use1-az1 use1-az2 tgw-attach-2 10.1.0.5 10.2.0.9 40000 22 6 4 400 1766000000 1766000060 OK IPv4 0 0 0 0 2 us-east-1 ingress - -\n";
    let row = only(&flows(transit.as_bytes()));
    assert_eq!(
        (&row["interface"], &row["action"], &row["dst_port"]),
        (&json!("tgw-attach-1"), &Value::Null, &json!(22))
    );
    let ecs = "7 111122223333 - 203.0.113.4 10.0.0.5 40000 80 6 4 400 1766000000 1766000060 ACCEPT OK - - - 2 IPv4 - - - - - - - - ingress - \
        arn:aws:ecs:us-east-1:111122223333:cluster/c c - - t - s d a i\n";
    assert_eq!(only(&flows(ecs.as_bytes()))["interface"], Value::Null);
    let header = "interface-id resource-id srcaddr dstaddr dstport protocol start end action encryption-status next-hop-vpc-id a-field-of-tomorrow\n";
    let nat = format!(
        "{header}- nat-1 10.0.0.5 203.0.113.4 443 6 1766000000 1766000060 ACCEPT 3 vpc-1 x\n"
    );
    assert_eq!(only(&flows(nat.as_bytes()))["interface"], "nat-1");
    let both = format!(
        "{header}eni-1 nat-1 10.0.0.5 203.0.113.4 443 6 1766000000 1766000060 ACCEPT 3 vpc-1 x\n"
    );
    assert_eq!(only(&flows(both.as_bytes()))["interface"], "eni-1");
}

#[test]
fn one_record_is_the_same_in_every_dress() {
    let line = "2 111122223333 eni-1 203.0.113.4 10.0.0.5 40000 443 6 7 700 1766000000 1766000060 ACCEPT OK";
    let plain = only(&flows(line.as_bytes()));
    let dresses = [
        // A table of Athena, of a spreadsheet, with times as its engine shows them.
        "\"version\",\"account_id\",\"interface_id\",\"srcaddr\",\"dstaddr\",\"srcport\",\"dstport\",\"protocol\",\"packets\",\"bytes\",\"start\",\"end\",\"action\",\"log_status\"\n\
         \"2\",\"111122223333\",\"eni-1\",\"203.0.113.4\",\"10.0.0.5\",\"40000\",\"443\",\"6\",\"7\",\"700\",\"1766000000\",\"1766000060\",\"ACCEPT\",\"OK\"\n".to_owned(),
        "srcaddr;dstaddr;srcport;dstport;interfaceid;protocol;numpackets;numbytes;starttime;endtime;action;note\n\
         203.0.113.4;10.0.0.5;40000.0;443.0;eni-1;6;7;700;2025-12-17 19:33:20.000;2025-12-17T19:34:20Z;accept;\"a \"\"note\"\"; with marks\"\n".to_owned(),
        "interfaceId\tsrcAddr\tdstAddr\tdstPort\tprotocol\tpackets\tbytes\tstart\tend\taction\neni-1\t203.0.113.4\t10.0.0.5\t443\t6\t7\t700\t1766000000000\t1766000060000\tACCEPT\n".to_owned(),
        // JSON in each case of names, numbers as text, and in the envelopes of CloudWatch Logs.
        json!([{"interfaceId": "eni-1", "srcAddr": "203.0.113.4", "dstAddr": "10.0.0.5", "dstPort": "443", "protocol": "6.0", "packets": 7.0, "bytes": 700, "start": 1_766_000_000_000_i64, "end": "2025-12-17T19:34:20Z", "action": "ACCEPT"}]).to_string(),
        json!({"messageType": "DATA_MESSAGE", "logGroup": "g", "logStream": "eni-1-all", "logEvents": [{"id": "1", "timestamp": 1_766_000_000_000_i64, "message": line}]}).to_string(),
        json!({"results": [[{"field": "@timestamp", "value": "2025-12-17 19:33:20.000"}, {"field": "@message", "value": line}]]}).to_string(),
        json!([line]).to_string(),
        format!("2025-12-17T19:33:20.000Z {line}\r\n"),
        "${interface-id} ${srcaddr} ${dstaddr} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action}\neni-1 203.0.113.4 10.0.0.5 443 6 7 700 1766000000 1766000060 ACCEPT".to_owned(),
    ];
    for dress in dresses {
        let document = flows(dress.as_bytes());
        assert_eq!(document["skipped"], json!([]), "{dress}");
        assert_eq!(only(&document), plain, "{dress}");
    }
}

#[test]
fn a_bad_row_of_a_table_is_told_and_hides_no_other() {
    let text = "srcaddr,dstaddr,dstport\n203.0.113.4,10.0.0.5\nx,10.0.0.5,1\n203.0.113.4,10.0.0.5,80\n,,\n";
    let document = flows(text.as_bytes());
    assert_eq!(document["records"], 2);
    assert_eq!(
        document["skipped"][0]["why"],
        "2 lines are no records, the first is line 2"
    );
}

#[test]
fn parquet_of_pandas_says_what_its_reader_reads() {
    let Some(corpus) = corpus("vpcflow") else {
        return;
    };
    let file = std::fs::read(corpus.join("obsrvbl-oss__flowlogs-reader/tests/data/flows.parquet"))
        .unwrap();
    let document = flows(&file);
    // Numbers as text, `None` where there is no data, and the records of the project's own test.
    assert_eq!(
        (
            &document["records"],
            &document["matched"],
            &document["skipped"]
        ),
        (&json!(3), &json!(2), &json!([]))
    );
    let rows = document["conversations"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["interface"] == "eni-102010ab")
        .unwrap();
    assert_eq!(
        said(row),
        json!([
            "198.51.100.1",
            "192.0.2.1",
            49152,
            6,
            10,
            840,
            "ACCEPT",
            "2015-08-12T13:47:43Z",
            "2015-08-12T13:47:44Z"
        ])
    );
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, &file).unwrap();
    assert_eq!(flows(&gzip.finish().unwrap()), document);
    let cut = flows(&file[..file.len() - 100]);
    assert_eq!(
        cut["skipped"][0]["why"],
        "the Parquet file is cut: its footer is missing"
    );
}
