//! What one message of sshd or PAM says of a login. The forms are those of OpenSSH's `auth.c`, `auth-pam.c`, `packet.c` and
//! Linux-PAM's `pam_unix`. Must not know times, nor other messages.

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
    /// The connection ended after a try that left no other word.
    GaveUp,
    /// A record of btmp or the audit log: the same tries as sshd's log tells.
    Recorded,
    /// `Invalid user …`.
    InvalidUser,
    /// `Accepted …`.
    Accepted {
        /// `password`, `publickey`, …
        method: String,
    },
    /// A record of wtmp or the audit log: the same logins as sshd's log tells, without their method.
    Session {
        /// Which.
        record: &'static str,
    },
}

/// What a message of sshd says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Something about a login.
    Login(Login),
    /// A key of an existing user did not fit. Clients offer theirs one after the other: it counts when none fits.
    Key(Login),
    /// A try was refused, and the message does not say whose.
    Cut,
    /// A connection was opened.
    Opened(IpAddr),
    /// It ended before anybody was logged in.
    Ended(IpAddr),
}

/// What a message says.
pub(super) fn said(message: &str) -> Option<Said> {
    let mut message = message.trim();
    // Journals put the kernel's clock before the message.
    if let Some(rest) = message.strip_prefix("kernel:") {
        let clock = rest.trim_start().strip_prefix('[')?;
        message = clock
            .split_once(']')?
            .1
            .trim_start_matches(':')
            .trim_start();
    }
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
    let preauth = message.ends_with("[preauth]");
    let message = message
        .strip_suffix("[preauth]")
        .unwrap_or(message)
        .trim_end();
    let made = |user: &str, from: &str, what: What| Login::new(user, from, what, times);
    let found = |user: &str, from: &str, what: What| made(user, from, what).map(Said::Login);
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
        if method == "publickey" && !invalid {
            return made(user, from, What::GaveUp).map(Said::Key);
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
        return pam(message, times).map(Said::Login);
    }
    if let Some(rest) = message.strip_prefix("User ") {
        let (before, _) = rest.split_once(" not allowed because ")?;
        let Some((user, from)) = from(before) else {
            return Some(Said::Cut);
        };
        return found(user, from, What::Refused);
    }
    if let Some(rest) = message.strip_prefix("ROOT LOGIN REFUSED FROM ") {
        return found("root", rest.split(' ').next()?, What::Refused);
    }
    if let Some(rest) = message.strip_prefix("maximum authentication attempts exceeded for ") {
        let (user, from) = from(rest.strip_prefix("invalid user ").unwrap_or(rest))?;
        return found(user, from, What::Refused);
    }
    // TCP wrappers: `NAME (ADDRESS)`, or the address alone.
    if let Some(rest) = message.strip_prefix("refused connect from ") {
        let from = match rest
            .strip_suffix(')')
            .and_then(|rest| rest.rsplit_once('('))
        {
            Some((_, inside)) => inside,
            None => rest.split(' ').next()?,
        };
        return found("", from, What::Refused);
    }
    ended(message, preauth, &found)
}

/// Messages about the end of a connection that was not logged in.
fn ended(
    message: &str,
    preauth: bool,
    found: &dyn Fn(&str, &str, What) -> Option<Said>,
) -> Option<Said> {
    if let Some(rest) = message.strip_prefix("Connection from ") {
        let (from, _) = rest.split_once(' ').unwrap_or((rest, ""));
        return address(from).map(Said::Opened);
    }
    if let Some(rest) = message.strip_prefix("Disconnecting") {
        if let Some(rest) = rest
            .strip_prefix(" invalid user ")
            .or_else(|| rest.strip_prefix(" authenticating user "))
        {
            let (user, from) = user_and_address(rest)?;
            return found(user, from, What::GaveUp);
        }
        return rest
            .contains("Too many authentication failures")
            .then_some(Said::Cut);
    }
    if let Some(rest) = message
        .strip_prefix("Connection closed by ")
        .or_else(|| message.strip_prefix("Connection reset by "))
    {
        if let Some(rest) = rest
            .strip_prefix("authenticating user ")
            .or_else(|| rest.strip_prefix("invalid user "))
        {
            let (user, from) = user_and_address(rest)?;
            return found(user, from, What::GaveUp);
        }
        let (from, _) = rest.split_once(' ').unwrap_or((rest, ""));
        return address(from).filter(|_| preauth).map(Said::Ended);
    }
    if let Some(rest) = message.strip_prefix("Received disconnect from ") {
        let (from, why) = rest.split_once([' ']).unwrap_or((rest, ""));
        let ip = address(from.trim_end_matches(':'))?;
        if why.trim_end().ends_with(": Auth fail") {
            return found("", &ip.to_string(), What::GaveUp);
        }
        return preauth.then_some(Said::Ended(ip));
    }
    None
}

/// `USER ADDRESS port N…`, where the user is what the other side typed: the last address is sshd's.
fn user_and_address(rest: &str) -> Option<(&str, &str)> {
    rest.rmatch_indices(" port ").find_map(|(at, _)| {
        let before = rest.get(..at)?;
        let (user, from) = before.rsplit_once(' ').unwrap_or(("", before));
        address(from).map(|_| (user, from))
    })
}

impl Login {
    /// A login with `from` an address or a host's name; nothing where the other side is not named.
    pub(super) fn new(user: &str, from: &str, what: What, times: u64) -> Option<Self> {
        let from = from.trim();
        let ip = address(from);
        // An IPv6 address may end in a colon of its own.
        let from = if ip.is_some() {
            from
        } else {
            from.trim_end_matches(':')
        };
        let ip = ip.or_else(|| address(from));
        let plain = !from.is_empty() && from != "UNKNOWN" && from.len() <= 255;
        plain.then(|| Self {
            from: ip.map_or_else(|| from.to_owned(), |ip| ip.to_string()),
            ip,
            user: user.chars().take(100).collect(),
            what,
            times,
        })
    }
}

/// `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=ADDRESS  user=NAME`, also as
/// `PAM 2 more authentication failures; …` and `authentication failure; …` by itself.
fn pam(message: &str, mut times: u64) -> Option<Login> {
    let (before, members) = message.split_once(';')?;
    if let Some(more) = before.strip_prefix("PAM ") {
        times = times.saturating_mul(more.split(' ').next()?.parse::<u64>().ok()?);
    }
    // `ruser=` comes from the client and stands before `rhost=`, which is sshd's own.
    let (first, after) = members.rsplit_once("rhost=")?;
    let mut words = after.split_whitespace();
    let from = if after.starts_with(' ') {
        ""
    } else {
        words.next()?
    };
    let remote = first
        .rsplit_once("ruser=")
        .map(|(_, user)| user.trim())
        .filter(|user| !user.contains(['=', ' ']));
    let user = words
        .find_map(|word| word.strip_prefix("user="))
        .or(remote)
        .unwrap_or_default();
    Login::new(user, from, What::PamFailed, times)
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
    // After a port, what sshd adds stands behind the protocol.
    if rest.starts_with(':') && rest.len() > 1 {
        return None;
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
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let text = text.split_once('%').map_or(text, |(ip, _)| ip);
    let ip: IpAddr = text.parse().ok()?;
    Some(ip.to_canonical())
}
