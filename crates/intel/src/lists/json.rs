//! Public lists in JSON, one value or one a line: DROP, Feodo, MISP warning lists, STIX 2 bundles, OTX pulses, providers' own
//! ranges, and any list of addresses or of objects that name one. What a field means is told by its name and not by the file.
//! Must not look at what stands around a list of that kind.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::names::{Meaning, meaning};
use super::read::bounded;
use super::tokens::{Token, Tokens};
use super::{Format, List, ListError, Note, Problem, csv, date, indicator, stix2};

/// Values within one another; no list needs so many.
const MAX_DEPTH: usize = 64;
/// Fields of one object that are kept.
const MAX_FIELDS: usize = 64;

/// Names of arrays whose strings are the entries, beside those of values.
const LISTS: &[&str] = &[
    "list",
    "addresses",
    "ipv4addresses",
    "ipv6addresses",
    "ipv4cidrs",
    "ipv6cidrs",
    "prefixes",
    "addressprefixes",
    "networks",
    "subnets",
    "ranges",
    "domains",
    "hosts",
    "hostnames",
    "blocklist",
    "blacklist",
    "denylist",
    "indicators",
    "iocs",
    "entries",
    "items",
    "values",
    "data",
    "results",
];

/// Names that tell one kind of list from another.
const TELLING: &[&str] = &[
    "sblid",
    "matching_attributes",
    "pattern",
    "spec_version",
    "ip_address",
    "malware",
    "indicators",
    "indicator",
];

/// A field of an object that is of use.
struct Field<'a> {
    meaning: Meaning,
    value: Cow<'a, str>,
    line: u64,
}

/// An object or array that is being read.
enum Frame<'a> {
    Object {
        /// A string that may turn out to be a key, and its line.
        waiting: Option<(u64, Cow<'a, str>)>,
        key: Option<(u64, Cow<'a, str>)>,
        fields: Vec<Field<'a>>,
    },
    Array {
        /// The key it stands under; none at the top.
        name: Option<Cow<'a, str>>,
        /// Whether it stands in another one: then it is a row.
        is_row: bool,
    },
}

struct Reader<'a> {
    list: List,
    open: Vec<Frame<'a>>,
    told: BTreeSet<&'static str>,
    /// The last line with a fault; 0 when there is none.
    fault: u64,
}

/// Reads a text as JSON, and whether it is JSON without a fault. Else another reader may find more in it.
pub(super) fn read(text: &str) -> Result<(List, bool), ListError> {
    let mut reader = Reader {
        list: List::new(Format::Json),
        open: Vec::new(),
        told: BTreeSet::new(),
        fault: 0,
    };
    let mut last = 1;
    for (line, token) in Tokens::new(text) {
        last = line;
        if reader.open.len() > MAX_DEPTH {
            // So many ends are missing that what follows stands better for itself.
            reader.fault(line, "");
            reader.end();
        }
        reader.token(line, token);
        bounded(&reader.list)?;
    }
    if !reader.open.is_empty() {
        reader.fault(last, "");
    }
    reader.end();
    if reader.fault == 0 && reader.list.entries.is_empty() && reader.list.problems.is_empty() {
        return Err(ListError::Json);
    }
    reader.list.format = reader.format();
    let problems = &mut reader.list.problems;
    problems.sort_by_key(|problem| (problem.line, problem.what));
    let again = |a: &Problem, b: &Problem| {
        a.line == b.line && a.what == b.what && a.what == "malformed_json"
    };
    problems.dedup_by(|a, b| again(a, b));
    Ok((reader.list, reader.fault == 0))
}

