//! What the parquet crate writes is read back as it was, whatever the encoding; what is cut, damaged or a trap is told.

use std::sync::Arc;

use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use super::*;
use crate::Questions;

/// A row: interface, source, destination, destination port, bytes, start, action.
type Row = (Option<u8>, u8, Option<u8>, Option<u16>, u32, u32, bool);

const SCHEMA: &str = "message flows {
    optional binary interface_id (UTF8); required binary srcaddr (UTF8); optional binary dstaddr (UTF8);
    optional int32 dstport; required int64 bytes; required int64 start; required binary action (UTF8); }";

fn names(row: &Row) -> [Option<String>; 4] {
    [
        row.0.map(|n| format!("eni-{n}")),
        Some(format!("203.0.113.{}", row.1)),
        row.2.map(|n| format!("2001:db8::{n:x}")),
        Some(if row.6 { "ACCEPT" } else { "REJECT" }.to_owned()),
    ]
}

#[derive(Debug, Clone)]
struct Style {
    codec: Compression,
    second: bool,
    dictionary: bool,
    text: Encoding,
    number: Encoding,
    group: usize,
    page: usize,
}

fn write(rows: &[Row], style: &Style) -> Vec<u8> {
    let mut properties = WriterProperties::builder()
        .set_compression(style.codec)
        .set_writer_version(if style.second {
            WriterVersion::PARQUET_2_0
        } else {
            WriterVersion::PARQUET_1_0
        })
        .set_dictionary_enabled(style.dictionary)
        .set_dictionary_page_size_limit(200)
        .set_write_batch_size(style.page)
        .set_data_page_row_count_limit(style.page);
    if !style.dictionary {
        for name in ["interface_id", "srcaddr", "dstaddr", "action"] {
            properties = properties.set_column_encoding(name.into(), style.text);
        }
        for name in ["dstport", "bytes", "start"] {
            properties = properties.set_column_encoding(name.into(), style.number);
        }
    }
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut out = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut out, schema, Arc::new(properties.build())).unwrap();
    for rows in rows.chunks(style.group) {
        let mut group = writer.next_row_group().unwrap();
        let mut at = 0;
        while let Some(mut column) = group.next_column().unwrap() {
            let text = |n: usize| {
                rows.iter()
                    .map(|row| names(row)[n].clone())
                    .collect::<Vec<_>>()
            };
            let number = |n: usize| {
                rows.iter().map(move |row| match n {
                    3 => row.3.map(i64::from),
                    4 => Some(i64::from(row.4)),
                    _ => Some(i64::from(row.5)),
                })
            };
            match at {
                0..=2 | 6 => {
                    let values = text(at.min(3));
                    let levels: Vec<i16> = values.iter().map(|v| i16::from(v.is_some())).collect();
                    let there: Vec<ByteArray> = values
                        .into_iter()
                        .flatten()
                        .map(|v| v.as_str().into())
                        .collect();
                    let levels = (at == 0 || at == 2).then_some(levels);
                    column
                        .typed::<ByteArrayType>()
                        .write_batch(&there, levels.as_deref(), None)
                        .unwrap();
                }
                3 => {
                    let levels: Vec<i16> = number(3).map(|v| i16::from(v.is_some())).collect();
                    let there: Vec<i32> = number(3)
                        .flatten()
                        .map(|v| i32::try_from(v).unwrap())
                        .collect();
                    column
                        .typed::<Int32Type>()
                        .write_batch(&there, Some(&levels), None)
                        .unwrap();
                }
                n => {
                    let there: Vec<i64> = number(n).flatten().collect();
                    column
                        .typed::<Int64Type>()
                        .write_batch(&there, None, None)
                        .unwrap();
                }
            }
            column.close().unwrap();
            at += 1;
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    out
}

fn questions(interfaces: &[&str], only: &[&str], suspects: &[&str]) -> Questions {
    let ips = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    Questions {
        interfaces: interfaces.iter().map(|&name| name.to_owned()).collect(),
        only_ips: ips(only),
        suspects: ips(suspects),
        ..Questions::default()
    }
}

fn all(file: &[u8], questions: &Questions) -> (Vec<(String, u64)>, FileRead, Passed) {
    let mut seen = Vec::new();
    let (out, passed) = read(file, &Sift::of(questions), |record, line| {
        seen.push((format!("{record:?}"), line));
    });
    (seen, out, passed)
}

/// The same rows by way of the record that they stand for.
fn expected(rows: &[Row], questions: &Questions) -> Vec<(String, u64)> {
    let mut out = Vec::new();
    for (row, line) in rows.iter().zip(1..) {
        let [interface, src, dst, _] = names(row);
        let interface = interface.unwrap_or_default();
        let record = Record {
            interface: interface.as_bytes(),
            src: src.map(|ip| ip.parse().unwrap()),
            dst: dst.map(|ip| ip.parse().unwrap()),
            dst_port: row.3.unwrap_or_default(),
            bytes: u64::from(row.4),
            start: Some(i64::from(row.5)),
            accepted: Some(row.6),
            ..Record::default()
        };
        let has = |list: &[std::net::IpAddr]| {
            [record.src, record.dst]
                .iter()
                .flatten()
                .any(|ip| list.contains(ip))
        };
        let wanted = questions.interfaces.is_empty() || questions.interfaces.contains(&interface);
        let asked = questions.only_ips.is_empty() || has(&questions.only_ips);
        if asked && (wanted || has(&questions.suspects)) {
            out.push((format!("{record:?}"), line));
        }
    }
    out
}

fn style() -> impl Strategy<Value = Style> {
    let codec = prop::sample::select(vec![
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ]);
    let text = prop::sample::select(vec![
        Encoding::PLAIN,
        Encoding::DELTA_LENGTH_BYTE_ARRAY,
        Encoding::DELTA_BYTE_ARRAY,
    ]);
    let number = prop::sample::select(vec![
        Encoding::PLAIN,
        Encoding::DELTA_BINARY_PACKED,
        Encoding::BYTE_STREAM_SPLIT,
    ]);
    (
        codec,
        any::<bool>(),
        any::<bool>(),
        text,
        number,
        1..200usize,
        1..70usize,
    )
        .prop_map(
            |(codec, second, dictionary, text, number, group, page)| Style {
                codec,
                second,
                dictionary,
                text,
                number,
                group,
                page,
            },
        )
}

fn row() -> impl Strategy<Value = Row> {
    let maybe = |few: u8| prop::option::weighted(0.8, 0..few);
    (
        maybe(4),
        0..60u8,
        maybe(200),
        prop::option::weighted(0.7, any::<u16>()),
        any::<u32>(),
        any::<u32>(),
        any::<bool>(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_was_written_is_read_and_only_what_is_asked_for(rows in prop::collection::vec(row(), 1..400), style in style()) {
        let file = write(&rows, &style);
        for asked in [
            questions(&[], &[], &[]),
            questions(&["eni-1"], &[], &["203.0.113.7"]),
            questions(&["eni-1", "eni-2"], &["203.0.113.7", "2001:db8::5"], &[]),
            questions(&["eni-9"], &[], &["2001:db8::5"]),
            questions(&[], &["198.51.100.1"], &[]),
        ] {
            let (seen, out, passed) = all(&file, &asked);
            prop_assert_eq!(&out.cut, &Vec::<String>::new());
            prop_assert_eq!(&seen, &expected(&rows, &asked));
            let count = u64::try_from(rows.len()).unwrap();
            prop_assert_eq!((out.rows, out.bad), (count, 0));
            prop_assert_eq!(passed.rows, count - u64::try_from(seen.len()).unwrap());
        }
    }

    #[test]
    fn damage_is_survived(
        rows in prop::collection::vec(row(), 1..100),
        style in style(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut file = write(&rows, &style);
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        all(&file, &questions(&["eni-1"], &[], &["203.0.113.7"]));
        all(&file, &questions(&[], &[], &[]));
    }
}

fn plainly(group: usize) -> Style {
    Style {
        codec: Compression::GZIP(GzipLevel::default()),
        second: false,
        dictionary: true,
        text: Encoding::PLAIN,
        number: Encoding::PLAIN,
        group,
        page: 50,
    }
}

fn some_rows() -> Vec<Row> {
    (0..300u32)
        .map(|n| {
            (
                Some(u8::try_from(n % 3).unwrap()),
                7,
                Some(9),
                Some(443),
                n,
                1_766_000_000 + n,
                true,
            )
        })
        .collect()
}

#[test]
fn a_damaged_row_group_hides_no_other_and_is_named() {
    let mut file = write(&some_rows(), &plainly(100));
    let footer = Footer::read(&file).unwrap();
    let chunk = footer.groups[1].chunks[1].as_ref().unwrap().bytes;
    let at = chunk.as_ptr().addr() - file.as_ptr().addr();
    file[at..at + 4].copy_from_slice(b"\0\0\0\0");
    let (seen, out, _) = all(&file, &questions(&[], &[], &[]));
    assert_eq!(seen.len(), 200);
    assert_eq!((seen[99].1, seen[100].1), (100, 201));
    assert_eq!(
        out.cut,
        ["row group 2 (rows from 101): column srcaddr: a page is cut or damaged"]
    );
    let half = &file[..file.len() / 2];
    assert_eq!(
        all(half, &questions(&[], &[], &[])).1.cut,
        ["the Parquet file is cut: its footer is missing"]
    );
}

#[test]
fn passed_rows_are_counted_with_their_times() {
    let file = write(&some_rows(), &plainly(100));
    let (seen, out, passed) = all(&file, &questions(&["eni-8"], &[], &[]));
    assert_eq!((seen.len(), out.rows, passed.rows), (0, 300, 300));
}

#[test]
fn a_table_of_something_else_is_no_flow_log() {
    let schema = Arc::new(
        parse_message_type("message m { required int64 a; required int64 start; }").unwrap(),
    );
    let mut file = Vec::new();
    SerializedFileWriter::new(&mut file, schema, Arc::default())
        .unwrap()
        .close()
        .unwrap();
    let (_, out, _) = all(&file, &questions(&[], &[], &[]));
    assert_eq!(out.cut, ["no flow log: its columns are a, start, …"]);
}

#[test]
fn bombs_are_left_alone() {
    // A run of one value claims many rows in few bytes, and no writer of flow logs can be so short.
    let rows: Vec<Row> = vec![(Some(1), 7, Some(9), Some(443), 0, 0, true); 400_000];
    let file = write(
        &rows,
        &Style {
            page: 400_000,
            ..plainly(400_000)
        },
    );
    assert!(file.len() * 64 < rows.len());
    let (seen, out, _) = all(&file, &questions(&[], &[], &[]));
    assert_eq!(seen.len(), 0);
    assert_eq!(
        out.cut,
        ["row group 1 (rows from 1): it claims more rows than it can hold"]
    );
    // A page that says it is larger than a page may be, and one that inflates to more than it says.
    assert!(
        unpack::decompress(2, &[0; 20], unpack::PAGE + 1)
            .unwrap_err()
            .contains("too large")
    );
    let mut zeros = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut zeros, &vec![0; 1 << 20]).unwrap();
    assert!(
        unpack::decompress(2, &zeros.finish().unwrap(), 1_000)
            .unwrap_err()
            .contains("damaged")
    );
}
