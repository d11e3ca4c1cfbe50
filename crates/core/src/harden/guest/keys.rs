//! Reads `authorized_keys`. Must not judge whose keys they are.
//!
//! Source: sshd(8), "AUTHORIZED_KEYS FILE FORMAT".

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::Key;

const SHOWN: usize = 100;

/// The key on a line; `None` for a comment and for what is no key.
pub(super) fn key(line: &str) -> Option<Key> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (options, rest) = if is_kind(line.split_whitespace().next()?) {
        ("", line)
    } else {
        let end = end_of_options(line);
        (line.get(..end)?, line.get(end..)?.trim_start())
    };
    let mut words = rest.split_whitespace();
    let kind = words.next().filter(|word| is_kind(word))?;
    let bytes = STANDARD.decode(words.next()?).ok()?;
    let comment = words.collect::<Vec<_>>().join(" ");
    Some(Key {
        kind: kind.to_owned(),
        fingerprint: format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&bytes))),
        comment: comment.chars().take(SHOWN).collect(),
        options: options.chars().take(SHOWN).collect(),
        command: option(options, "command"),
    })
}

/// The value of an option, without its quotes.
fn option(options: &str, name: &str) -> Option<String> {
    let (mut quoted, mut escaped, mut from) = (false, false, 0);
    let mut all = Vec::new();
    for (at, c) in options.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                all.extend(options.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    all.extend(options.get(from..));
    all.iter().find_map(|option| {
        let (found, value) = option.split_once('=')?;
        let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        let value = value.replace("\\\"", "\"");
        let same = found.trim().eq_ignore_ascii_case(name);
        same.then_some(value)
    })
}

/// Names of keys, and of signatures by them: sshd takes those of a signature too.
fn is_kind(word: &str) -> bool {
    [
        "ssh-",
        "ecdsa-sha2-",
        "sk-ssh-",
        "sk-ecdsa-",
        "rsa-sha2-",
        "webauthn-sk-",
    ]
    .iter()
    .any(|start| word.starts_with(start))
}

/// Options have no blanks but in double quotes.
fn end_of_options(line: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ' ' | '\t' if !quoted => return at,
            _ => {}
        }
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

    #[test]
    fn keys_with_options_and_comments() {
        let plain = key(&format!("{ED} ana@laptop")).unwrap();
        // As `ssh-keygen -l` shows GitHub's host key.
        assert_eq!(
            plain.fingerprint,
            "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"
        );
        assert_eq!(
            (plain.comment.as_str(), plain.options.as_str()),
            ("ana@laptop", "")
        );
        let held = key(&format!("command=\"a \\\" b\",no-pty {ED}")).unwrap();
        assert_eq!(held.options, "command=\"a \\\" b\",no-pty");
        assert_eq!(held.fingerprint, plain.fingerprint);
        // As it is, with a name of a signature, and behind a quoted comma.
        let named = key(&ED.replace("ssh-ed25519", "rsa-sha2-512")).unwrap();
        assert_eq!(named.fingerprint, plain.fingerprint);
        for (options, command) in [
            ("", None),
            ("no-pty", None),
            ("no-pty,command=\"/bin/x a,b\"", Some("/bin/x a,b")),
            ("COMMAND=\"a \\\"b\\\"\"", Some("a \"b\"")),
            ("environment=\"A=,command=x\"", None),
            ("command=x", None),
        ] {
            let found = key(&format!("{options} {ED}")).unwrap();
            assert_eq!(found.command.as_deref(), command, "{options}");
        }
        for nothing in [
            "",
            "# x",
            "ssh-ed25519",
            "ssh-ed25519 !!!",
            "hello world",
            "\"open",
        ] {
            assert_eq!(key(nothing), None, "{nothing}");
        }
    }
}
