//! The keywords of `sshd_config`: what form their value has, and whether a `Match` block may hold them. Must not judge.
//!
//! Source: sshd_config(5) and servconf.c of OpenSSH 9.2, with the keywords that newer versions and distributions add.

use super::words::arguments;

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One of these words; the second of a pair is how it is kept.
    Choice(&'static [(&'static str, &'static str)]),
    /// A whole number.
    Number,
    /// A time such as `90`, `2m`, `1h30m`; kept in seconds.
    Time,
    /// A list of algorithms in one word.
    Algorithms,
    /// Words; each line adds to them.
    Adds,
    /// Words; the first line holds.
    Words,
    /// No longer read by sshd.
    Ignored,
}

use Form::{Adds, Algorithms, Choice, Ignored, Number, Time, Words};

const FLAG: Form = Choice(&[("yes", "yes"), ("no", "no")]);
const ROOT: Form = Choice(&[
    ("without-password", "prohibit-password"),
    ("prohibit-password", "prohibit-password"),
    ("forced-commands-only", "forced-commands-only"),
    ("yes", "yes"),
    ("no", "no"),
]);
const RHOSTS: Form = Choice(&[("yes", "yes"), ("no", "no"), ("shosts-only", "shosts-only")]);
const FORWARD: Form = Choice(&[
    ("yes", "yes"),
    ("all", "yes"),
    ("no", "no"),
    ("remote", "remote"),
    ("local", "local"),
]);
const GATEWAY: Form = Choice(&[
    ("clientspecified", "clientspecified"),
    ("yes", "yes"),
    ("no", "no"),
]);
const TUNNEL: Form = Choice(&[
    ("ethernet", "ethernet"),
    ("point-to-point", "point-to-point"),
    ("yes", "yes"),
    ("no", "no"),
]);
const COMPRESSION: Form = Choice(&[("yes", "yes"), ("delayed", "yes"), ("no", "no")]);
const LEVEL: Form = Choice(&[
    ("quiet", "QUIET"),
    ("silent", "QUIET"),
    ("fatal", "FATAL"),
    ("error", "ERROR"),
    ("info", "INFO"),
    ("verbose", "VERBOSE"),
    ("debug", "DEBUG"),
    ("debug1", "DEBUG"),
    ("debug2", "DEBUG2"),
    ("debug3", "DEBUG3"),
]);

/// A keyword: its name in small letters, the form of its value, whether a `Match` block may hold it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keyword {
    pub(super) name: &'static str,
    pub(super) form: Form,
    pub(super) in_match: bool,
}

/// Other names of a keyword.
const ALIASES: &[(&str, &str)] = &[
    (
        "challengeresponseauthentication",
        "kbdinteractiveauthentication",
    ),
    ("skeyauthentication", "kbdinteractiveauthentication"),
    ("dsaauthentication", "pubkeyauthentication"),
    ("hostbasedacceptedkeytypes", "hostbasedacceptedalgorithms"),
    ("pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"),
    ("authorizedkeysfile2", "authorizedkeysfile"),
    ("hostdsakey", "hostkey"),
    ("keepalive", "tcpkeepalive"),
    ("rsaminsize", "requiredrsasize"),
];

const MATCH: &[(&str, Form)] = &[
    ("acceptenv", Adds),
    ("allowagentforwarding", FLAG),
    ("allowgroups", Adds),
    ("allowstreamlocalforwarding", FORWARD),
    ("allowtcpforwarding", FORWARD),
    ("allowusers", Adds),
    ("authenticationmethods", Words),
    ("authorizedkeyscommand", Words),
    ("authorizedkeyscommanduser", Words),
    ("authorizedkeysfile", Words),
    ("authorizedprincipalscommand", Words),
    ("authorizedprincipalscommanduser", Words),
    ("authorizedprincipalsfile", Words),
    ("banner", Words),
    ("casignaturealgorithms", Algorithms),
    ("channeltimeout", Words),
    ("chrootdirectory", Words),
    ("clientalivecountmax", Number),
    ("clientaliveinterval", Time),
    ("denygroups", Adds),
    ("denyusers", Adds),
    ("disableforwarding", FLAG),
    ("exposeauthinfo", FLAG),
    ("forcecommand", Words),
    ("gatewayports", GATEWAY),
    ("gssapiauthentication", FLAG),
    ("gssapidelegatecredentials", FLAG),
    ("hostbasedacceptedalgorithms", Algorithms),
    ("hostbasedauthentication", FLAG),
    ("hostbasedusesnamefrompacketonly", FLAG),
    ("ignorerhosts", RHOSTS),
    ("ipqos", Words),
    ("kbdinteractiveauthentication", FLAG),
    ("kerberosauthentication", FLAG),
    ("loglevel", LEVEL),
    ("logverbose", Words),
    ("maxauthtries", Number),
    ("maxsessions", Number),
    ("passwordauthentication", FLAG),
    ("permitemptypasswords", FLAG),
    ("permitlisten", Words),
    ("permitopen", Words),
    ("permitrootlogin", ROOT),
    ("permittty", FLAG),
    ("permittunnel", TUNNEL),
    ("permituserrc", FLAG),
    ("pubkeyacceptedalgorithms", Algorithms),
    ("pubkeyauthentication", FLAG),
    ("pubkeyauthoptions", Words),
    ("rdomain", Words),
    ("refuseconnection", FLAG),
    ("rekeylimit", Words),
    ("requiredrsasize", Number),
    ("revokedkeys", Words),
    ("setenv", Words),
    ("streamlocalbindmask", Words),
    ("streamlocalbindunlink", FLAG),
    ("trustedusercakeys", Words),
    ("unusedconnectiontimeout", Words),
    ("x11displayoffset", Number),
    ("x11forwarding", FLAG),
    ("x11uselocalhost", FLAG),
];

