//! What a setting of sshd should be, as data, with the benchmark's numbers. Must not read files.
//!
//! Source of numbers and values: CIS Amazon Linux 2023 v1.0.0 (4.2.x) and CIS Ubuntu 24.04 v1.0.0 (5.1.x), as ComplianceAsCode's
//! controls `cis_al2023.yml` and `cis_ubuntu2404.yml` list them. Where the two differ, the value is the one that both accept.

use super::words::matches;

/// What is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A number in this range.
    Between(u32, u32),
    /// A list of algorithms without any of these; `*` stands for anything.
    Without(&'static [&'static str]),
}

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The keyword in small letters.
    pub keyword: &'static str,
    /// What is good.
    pub wanted: Wanted,
    /// The numbers in the benchmarks.
    pub controls: &'static [&'static str],
}

use Wanted::{Between, OneOf, Without};

/// Root logs in with a key at the most.
pub const ROOT_LOGIN: Rule = Rule {
    keyword: "permitrootlogin",
    // CIS wants `no`; a key for root is let pass, as the handbook has it.
    wanted: OneOf(&["no", "prohibit-password", "forced-commands-only"]),
    controls: &["CIS-AL2023-4.2.7", "CIS-Ubuntu24.04-5.1.20"],
};

/// Nobody logs in with a password.
pub const PASSWORDS: Rule = Rule {
    keyword: "passwordauthentication",
    wanted: OneOf(&["no"]),
    controls: &[],
};

/// Nor with one that is asked for by PAM.
pub const KEYBOARD: Rule = Rule {
    keyword: "kbdinteractiveauthentication",
    wanted: OneOf(&["no"]),
    controls: &[],
};

/// Least of all with an empty one.
pub const EMPTY_PASSWORDS: Rule = Rule {
    keyword: "permitemptypasswords",
    wanted: OneOf(&["no"]),
    controls: &["CIS-AL2023-4.2.9", "CIS-Ubuntu24.04-5.1.19"],
};

/// Few tries for each connection.
pub const TRIES: Rule = Rule {
    keyword: "maxauthtries",
    // With 0 nobody gets in, which is no hole.
    wanted: Between(0, 4),
    controls: &["CIS-AL2023-4.2.16", "CIS-Ubuntu24.04-5.1.16"],
};

/// A connection without a login is ended soon; seconds.
pub const GRACE: Rule = Rule {
    keyword: "logingracetime",
    // 0 is no limit.
    wanted: Between(1, 60),
    controls: &["CIS-AL2023-4.2.19", "CIS-Ubuntu24.04-5.1.13"],
};

/// Who does not answer is asked after so many seconds.
pub const ALIVE_INTERVAL: Rule = Rule {
    keyword: "clientaliveinterval",
    wanted: Between(1, 900),
    controls: &["CIS-AL2023-4.2.20", "CIS-Ubuntu24.04-5.1.7"],
};

/// And is let go after so many questions.
pub const ALIVE_COUNT: Rule = Rule {
    keyword: "clientalivecountmax",
    // 0 never ends a session that is idle (OpenSSH 8.2 and later).
    wanted: Between(1, 3),
    controls: &["CIS-AL2023-4.2.20", "CIS-Ubuntu24.04-5.1.7"],
};

/// No way back to the screen of whoever logs in.
pub const X11: Rule = Rule {
    keyword: "x11forwarding",
    wanted: OneOf(&["no"]),
    controls: &["CIS-AL2023-4.2.12"],
};

/// No machine vouches for its users.
pub const HOST_BASED: Rule = Rule {
    keyword: "hostbasedauthentication",
    wanted: OneOf(&["no"]),
    controls: &["CIS-AL2023-4.2.8", "CIS-Ubuntu24.04-5.1.10"],
};

/// Users set no variables before the shell starts.
pub const USER_ENVIRONMENT: Rule = Rule {
    keyword: "permituserenvironment",
    wanted: OneOf(&["no"]),
    controls: &["CIS-AL2023-4.2.10", "CIS-Ubuntu24.04-5.1.21"],
};

/// Logins are written down.
pub const LOG_LEVEL: Rule = Rule {
    keyword: "loglevel",
    wanted: OneOf(&["INFO", "VERBOSE"]),
    controls: &["CIS-AL2023-4.2.5", "CIS-Ubuntu24.04-5.1.14"],
};

