//! Lists of lines: TXT, the public lists like it (comments, further columns, ranges), and ALIEN_VAULT.
//! Must not decide which format a list is in.

use ipnet::Ipv4Net;

use super::read::bounded;
use super::{Entry, Format, Indicator, List, ListError, indicator};

/// Names of columns that hold what a list is about.
const COLUMN_NAMES: &[&str] = &[
    "ip",
    "ip_address",
    "ipaddress",
    "ip address",
    "ips",
    "address",
    "addr",
    "dst_ip",
    "src_ip",
    "dest_ip",
    "source_ip",
    "cidr",
    "network",
    "netblock",
    "netset",
    "subnet",
    "prefix",
    "ioc",
    "ioc_value",
    "indicator",
    "value",
    "domain",
    "host",
    "hostname",
    "start",
];

pub(super) fn txt(text: &str) -> Result<List, ListError> {
    let mut list = List::new(Format::Txt);
    let mut begun = false;
    let mut column = None;
    for (line, number) in text.lines().zip(1_u64..) {
        let line = line.trim();
        if line.is_empty()
            || line.starts_with('#')
            || line.starts_with(';')
            || line.starts_with("//")
        {
            continue;
        }
        let line = without_comment(line);
        if let Ok(found) = indicator::parse(line) {
            list.entries.push(Entry {
                line: number,
                text: line.to_owned(),
                indicator: found,
            });
        } else {
            let parts: Vec<&str> = line
                .split([',', ';', '\t', '|', ' '])
                .map(|p| p.trim().trim_matches('"'))
                .filter(|p| !p.is_empty())
                .collect();
            if !begun && let Some(found) = header(line) {
                column = Some(found);
            } else {
                columns(&mut list, number, line, &parts, column);
            }
        }
        begun = true;
        bounded(&list)?;
    }
    Ok(list)
}

/// The line without what follows a comment sign that has a space before it.
fn without_comment(line: &str) -> &str {
    if !line.bytes().any(|byte| matches!(byte, b' ' | b'\t')) {
        return line;
    }
    let cut = [" #", "\t#", " ;", "\t;", " //"]
        .iter()
        .filter_map(|sign| line.split_once(sign))
        .map(|(before, _)| before);
    cut.min_by_key(|before| before.len()).unwrap_or(line).trim()
}

/// The column that a header names, when the line is a header: words only, one of them known.
fn header(line: &str) -> Option<usize> {
    let separator = [',', ';', '\t', '|']
        .into_iter()
        .find(|s| line.contains(*s))?;
    line.split(separator).position(|name| {
        COLUMN_NAMES.contains(&name.trim().trim_matches('"').to_lowercase().as_str())
    })
}

/// A line of several columns: the column of the header, else the first that is an address, else the first that is anything.
fn columns(list: &mut List, number: u64, line: &str, parts: &[&str], column: Option<usize>) {
    if let Some((text, indicator)) = netblock(parts) {
        list.entries.push(Entry {
            line: number,
            text,
            indicator,
        });
        return;
    }
    // A hosts file names a domain behind the address that it sends it to.
    if let ["0.0.0.0" | "127.0.0.1", name] = parts
        && indicator::parse(name) == Ok(Indicator::Domain)
    {
        list.take(number, name);
        return;
    }
    let named = column
        .and_then(|at| line.split([',', ';', '\t', '|']).nth(at))
        .map(|p| p.trim().trim_matches('"'));
    let named = named.filter(|part| indicator::parse(part).is_ok());
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
    match named.or_else(address).or_else(first) {
        Some(part) => list.take(number, part),
        // The first part says best what is wrong with the line.
        None => list.problem(
            number,
            parts
                .first()
                .and_then(|p| indicator::parse(p).err())
                .unwrap_or("not_an_indicator"),
            line,
        ),
    }
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
    for (line, number) in text.lines().zip(1_u64..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        list.take(number, line.split('#').next().unwrap_or(line).trim());
        bounded(&list)?;
    }
    Ok(list)
}
