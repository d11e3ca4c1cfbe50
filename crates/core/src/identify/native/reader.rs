//! Reads members and remembers those that are there and unreadable. Must not know which members there are.

use std::net::IpAddr;

use crate::identify::json::{Node, at, get, list, number, text, whole};

/// Elements of one list that are read. GuardDuty keeps to far fewer; what is cut off is a problem of the finding.
const MOST_ITEMS: usize = 1000;

/// Problems of one finding that are listed.
const MOST_PROBLEMS: usize = 50;

#[derive(Default)]
pub(super) struct Reader {
    problems: Vec<String>,
    more: usize,
    within: Vec<Step>,
}

/// A step on the way to a member.
#[derive(Clone, Copy)]
enum Step {
    Member(&'static str),
    Item(usize),
}

impl Reader {
    /// Reads what lies under a member: problems are told with the whole path.
    pub(super) fn under<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.within.push(Step::Member(name));
        let out = read(self);
        self.within.pop();
        out
    }

    /// Reads each element of a list, as far as lists are read. Something else than a list is a problem.
    pub(super) fn each<'n, 'a>(
        &mut self,
        node: &'n Node<'a>,
        name: &'static str,
        mut read: impl FnMut(&mut Self, &'n Node<'a>),
    ) {
        let items = self.items(node, name);
        self.within.push(Step::Member(name));
        for (n, item) in items.iter().enumerate() {
            self.within.push(Step::Item(n));
            read(self, item);
            self.within.pop();
        }
        self.within.pop();
    }

    fn place(&self, path: &[&str]) -> String {
        let mut out = String::new();
        let mut step = |name: &str| {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(name);
        };
        for within in &self.within {
            match within {
                Step::Member(name) => step(name),
                Step::Item(n) => step(&n.to_string()),
            }
        }
        path.iter().for_each(|name| step(name));
        out
    }

    pub(super) fn problem(&mut self, problem: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem.into());
        } else {
            self.more += 1;
        }
    }

    pub(super) fn into_problems(mut self) -> Vec<String> {
        if self.more > 0 {
            self.problems.push(format!("and {} more", self.more));
        }
        self.problems
    }

    /// A member some steps down; blank texts say nothing and are no problem.
    pub(super) fn read<T>(
        &mut self,
        node: &Node<'_>,
        path: &[&str],
        what: &str,
        parse: impl Fn(&Node<'_>) -> Option<T>,
    ) -> Option<T> {
        let found = at(node, path)?;
        if found.as_str().is_some_and(|text| text.trim().is_empty()) {
            return None;
        }
        let parsed = parse(found);
        if parsed.is_none() {
            self.unreadable(path, what, found);
        }
        parsed
    }

    pub(super) fn unreadable(&mut self, path: &[&str], what: &str, found: &Node<'_>) {
        let shown: String = match found {
            Node::List(_) => "a list".into(),
            Node::Object(_) => "an object".into(),
            Node::Text(text) => {
                serde_json::Value::from(text.chars().take(60).collect::<String>()).to_string()
            }
            plain => plain.to_value().to_string(),
        };
        self.problem(format!("{}: not {what}: {shown}", self.place(path)));
    }

    fn items<'n, 'a>(&mut self, node: &'n Node<'a>, name: &'static str) -> &'n [Node<'a>] {
        let Some(found) = get(node, name) else {
            return &[];
        };
        if found.items().is_none() {
            self.unreadable(&[name], "a list", found);
        }
        let all = list(Some(found));
        let read = all.get(..MOST_ITEMS).unwrap_or(all);
        if read.len() < all.len() {
            self.problem(format!(
                "{}: only the first {MOST_ITEMS} of {} were read",
                self.place(&[name]),
                all.len()
            ));
        }
        read
    }

    /// The texts in a list.
    pub(super) fn texts(&mut self, node: &Node<'_>, name: &'static str) -> Vec<String> {
        self.items(node, name)
            .iter()
            .filter_map(|item| text(Some(item)))
            .collect()
    }

    /// -1 is GuardDuty's way to say that there is no port.
    pub(super) fn port(&mut self, node: &Node<'_>, path: &[&str]) -> Option<u16> {
        let minus_one = at(node, path)
            .and_then(number)
            .is_some_and(|n| (n + 1.0).abs() < f64::EPSILON);
        if minus_one {
            return None;
        }
        self.read(node, path, "a port", |v| {
            whole(v, 65_535.0).and_then(|n| u16::try_from(n).ok())
        })
    }

    pub(super) fn ip(&mut self, node: &Node<'_>, path: &[&str]) -> Option<IpAddr> {
        self.read(node, path, "an address", address)
    }

    /// The addresses in a list of texts.
    pub(super) fn ips(&mut self, node: &Node<'_>, name: &'static str) -> Vec<IpAddr> {
        let mut out = Vec::new();
        self.each(node, name, |reader, item| match address(item) {
            Some(ip) if out.contains(&ip) => {}
            Some(ip) => out.push(ip),
            None => reader.unreadable(&[], "an address", item),
        });
        out
    }
}

pub(super) fn address(node: &Node<'_>) -> Option<IpAddr> {
    node.as_str()?.trim().parse().ok()
}