impl<'a> Reader<'a> {
    fn token(&mut self, line: u64, token: Token<'a>) {
        match token {
            Token::OpenObject => {
                // Without a key before it, the object around it has lost its end.
                if self.key().is_none() && matches!(self.open.last(), Some(Frame::Object { .. })) {
                    self.fault(line, "{");
                    self.close(line, |frame| matches!(frame, Frame::Object { .. }));
                }
                self.open.push(Frame::Object {
                    waiting: None,
                    key: None,
                    fields: Vec::new(),
                });
            }
            Token::OpenArray => {
                let is_row = matches!(self.open.last(), Some(Frame::Array { .. }));
                let name = match self.open.last() {
                    Some(Frame::Array { name, .. }) => name.clone(),
                    _ => self.key(),
                };
                self.open.push(Frame::Array { name, is_row });
            }
            Token::CloseObject => self.close(line, |frame| matches!(frame, Frame::Object { .. })),
            Token::CloseArray => self.close(line, |frame| matches!(frame, Frame::Array { .. })),
            Token::Colon => match self.open.last_mut() {
                Some(Frame::Object { waiting, key, .. }) if waiting.is_some() => {
                    *key = waiting.take();
                    if let Some((line, key)) = key.as_ref().filter(|(_, key)| is_address(key)) {
                        self.list.take(*line, key);
                    }
                }
                _ => self.fault(line, ":"),
            },
            Token::Comma => self.element(),
            Token::Text(text) => self.scalar(line, text, true),
            Token::Broken(text) => {
                self.fault(line, text);
                self.scalar(line, Cow::Borrowed(text), false);
            }
            Token::Word(word) => {
                // A key without quotes.
                let (word, colon) = match word.strip_suffix(':') {
                    Some(word) if !is_address(word) => (word, true),
                    _ => (word, false),
                };
                let known =
                    matches!(word, "true" | "false" | "null") || word.parse::<f64>().is_ok();
                if !known && !colon && !is_address(word) {
                    self.fault(line, word);
                }
                if word != "null" {
                    self.scalar(line, Cow::Borrowed(word), false);
                }
                if colon {
                    self.token(line, Token::Colon);
                }
            }
        }
    }

    /// Ends whatever is open.
    fn end(&mut self) {
        while let Some(frame) = self.open.pop() {
            self.done(frame);
        }
    }

