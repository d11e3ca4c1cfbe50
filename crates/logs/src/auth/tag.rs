//! Which program wrote a line of syslog, and what it said: the tag of RFC 3164, or the words of RFC 5424. Must not know times, nor
//! what a program says.

/// A program's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tagged<'a> {
    pub(super) program: &'a str,
    pub(super) process: Option<&'a str>,
    pub(super) message: &'a str,
}

/// What stands after the time: the tag stands first or after the host, and nowhere else.
pub(super) fn split(rest: &str) -> Option<Tagged<'_>> {
    let mut after = rest.trim_start();
    for _ in 0..2 {
        let (token, behind) = after.split_once(' ').unwrap_or((after, ""));
        if let Some((program, process)) = tag(token) {
            let mut message = behind.trim_start();
            // Solaris: `[ID 800047 auth.info] …`.
            if let Some(solaris) = message.strip_prefix("[ID ") {
                message = solaris.split_once("] ")?.1;
            }
            return Some(Tagged {
                program,
                process,
                message,
            });
        }
        after = behind.trim_start();
    }
    structured(rest.trim_start())
}

/// `sshd[77]:`, `sudo:`, `su(pam_unix)[5]:`, `[sshd]`, `[sshd]:`.
fn tag(token: &str) -> Option<(&str, Option<&str>)> {
    let bare = token.strip_suffix(':');
    if let Some(program) = bare
        .unwrap_or(token)
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
    {
        return is_name(program).then_some((program, None));
    }
    let (name, process) = match bare.unwrap_or(token).split_once('[') {
        Some((name, process)) => (name, Some(process.strip_suffix(']')?)),
        None if bare.is_some() => (token.strip_suffix(':')?, None),
        None => return None,
    };
    if process.is_some_and(|process| !process.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let name = name.split_once('(').map_or(name, |(name, _)| name);
    let name = name.rsplit_once('/').map_or(name, |(_, last)| last);
    is_name(name).then_some((name, process))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// RFC 5424 after its time: host, program, process, message id, structured data, message.
fn structured(rest: &str) -> Option<Tagged<'_>> {
    let (_, rest) = rest.split_once(' ')?;
    let (program, rest) = rest.split_once(' ')?;
    let (process, rest) = rest.split_once(' ')?;
    let (_, rest) = rest.split_once(' ')?;
    if process != "-" && !process.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let message = match rest.strip_prefix('-') {
        Some(message) => message,
        None => after_elements(rest)?,
    };
    if !message.is_empty() && !message.starts_with(' ') {
        return None;
    }
    let program = program.rsplit_once('/').map_or(program, |(_, last)| last);
    is_name(program).then(|| Tagged {
        program,
        process: (process != "-").then_some(process),
        message: message.trim_start().trim_start_matches('\u{feff}'),
    })
}

/// What follows `[id name="value"]…`; a value may hold brackets and escaped quotes.
fn after_elements(text: &str) -> Option<&str> {
    if !text.starts_with('[') {
        return None;
    }
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => {
                let rest = text.get(at + 1..)?;
                if !rest.starts_with('[') {
                    return Some(rest);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_every_dress() {
        for (line, program, process, message) in [
            ("h sshd[77]: x y", "sshd", Some("77"), "x y"),
            ("sshd[77]: x", "sshd", Some("77"), "x"),
            ("h sudo:   root : y", "sudo", None, "root : y"),
            ("h su(pam_unix)[5]: x", "su", Some("5"), "x"),
            ("[sshd] User", "sshd", None, "User"),
            ("[sshd]: User", "sshd", None, "User"),
            ("h /usr/sbin/cron[1]: x", "cron", Some("1"), "x"),
            ("h sshd 99 - - x", "sshd", Some("99"), "x"),
            (
                r#"h sshd 9 ID [a b="c] \" d"][e f="g"] x"#,
                "sshd",
                Some("9"),
                "x",
            ),
            ("h sshd - - - \u{feff}x", "sshd", None, "x"),
            ("h sshd[3]: [ID 800047 auth.info] x", "sshd", Some("3"), "x"),
        ] {
            let wanted = Tagged {
                program,
                process,
                message,
            };
            assert_eq!(split(line), Some(wanted), "{line}");
        }
    }

    #[test]
    fn a_tag_further_on_is_text() {
        assert_eq!(split("h kernel: sshd[1]: x").unwrap().program, "kernel");
        for line in ["a b sshd[1]: x", "h sshd 9 - [a b=\"c", "", "h sshd[x]: y"] {
            assert_eq!(split(line), None, "{line}");
        }
    }
}