/// No cipher that gives plain text away.
pub const CIPHERS: Rule = Rule {
    keyword: "ciphers",
    wanted: Without(&["*-cbc", "*-cbc@*", "arcfour*", "none"]),
    controls: &["CIS-AL2023-4.2.14", "CIS-Ubuntu24.04-5.1.6"],
};

/// No checksum that can be forged.
pub const MACS: Rule = Rule {
    keyword: "macs",
    // umac-64 has a tag of 64 bits. It is among OpenSSH's defaults, so an untouched server fails here, as it does with CIS.
    wanted: Without(&["hmac-md5*", "hmac-ripemd160*", "hmac-sha1-96*", "umac-64*"]),
    controls: &["CIS-AL2023-4.2.14", "CIS-Ubuntu24.04-5.1.15"],
};

/// No key exchange with SHA-1.
pub const KEX: Rule = Rule {
    keyword: "kexalgorithms",
    wanted: Without(&[
        "diffie-hellman-group1-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
    ]),
    controls: &["CIS-AL2023-4.2.14", "CIS-Ubuntu24.04-5.1.12"],
};

/// All of them.
pub const RULES: &[Rule] = &[
    ROOT_LOGIN,
    PASSWORDS,
    KEYBOARD,
    EMPTY_PASSWORDS,
    TRIES,
    GRACE,
    ALIVE_INTERVAL,
    ALIVE_COUNT,
    X11,
    HOST_BASED,
    USER_ENVIRONMENT,
    LOG_LEVEL,
    CIPHERS,
    MACS,
    KEX,
];

/// The words of a value that are not good: empty when all are.
#[must_use]
pub fn bad_words(wanted: Wanted, words: &[String]) -> Vec<String> {
    let bad = |word: &&str| match wanted {
        OneOf(good) => !good.contains(word),
        Between(low, high) => !word
            .parse::<u32>()
            .is_ok_and(|number| (low..=high).contains(&number)),
        // A pattern that stands for a weak name, or a weak name itself.
        Without(weak) => weak.iter().any(|weak| {
            matches(word, weak) || (word.contains('*') && matches(&weak.replace('*', ""), word))
        }),
    };
    words
        .iter()
        .flat_map(|word| match wanted {
            Without(_) => word.split(',').collect::<Vec<_>>(),
            _ => vec![word.as_str()],
        })
        .filter(bad)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Who, defaults, read};
    use super::*;

    /// Words that CIS asks for pass, the defaults of OpenSSH fail where CIS says so.
    #[test]
    fn each_rule_has_a_good_and_a_bad_value() {
        for (keyword, good, bad) in [
            ("permitrootlogin", "no", "yes"),
            ("passwordauthentication", "no", "yes"),
            ("kbdinteractiveauthentication", "no", "yes"),
            ("permitemptypasswords", "no", "yes"),
            ("maxauthtries", "4", "6"),
            ("logingracetime", "60", "0"),
            ("clientaliveinterval", "15m", "0"),
            ("clientalivecountmax", "3", "0"),
            ("x11forwarding", "no", "yes"),
            ("hostbasedauthentication", "no", "yes"),
            ("permituserenvironment", "no", "LANG"),
            ("loglevel", "VERBOSE", "QUIET"),
            ("ciphers", "aes256-ctr", "+aes128-cbc"),
            ("ciphers", "aes256-ctr", "*"),
            ("macs", "-umac-64*", "hmac-sha2-256,hmac-md5"),
            (
                "kexalgorithms",
                "curve25519-sha256",
                "^diffie-hellman-group14-sha1",
            ),
        ] {
            let rule = RULES.iter().find(|r| r.keyword == keyword).unwrap();
            for (value, fails) in [(good, false), (bad, true)] {
                let config = read("f", &format!("{keyword} {value}\n"), &|_| None);
                let words = config
                    .value(keyword, &Who::default(), &defaults())
                    .words
                    .unwrap();
                assert_eq!(
                    !bad_words(rule.wanted, &words).is_empty(),
                    fails,
                    "{keyword} {value}"
                );
            }
        }
    }
}