const GLOBAL: &[(&str, Form)] = &[
    ("addressfamily", Words),
    ("ciphers", Algorithms),
    ("compression", COMPRESSION),
    ("debianbanner", FLAG),
    ("fingerprinthash", Words),
    ("gssapicleanupcredentials", FLAG),
    ("gssapienablek5users", FLAG),
    ("gssapikexalgorithms", Algorithms),
    ("gssapikeyexchange", FLAG),
    ("gssapistorecredentialsonrekey", FLAG),
    ("gssapistrictacceptorcheck", FLAG),
    ("hostcertificate", Adds),
    ("hostkey", Adds),
    ("hostkeyagent", Words),
    ("hostkeyalgorithms", Algorithms),
    ("ignoreuserknownhosts", FLAG),
    ("kerberosgetafstoken", FLAG),
    ("kerberosorlocalpasswd", FLAG),
    ("kerberosticketcleanup", FLAG),
    ("kerberosuniqueccache", FLAG),
    ("kerberosusekuserok", FLAG),
    ("kexalgorithms", Algorithms),
    ("keyregenerationinterval", Ignored),
    ("listenaddress", Adds),
    ("logingracetime", Time),
    ("macs", Algorithms),
    ("maxstartups", Words),
    ("modulifile", Words),
    ("pamservicename", Words),
    ("permituserenvironment", Words),
    ("persourcemaxstartups", Words),
    ("persourcenetblocksize", Words),
    ("persourcepenalties", Words),
    ("persourcepenaltyexemptlist", Words),
    ("pidfile", Words),
    ("port", Adds),
    ("printlastlog", FLAG),
    ("printmotd", FLAG),
    ("protocol", Ignored),
    ("reversemappingcheck", Ignored),
    ("rhostsauthentication", Ignored),
    ("rhostsrsaauthentication", Ignored),
    ("rsaauthentication", Ignored),
    ("securitykeyprovider", Words),
    ("serverkeybits", Ignored),
    ("sshdauthpath", Words),
    ("sshdsessionpath", Words),
    ("strictmodes", FLAG),
    ("subsystem", Adds),
    ("syslogfacility", Words),
    ("tcpkeepalive", FLAG),
    ("usedns", FLAG),
    ("uselogin", Ignored),
    ("usepam", FLAG),
    ("useprivilegeseparation", Ignored),
    ("verifyreversemapping", Ignored),
    ("versionaddendum", Words),
    ("xauthlocation", Words),
];

/// The keyword of this name, in letters of either size.
pub(super) fn keyword(name: &str) -> Option<Keyword> {
    let name = name.to_ascii_lowercase();
    let name = ALIASES
        .iter()
        .find(|(alias, _)| *alias == name)
        .map_or(name.as_str(), |(_, of)| *of);
    let find = |table: &'static [(&'static str, Form)], in_match| {
        table
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(name, form)| Keyword {
                name,
                form: *form,
                in_match,
            })
    };
    find(MATCH, true).or_else(|| find(GLOBAL, false))
}

/// The value as it is kept, or `None` when sshd would refuse the line.
pub(super) fn value(keyword: Keyword, text: &str) -> Option<Vec<String>> {
    let words = arguments(text)?;
    let one = || match words.as_slice() {
        [word] if !word.is_empty() => Some(word.as_str()),
        _ => None,
    };
    match keyword.form {
        Choice(choices) => {
            let word = one()?;
            let (_, kept) = choices
                .iter()
                .find(|(choice, _)| choice.eq_ignore_ascii_case(word))?;
            Some(vec![(*kept).to_owned()])
        }
        Number => {
            let number: u32 = one()?.parse().ok().filter(|n| i32::try_from(*n).is_ok())?;
            Some(vec![number.to_string()])
        }
        Time => Some(vec![seconds(one()?)?.to_string()]),
        Algorithms => Some(vec![one()?.to_owned()]),
        Adds | Words => (!words.is_empty()).then_some(words),
        Ignored => Some(words),
    }
}

/// A time in seconds: numbers with the units `s`, `m`, `h`, `d`, `w`, added up.
fn seconds(text: &str) -> Option<u32> {
    let mut total: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let number: u64 = rest.get(..end)?.parse().ok()?;
        let mut after = rest.get(end..)?.chars();
        let unit = match after.next().map(|c| c.to_ascii_lowercase()) {
            None | Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            Some('w') => 604_800,
            Some(_) => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = after.as_str();
    }
    let total = u32::try_from(total).ok()?;
    (!text.is_empty() && i32::try_from(total).is_ok()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_in_one_form() {
        for (name, text, wanted) in [
            (
                "PermitRootLogin",
                "without-password",
                Some("prohibit-password"),
            ),
            ("permitrootlogin", "maybe", None),
            ("X11Forwarding", "YES", Some("yes")),
            ("X11Forwarding", "true", None),
            ("LoginGraceTime", "1h30m", Some("5400")),
            ("LoginGraceTime", "2x", None),
            ("MaxAuthTries", "4", Some("4")),
            ("MaxAuthTries", "-1", None),
            ("MaxAuthTries", "4 5", None),
            ("ChallengeResponseAuthentication", "no", Some("no")),
            ("LogLevel", "verbose", Some("VERBOSE")),
        ] {
            let keyword = keyword(name).unwrap();
            assert_eq!(
                value(keyword, text),
                wanted.map(|w| vec![w.to_owned()]),
                "{name} {text}"
            );
        }
        assert!(keyword("PermitRootLogins").is_none());
    }
}
