//! What one line of sshd or PAM says of a login. The forms are those of OpenSSH's `auth.c`, `auth-pam.c`, `packet.c` and Linux-PAM's
//! `pam_unix`. Must not know times.

use std::net::IpAddr;

/// A line about a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    /// The address as an address, or what else stands there (a host's name).
    pub(crate) from: String,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) user: String,
    pub(crate) what: What,
    /// How often, where syslog folded repeated lines.
    pub(crate) times: u64,
}

/// What happened. A refused try may leave several lines of different kinds; the kinds are counted apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// `Failed password for …`.
    Failed {
        /// The user does not exist.
        invalid: bool,
    },
    /// PAM's word on the same try.
    PamFailed,
    /// Other words that mean that nobody got in: not allowed, refused, too many tries.
    Refused,
    /// `Invalid user …`.
    InvalidUser,
    /// `Accepted …`.
    Accepted {
        /// `password`, `publickey`, …
        method: String,
    },
}

/// The message of a line, when sshd wrote it: the tag stands first or after the host, and nowhere else.
pub(super) fn message(rest: &str) -> Option<&str> {
    let mut rest = rest.trim_start();
    for _ in 0..2 {
        let (token, after) = rest.split_once(' ')?;
        let name = token.trim_start_matches('[');
        if name.starts_with("sshd") {
            let name_end = name.find(['[', '(', ':', ']']).unwrap_or(name.len());
            let (program, tail) = name.split_at_checked(name_end)?;
            if !matches!(program, "sshd" | "sshd-session" | "sshd-auth") {
                return None;
            }
            let mut message = after.trim_start();
            // RFC 5424 has process, message id and structured data as words of their own.
            if tail.is_empty() {
                message = structured(message)?;
            }
            // Solaris: `[ID 800047 auth.info] …`.
            if let Some(solaris) = message.strip_prefix("[ID ") {
                message = solaris.split_once("] ")?.1;
            }
            return Some(message);
        }
        rest = after.trim_start();
    }
    None
}

fn structured(message: &str) -> Option<&str> {
    let (process, rest) = message.split_once(' ')?;
    if process != "-" && !process.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (_, rest) = rest.split_once(' ')?;
    let rest = if let Some(data) = rest.strip_prefix('[') {
        data.split_once("] ")?.1
    } else {
        rest.strip_prefix("- ")?
    };
    Some(rest.trim_start_matches('\u{feff}'))
}

/// What a message says.
pub(super) fn login(message: &str) -> Option<Login> {
    let mut message = message.trim();
    let mut times = 1;
    if let Some(rest) = message.strip_prefix("message repeated ") {
        let (number, rest) = rest.split_once(" times: [")?;
        times = number.parse().ok()?;
        message = rest.strip_suffix(']').unwrap_or(rest).trim();
    }
    let message = message
        .strip_prefix("error: ")
        .or_else(|| message.strip_prefix("fatal: "))
        .unwrap_or(message);
    let message = message
        .strip_suffix("[preauth]")
        .unwrap_or(message)
        .trim_end();
    let found = |user: &str, from: &str, what: What| {
        let from = from.trim_end_matches(':');
        let ip = address(from);
        let plain = !from.is_empty() && from != "UNKNOWN" && from.len() <= 255;
        plain.then(|| Login {
            from: ip.map_or_else(|| from.to_owned(), |ip| ip.to_string()),
            ip,
            user: user.chars().take(100).collect(),
            what,
            times,
        })
    };
    if let Some(rest) = message.strip_prefix("Accepted ") {
        let (method, rest) = rest.split_once(" for ")?;
        if method.contains(' ') {
            return None;
        }
        // The user exists and so holds no injected text; what follows the address may.
        let (user, from) = first_from(rest)?;
        return found(
            user,
            from,
            What::Accepted {
                method: method.to_owned(),
            },
        );
    }
    if let Some(rest) = message.strip_prefix("Failed ") {
        let (method, rest) = rest.split_once(" for ")?;
        if method.contains(' ') || method == "none" {
            return None;
        }
        let stripped = rest
            .strip_prefix("invalid user ")
            .or_else(|| rest.strip_prefix("illegal user "));
        let nameless = rest.starts_with("<invalid username>");
        let (user, from) = from(stripped.unwrap_or(rest))?;
        let invalid = stripped.is_some() || nameless;
        // A client offers its keys one after the other before the right one.
        if method == "publickey" && !invalid {
            return None;
        }
        return found(user, from, What::Failed { invalid });
    }
    if let Some(rest) = message
        .strip_prefix("Invalid user ")
        .or_else(|| message.strip_prefix("Illegal user "))
    {
        let (user, from) = from(rest)?;
        return found(user, from, What::InvalidUser);
    }
    if let Some(rest) = message.strip_prefix("PAM: ") {
        let (_, rest) = rest.split_once(" for ")?;
        let rest = rest
            .strip_prefix("illegal user ")
            .or_else(|| rest.strip_prefix("invalid user "))
            .unwrap_or(rest);
        let rest = rest.split_once(" via ").map_or(rest, |(before, _)| before);
        let (user, from) = from(rest)?;
        return found(user, from, What::PamFailed);
    }
    if message.contains("authentication failure") && message.contains("rhost=") {
        return pam(message, times);
    }
    if let Some(rest) = message.strip_prefix("User ") {
        let (before, _) = rest.split_once(" not allowed because ")?;
        let (user, from) = from(before)?;
        return found(user, from, What::Refused);
    }
    if let Some(rest) = message.strip_prefix("ROOT LOGIN REFUSED FROM ") {
        return found("root", rest.split(' ').next()?, What::Refused);
    }
    if let Some(rest) = message.strip_prefix("maximum authentication attempts exceeded for ") {
        let (user, from) = from(rest.strip_prefix("invalid user ").unwrap_or(rest))?;
        return found(user, from, What::Refused);
    }
    None
}