    /// The key that waits for its value.
    fn key(&mut self) -> Option<Cow<'a, str>> {
        match self.open.last_mut() {
            Some(Frame::Object { key, .. }) => key.take().map(|(_, key)| key),
            _ => None,
        }
    }

    fn scalar(&mut self, line: u64, text: Cow<'a, str>, is_text: bool) {
        match self.open.last_mut() {
            Some(Frame::Object {
                waiting,
                key,
                fields,
            }) => {
                // A value on another line than its key is the next line's entry where the key has lost its own.
                let key = key.take();
                if is_address(&text) && key.as_ref().is_some_and(|(of, _)| *of != line) {
                    return self.list.take(line, &text);
                }
                let Some((_, key)) = key else {
                    if let Some((line, lost)) = waiting.replace((line, text)) {
                        self.stray(line, &lost);
                    }
                    return;
                };
                if let Some(telling) = TELLING.iter().find(|name| **name == key) {
                    self.told.insert(telling);
                }
                if let Some(meaning) = meaning(&key)
                    && fields.len() < MAX_FIELDS
                {
                    fields.push(Field {
                        meaning,
                        value: text,
                        line,
                    });
                } else if is_address(&text) && fields.len() >= MAX_FIELDS {
                    self.list.take(line, &text);
                }
            }
            Some(Frame::Array { name, is_row }) => {
                let is_list = !*is_row && name.as_deref().is_none_or(is_list);
                if let Some(telling) = TELLING.iter().find(|t| name.as_deref() == Some(**t)) {
                    self.told.insert(telling);
                }
                if is_address(&text) || (is_text && is_list) {
                    self.list.take(line, &text);
                }
            }
            None => self.stray(line, &text),
        }
    }

    /// What stands where nothing should is taken when it is an address.
    fn stray(&mut self, line: u64, text: &str) {
        if is_address(text) {
            self.list.take(line, text);
        } else {
            self.fault(line, text);
        }
    }

    /// At a comma or an end: a string of an object that has become no key.
    fn element(&mut self) {
        if let Some(Frame::Object { waiting, key, .. }) = self.open.last_mut() {
            *key = None;
            if let Some((line, lost)) = waiting.take() {
                self.stray(line, &lost);
            }
        }
    }

    fn close(&mut self, line: u64, fits: fn(&Frame<'_>) -> bool) {
        self.element();
        let Some(at) = self.open.iter().rposition(fits) else {
            return self.fault(line, "");
        };
        if at + 1 != self.open.len() {
            self.fault(line, "");
        }
        for frame in self.open.split_off(at).into_iter().rev() {
            self.done(frame);
        }
    }

    fn fault(&mut self, line: u64, text: &str) {
        if self.fault != line {
            self.fault = line;
            self.list.problem(line, "malformed_json", text);
        }
    }

    /// An object at its end: one entry, or what is wrong with it.
    fn done(&mut self, frame: Frame<'a>) {
        let Frame::Object {
            mut fields,
            waiting,
            ..
        } = frame
        else {
            return;
        };
        if let Some((line, lost)) = waiting {
            self.stray(line, &lost);
        }
        fields.sort_by_key(|field| field.meaning);
        let one = |wanted: Meaning| fields.iter().find(|field| field.meaning == wanted);
        let text = |wanted: Meaning| one(wanted).map(|field| field.value.as_ref());
        let label = fields
            .iter()
            .find(|field| matches!(field.meaning, Meaning::Label(_)))
            .map(|field| field.value.as_ref());
        let note = Note::of(text(Meaning::Score), label);
        let list = &mut self.list;
        for when in fields.iter().filter(|f| f.meaning == Meaning::Date) {
            list.dated(date::of_field(&when.value));
        }
        let values = || {
            fields
                .iter()
                .filter(|f| matches!(f.meaning, Meaning::Value(_)) && !f.value.is_empty())
        };
        let about = one(Meaning::Pattern).or_else(|| values().next());
        if let Some(about) = about.filter(|_| text(Meaning::Revoked) == Some("true")) {
            return list.problem(about.line, "revoked", &about.value);
        }
        if let Some(pattern) = one(Meaning::Pattern) {
            return stix2::take(list, pattern.line, &pattern.value, note.as_ref());
        }
        let good = values().find_map(|field| Some((field, part(&field.value)?)));
        // The domain beside the number of a network is that of its holder.
        let is_holder = |part: &str| one(Meaning::Network).is_some() && !is_address(part);
        if let Some((field, part)) = good {
            if is_holder(part) && text(Meaning::Kind).is_none() {
                return list.problem(field.line, "unsupported_type", &field.value);
            }
            return list.take_noted(field.line, part, note);
        }
        if let Some(indicator) = csv::ends(text(Meaning::First), text(Meaning::Last)) {
            let ends = [Meaning::First, Meaning::Last].map(|end| text(end).unwrap_or_default());
            let line = one(Meaning::First).map_or(0, |first| first.line);
            return list.push(line, &ends.join("-"), indicator, note);
        }
        let url = one(Meaning::Url);
        if let Some((url, host)) = url.and_then(|url| Some((url, indicator::host(&url.value)?))) {
            return list.take_noted(url.line, host, note);
        }
        if let Some(field) = values().next().or(url) {
            match indicator::parse(&field.value) {
                Err(what) if text(Meaning::Kind).is_none() => {
                    list.problem(field.line, what, &field.value);
                }
                _ => list.problem(field.line, "unsupported_type", &field.value),
            }
        }
    }

    fn format(&self) -> Format {
        let told = |name| self.told.contains(name);
        if told("pattern") || told("spec_version") {
            Format::Stix2
        } else if told("matching_attributes") {
            Format::MispWarninglist
        } else if told("sblid") {
            Format::DropJson
        } else if told("ip_address") && told("malware") {
            Format::FeodoJson
        } else {
            Format::Json
        }
    }
}

/// What an entry is of a value: of `198.51.100.1|443` and the like the address, else the first that can be read.
fn part(value: &str) -> Option<&str> {
    if indicator::parse(value).is_ok() {
        return Some(value);
    }
    let good = |part: &&str| indicator::parse(part).is_ok();
    value
        .split('|')
        .find(|part| is_address(part))
        .or_else(|| value.split('|').find(good))
}

fn is_address(text: &str) -> bool {
    indicator::parse(text).is_ok_and(|found| found.is_address())
}

fn is_list(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect();
    LISTS.contains(&plain.as_str()) || matches!(meaning(name), Some(Meaning::Value(_)))
}
