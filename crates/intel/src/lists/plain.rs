//! Lists of lines: TXT, the public lists like it (comments, further columns, ranges, hosts files), and ALIEN_VAULT.
//! Must not decide which format a list is in, but for which of the lines it turned out to be.

use ipnet::Ipv4Net;

use super::columns::{SEPARATORS, fields};
use super::csv::is_comment;
use super::lines::{lines, trim};
use super::names::{Meaning, meaning};
use super::read::bounded;
use super::{Format, Indicator, List, ListError, Note, indicator};

/// So many columns of a line are looked at.
const MAX_PARTS: usize = 1_000;

/// How the lines of a list are made.
#[derive(Default)]
struct Lines {
    alone: usize,
    remarked: usize,
    columns: usize,
    hosts: usize,
}

pub(super) fn txt(text: &str) -> Result<List, ListError> {
    let mut list = List::new(Format::Txt);
    let mut seen = Lines::default();
    let mut begun = false;
    for (number, line) in lines(text) {
        let line = trim(line);
        if line.is_empty() {
            continue;
        }
        if is_comment(line) {
            list.comment(number, line);
            continue;
        }
        let (entry, remark) = without_comment(line);
        if let Ok(found) = indicator::parse(entry) {
            let note = Note::of(None, Some(remark));
            if note.is_some() {
                seen.remarked += 1;
                list.form.trailing.add(number);
            } else {
                seen.alone += 1;
            }
            list.push(number, entry, found, note);
        } else if !begun && is_header(entry) {
            list.form.header.add(number);
        } else {
            columns(&mut list, &mut seen, number, entry);
        }
        begun = true;
        bounded(&list)?;
    }
    let all = seen.alone + seen.remarked + seen.columns + seen.hosts;
    list.format = if seen.hosts * 2 > all {
        Format::Hosts
    } else if (seen.columns + seen.hosts) * 2 > all {
        Format::Csv
    } else if seen.remarked * 2 > all {
        Format::Netset
    } else {
        Format::Txt
    };
    Ok(list)
}

/// The line without what follows a comment sign that has a space or an entry before it, and that.
fn without_comment(line: &str) -> (&str, &str) {
    let is_spaced = line.bytes().any(|byte| matches!(byte, b' ' | b'\t'));
    let spaced = [" #", "\t#", " ;", "\t;", " //"]
        .iter()
        .filter(|_| is_spaced)
        .filter_map(|sign| line.split_once(sign))
        .min_by_key(|(before, _)| before.len());
    let tight = || {
        line.split_once('#')
            .filter(|(before, _)| indicator::parse(before).is_ok())
    };
    spaced
        .or_else(tight)
        .map_or((line, ""), |(before, after)| (trim(before), trim(after)))
}

/// Whether the first line names what the lines below hold.
fn is_header(line: &str) -> bool {
    let names = |separator| fields(line, separator).0;
    let tells = |name: &String| {
        matches!(
            meaning(name),
            Some(Meaning::Value(_) | Meaning::First | Meaning::Url)
        )
    };
    let is_entry = |name: &String| indicator::parse(name).is_ok();
    meaning(line).is_some()
        || SEPARATORS.into_iter().any(|separator| {
            let names = names(separator);
            names.iter().any(tells) && !names.iter().any(is_entry)
        })
}

/// A line of several columns: the first that is an address, else the first of them when it is anything.
fn columns(list: &mut List, seen: &mut Lines, number: u64, line: &str) {
    let parts: Vec<&str> = line
        .split([',', ';', '\t', '|', ' ', '\0'])
        .map(|part| trim(part).trim_matches('"'))
        .filter(|part| !part.is_empty())
        .take(MAX_PARTS)
        .collect();
    let more = parts.len() > 1;
    if let Some((text, indicator)) = netblock(&parts) {
        seen.columns += 1;
        list.form.trailing.add(number);
        return list.push(number, &text, indicator, None);
    }
    // A hosts file names a domain behind the address that it sends it to.
    if let ["0.0.0.0" | "127.0.0.1" | "::" | "::1", name] = *parts.as_slice()
        && indicator::parse(name) == Ok(Indicator::Domain)
    {
        seen.hosts += 1;
        list.form.trailing.add(number);
        return list.take(number, name);
    }
    let address = || {
        parts
            .iter()
            .copied()
            .find(|part| indicator::parse(part).is_ok_and(|found| found.is_address()))
    };
    let first = || {
        parts
            .first()
            .copied()
            .filter(|part| indicator::parse(part).is_ok())
    };
    let Some(part) = address().or_else(first) else {
        // The first part says best what is wrong with the line.
        let what = parts.first().and_then(|part| indicator::parse(part).err());
        return list.problem(number, what.unwrap_or("not_an_indicator"), line);
    };
    if more {
        seen.columns += 1;
        list.form.trailing.add(number);
    } else {
        seen.alone += 1;
    }
    // Of two columns the second is a score when it is a number, and else what is said about it.
    let second = match *parts.as_slice() {
        [first, second] if first == part => Some(second),
        _ => None,
    };
    let is_number = second.is_some_and(|text| text.parse::<f64>().is_ok_and(f64::is_finite));
    let note = if is_number {
        Note::of(second, None)
    } else {
        Note::of(None, second)
    };
    list.take_noted(number, part, note);
}

/// `first last prefix …`, as DShield writes its blocks; the three must agree.
fn netblock(parts: &[&str]) -> Option<(String, Indicator)> {
    let [first, last, prefix, ..] = parts else {
        return None;
    };
    let net = Ipv4Net::new(first.parse().ok()?, prefix.parse().ok()?).ok()?;
    let agree = net.addr() == net.network() && Ok(net.broadcast()) == last.parse();
    agree.then(|| (format!("{first}-{last}"), Indicator::Cidr(net)))
}

pub(super) fn alien_vault(text: &str) -> Result<List, ListError> {
    let mut list = List::new(Format::AlienVault);
    for (number, line) in lines(text) {
        let line = trim(line);
        if line.is_empty() {
            continue;
        }
        if line.starts_with('#') {
            list.comment(number, line);
            continue;
        }
        // ip#reliability#risk#type#…
        let mut parts = line.split('#').map(trim);
        let ip = parts.next().unwrap_or(line);
        let note = Note::of(parts.next(), parts.nth(1));
        list.take_noted(number, ip, note);
        bounded(&list)?;
    }
    Ok(list)
}