/// `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=ADDRESS  user=NAME`, also as
/// `PAM 2 more authentication failures; …` and `authentication failure; …` by itself.
fn pam(message: &str, mut times: u64) -> Option<Login> {
    let (before, members) = message.split_once(';')?;
    if let Some(more) = before.strip_prefix("PAM ") {
        times *= more.split(' ').next()?.parse::<u64>().ok()?;
    }
    // `ruser=` comes from the client and stands before `rhost=`, which is sshd's own.
    let (_, after) = members.rsplit_once("rhost=")?;
    let mut words = after.split_whitespace();
    let from = if after.starts_with(' ') {
        ""
    } else {
        words.next()?
    };
    let user = words
        .find_map(|word| word.strip_prefix("user="))
        .unwrap_or_default();
    let ip = address(from);
    (!from.is_empty()).then(|| Login {
        from: ip.map_or_else(|| from.to_owned(), |ip| ip.to_string()),
        ip,
        user: user.chars().take(100).collect(),
        what: What::PamFailed,
        times,
    })
}

/// User and address of `USER from ADDRESS[ port N][ ssh2][: …]` with the first address that stands so.
fn first_from(text: &str) -> Option<(&str, &str)> {
    text.match_indices(" from ")
        .find_map(|(at, _)| candidate(text, at).map(|(user, from, _)| (user, from)))
}

/// The same where the user is what the other side typed: a name of one word is followed by the address at once; in any other the
/// last address is sshd's, as the name stands before it.
fn from(text: &str) -> Option<(&str, &str)> {
    let all: Vec<(&str, &str, &str)> = text
        .match_indices(" from ")
        .filter_map(|(at, _)| candidate(text, at))
        .collect();
    let one_word = all.first().filter(|(user, _, rest)| {
        !user.contains(' ') && !user.is_empty() && (rest.is_empty() || rest.starts_with(':'))
    });
    let chosen = one_word.or_else(|| {
        all.iter()
            .rfind(|(_, _, rest)| rest.is_empty() || rest.starts_with(':'))
    })?;
    Some((chosen.0, chosen.1))
}

/// User, address, and what follows it, at one `" from "`.
fn candidate(text: &str, at: usize) -> Option<(&str, &str, &str)> {
    let (user, rest) = text.split_at_checked(at)?;
    let rest = rest.strip_prefix(" from ")?;
    let end = rest.find(' ').unwrap_or(rest.len());
    let (mut from, mut rest) = rest.split_at_checked(end)?;
    // An address may be followed by a colon at once; an IPv6 address ends in none but `::`.
    if let Some(bare) = from.strip_suffix(':')
        && (address(bare).is_some() || !from.ends_with("::"))
    {
        rest = ":";
        from = bare;
    }
    if let Some(port) = rest.strip_prefix(" port ") {
        let digits = port
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(port.len());
        rest = port
            .split_at_checked(digits)
            .filter(|(number, _)| !number.is_empty())?
            .1;
    }
    let rest = rest.trim_start();
    let rest = rest
        .strip_prefix("ssh2")
        .or_else(|| rest.strip_prefix("ssh1"))
        .or_else(|| rest.strip_prefix("ssh"))
        .unwrap_or(rest);
    (!from.is_empty()).then_some((user, from, rest.trim_start()))
}

/// An address, with IPv4 in IPv6 dress undressed.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.split_once('%').map_or(text, |(ip, _)| ip);
    let ip: IpAddr = text.parse().ok()?;
    Some(ip.to_canonical())
}
