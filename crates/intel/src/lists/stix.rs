//! STIX 1.x packages: addresses, domains and hashes of CybOX objects. XML with a document type or entities of its own is
//! refused, so nothing is ever fetched or expanded. Must not judge what an indicator is for.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::read::{MAX_ENTRIES, bounded};
use super::{Format, List, ListError};

/// What CybOX puts between the values of one field.
const DELIMITER: &str = "##comma##";

/// A field that is being read.
struct Field {
    line: u64,
    condition: String,
    delimiter: String,
    text: String,
}

pub(super) fn read(text: &str) -> Result<List, ListError> {
    let mut list = List::new(Format::Stix);
    let mut reader = Reader::from_str(text);
    // The AWS guide itself prints a start tag with a lost space, whose end tag then has another name.
    reader.config_mut().check_end_names = false;
    let mut lines = Lines {
        text,
        offset: 0,
        line: 1,
    };
    let mut category = None;
    let mut object = None;
    let mut field: Option<Field> = None;
    loop {
        let line = lines.at(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = local_name(&tag);
                if name == "Properties" || attribute(&tag, "category").is_some() {
                    category = attribute(&tag, "category");
                }
                if name == "Properties" {
                    object = attribute(&tag, "type");
                }
                if wanted(&name, category.as_deref(), object.as_deref()) {
                    field = Some(Field {
                        line,
                        condition: condition(&tag),
                        delimiter: attribute(&tag, "delimiter")
                            .filter(|d| !d.is_empty())
                            .unwrap_or_else(|| DELIMITER.into()),
                        text: String::new(),
                    });
                }
            }
            Ok(Event::Text(found)) => {
                if let Some(field) = &mut field {
                    field.text.push_str(&found);
                }
            }
            Ok(Event::CData(found)) => {
                if let Some(field) = &mut field {
                    field.text.push_str(&found);
                }
            }
            Ok(Event::GeneralRef(reference)) => {
                let known = match &*reference {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => reference.resolve_char_ref().ok().flatten(),
                };
                match (known, &mut field) {
                    (Some(known), Some(field)) => field.text.push(known),
                    (Some(_), None) => {}
                    (None, _) => {
                        return Err(ListError::RefusedXml {
                            line,
                            what: "an entity of its own".into(),
                        });
                    }
                }
            }
            Ok(Event::End(_)) => {
                if let Some(field) = field.take() {
                    take(&mut list, &field);
                    bounded(&list)?;
                }
            }
            Ok(Event::DocType(_)) => {
                return Err(ListError::RefusedXml {
                    line,
                    what: "a document type declaration".into(),
                });
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                // What was read stands; what comes after the fault cannot be told apart.
                list.problem(
                    lines.at(reader.error_position()),
                    "malformed_xml",
                    &error.to_string(),
                );
                break;
            }
        }
    }
    Ok(list)
}

/// Whether a field holds what a list is made of.
fn wanted(name: &str, category: Option<&str>, object: Option<&str>) -> bool {
    if name.starts_with("Address_Value") {
        return category.is_none_or(|c| {
            matches!(
                c,
                "ipv4-addr" | "ipv4-net" | "ipv4-netmask" | "ipv6-addr" | "ipv6-net" | "cidr"
            )
        });
    }
    match name {
        "Value" => object.is_some_and(|o| o.contains("DomainName") || o.contains("Hostname")),
        "Simple_Hash_Value" => true,
        "Hostname_Value" => true,
        _ => false,
    }
}

/// The condition, also from a start tag whose space before it was lost.
fn condition(tag: &BytesStart<'_>) -> String {
    attribute(tag, "condition").unwrap_or_else(|| {
        if tag.contains("InclusiveBetween") {
            "InclusiveBetween".into()
        } else {
            "Equals".into()
        }
    })
}

fn take(list: &mut List, field: &Field) {
    let text = field.text.trim();
    let values: Vec<&str> = text
        .split(field.delimiter.as_str())
        .flat_map(|part| part.split(DELIMITER))
        .map(str::trim)
        .filter(|v| !v.is_empty())
        .take(MAX_ENTRIES + 1)
        .collect();
    match (field.condition.as_str(), values.as_slice()) {
        ("InclusiveBetween", [first, last]) => match (first.parse(), last.parse()) {
            (Ok(first), Ok(last)) if first <= last => {
                let indicator = super::range(first, last);
                list.push(field.line, text, indicator, None);
            }
            (Ok(_), Ok(_)) => list.problem(field.line, "reversed_range", text),
            _ => list.problem(field.line, "not_an_indicator", text),
        },
        ("InclusiveBetween", _) => list.problem(field.line, "not_an_indicator", text),
        ("Equals", []) => list.problem(field.line, "not_an_indicator", text),
        ("Equals", values) => values.iter().for_each(|value| list.take(field.line, value)),
        _ => list.problem(
            field.line,
            "unsupported_condition",
            &format!("{} {text}", field.condition),
        ),
    }
}

/// A name without its prefix.
fn local_name(tag: &BytesStart<'_>) -> String {
    let name = tag.name();
    let name: &str = name.as_ref();
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

/// An attribute by its name without prefix. Only the predefined entities are resolved.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    // Without the search for repeated names: it compares each with all before it, and a tag may have a million.
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    attributes.flatten().find_map(|attribute| {
        let key: &str = attribute.key.as_ref();
        (key.rsplit(':').next() == Some(name)).then(|| attribute.value.to_string())
    })
}

/// Line numbers for growing offsets.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(self.text.len());
        if let Some(passed) = self.text.as_bytes().get(self.offset..offset) {
            let next = self.text.as_bytes().get(offset).copied();
            self.line += super::lines::ends(passed, next);
            self.offset = offset;
        }
        self.line
    }
}
