//! Which value holds for a connection. Must not judge it.

use std::collections::BTreeMap;

use super::keywords::{Form, keyword, value};
use super::words::{matches, matches_list};
use super::{Config, Place, Told, Who};

/// The value of a keyword that holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value {
    /// Its words; empty for a list that nobody set, `None` when it is not known.
    pub words: Option<Vec<String>>,
    /// The line that set it; `None` for a default.
    pub place: Option<Place>,
    /// Why it may be another: `include-not-given`, or what is wrong with a line about it.
    pub doubt: Option<String>,
}

/// The defaults of upstream OpenSSH 8.7 to 9.9 (sshd_config(5)) where a check needs them. Debian, Ubuntu and Fedora set
/// what they change in their own files, but the lists of algorithms differ a little: where it matters, `sshd -T` tells.
#[must_use]
pub fn defaults() -> BTreeMap<String, String> {
    [
        ("allowagentforwarding", "yes"),
        ("allowtcpforwarding", "yes"),
        ("authorizedkeysfile", ".ssh/authorized_keys .ssh/authorized_keys2"),
        ("banner", "none"),
        (
            "ciphers",
            "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com",
        ),
        ("clientalivecountmax", "3"),
        ("clientaliveinterval", "0"),
        ("disableforwarding", "no"),
        ("gatewayports", "no"),
        ("gssapiauthentication", "no"),
        ("hostbasedauthentication", "no"),
        ("ignorerhosts", "yes"),
        ("kbdinteractiveauthentication", "yes"),
        (
            "kexalgorithms",
            "sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256",
        ),
        ("logingracetime", "120"),
        ("loglevel", "INFO"),
        (
            "macs",
            "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1",
        ),
        ("maxauthtries", "6"),
        ("maxsessions", "10"),
        ("maxstartups", "10:30:100"),
        ("passwordauthentication", "yes"),
        ("permitemptypasswords", "no"),
        ("permitrootlogin", "prohibit-password"),
        ("permittunnel", "no"),
        ("permituserenvironment", "no"),
        ("port", "22"),
        ("pubkeyauthentication", "yes"),
        ("strictmodes", "yes"),
        ("tcpkeepalive", "yes"),
        ("usepam", "no"),
        ("x11forwarding", "no"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

impl Config {
    /// The value of `name` that holds for this connection; `Who::default()` is one of whom nothing is known, as `sshd -T`
    /// takes it.
    #[must_use]
    pub fn value(&self, name: &str, who: &Who, defaults: &BTreeMap<String, String>) -> Value {
        let Some(keyword) = keyword(name) else {
            return Value::default();
        };
        let of = |block: &dyn Fn(Option<usize>) -> bool| {
            let mut found: Vec<_> = self
                .settings
                .iter()
                .enumerate()
                .filter(|(_, s)| s.keyword == keyword.name && block(s.block))
                .collect();
            if keyword.form != Form::Adds {
                found.truncate(1);
            }
            found
        };
        // What a matching block says comes before all that stands outside.
        let mut found = Vec::new();
        if keyword.in_match {
            found = of(&|block| block.is_some() && self.holds(block, who));
        }
        if found.is_empty() {
            found = of(&|block| self.holds_for_all(block));
        }
        let first = found.first().map(|(at, s)| (*at, s.place.clone()));
        let default = defaults.get(keyword.name);
        let mut words: Option<Vec<String>> = if found.is_empty() {
            match (self.told, keyword.form, default) {
                // A dump names each list only when there is something in it.
                (_, Form::Adds, None) | (Told::Dump, Form::Adds, _) => Some(Vec::new()),
                (Told::Files, _, Some(default)) => value(keyword, default),
                _ => None,
            }
        } else {
            let all = found.iter().flat_map(|(_, s)| s.words.iter().cloned());
            Some(all.collect())
        };
        if let (Form::Algorithms, Some([list])) = (keyword.form, words.as_deref()) {
            words = assembled(list, default.map(String::as_str)).map(|list| vec![list]);
        }
        Value {
            words,
            doubt: self.doubt(
                keyword.name,
                keyword.form,
                first.as_ref().map(|(at, _)| *at),
            ),
            place: first.map(|(_, place)| place),
        }
    }

    /// Why the value may be another than the one that was found at this place among the settings.
    fn doubt(&self, name: &str, form: Form, at: Option<usize>) -> Option<String> {
        let first_wins = form != Form::Adds;
        self.problems
            .iter()
            .filter(|problem| !(first_wins && at.is_some_and(|at| at < problem.after)))
            .find(|problem| {
                let hides = ["include-not-given", "include-too-deep", "too-long"];
                problem.about == name || hides.contains(&problem.what.as_str())
            })
            .map(|problem| problem.what.clone())
    }
}

/// A list of algorithms after `+`, `-` and `^` have been applied to the default; `None` when the default is not known.
fn assembled(list: &str, default: Option<&str>) -> Option<String> {
    let split = |list: &str| -> Vec<String> { list.split(',').map(str::to_owned).collect() };
    let mut wanted = Vec::new();
    let (first, second) = if let Some(more) = list.strip_prefix('+') {
        (split(default?), split(more))
    } else if let Some(front) = list.strip_prefix('^') {
        (split(front), split(default?))
    } else if let Some(less) = list.strip_prefix('-') {
        let gone = |name: &str| matches_list(less, |pattern| matches(name, pattern));
        (
            split(default?).into_iter().filter(|n| !gone(n)).collect(),
            Vec::new(),
        )
    } else {
        (split(list), Vec::new())
    };
    for name in first.into_iter().chain(second) {
        if !wanted.contains(&name) {
            wanted.push(name);
        }
    }
    Some(wanted.join(","))
}
