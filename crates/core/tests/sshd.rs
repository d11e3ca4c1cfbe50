//! A real sshd (Debian's openssh-server) reads generated configurations with `sshd -T`, and agrees with our reading of them.
//! Skipped with a message where no sshd is installed; one that is there and cannot be asked fails where CI is set.
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "the test starts sshd and writes its files"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};
use rebato_core::harden::sshd::{Who, read, read_dump};

const SSHD: &str = "/usr/sbin/sshd";

/// Keywords that are compared, and values for them.
const VALUES: &[(&str, &[&str])] = &[
    (
        "PermitRootLogin",
        &["yes", "no", "prohibit-password", "without-password"],
    ),
    ("PasswordAuthentication", &["yes", "no", "YES"]),
    ("KbdInteractiveAuthentication", &["yes", "no"]),
    ("ChallengeResponseAuthentication", &["yes", "no"]),
    ("PermitEmptyPasswords", &["yes", "no", "No"]),
    ("PubkeyAuthentication", &["yes", "no"]),
    ("MaxAuthTries", &["1", "4", "6", "20"]),
    ("MaxSessions", &["0", "2"]),
    ("X11Forwarding", &["yes", "no"]),
    ("AllowTcpForwarding", &["yes", "no", "local", "all"]),
    ("GatewayPorts", &["clientspecified", "no"]),
    ("ClientAliveInterval", &["0", "300", "5m", "1h30m"]),
    ("ClientAliveCountMax", &["0", "3"]),
    ("LogLevel", &["INFO", "verbose", "DEBUG3"]),
    ("Banner", &["/etc/issue", "none"]),
    ("AllowUsers", &["root ubuntu", "a", "*@10.0.0.0/8"]),
    ("DenyGroups", &["wheel", "b c"]),
    ("AcceptEnv", &["LANG LC_*", "X"]),
    (
        "AuthorizedKeysFile",
        &[".ssh/authorized_keys", "/etc/keys/%u .ssh/a"],
    ),
    ("PermitTTY", &["yes", "no"]),
    ("IgnoreRhosts", &["yes", "no", "shosts-only"]),
    ("PermitTunnel", &["yes", "no", "ethernet"]),
    ("HostbasedAuthentication", &["yes", "no"]),
    ("DisableForwarding", &["yes", "no"]),
];
const GLOBALS: &[(&str, &[&str])] = &[
    ("Port", &["22", "2222"]),
    ("LoginGraceTime", &["0", "60", "2m"]),
    (
        "Ciphers",
        &[
            "aes256-ctr",
            "+aes128-cbc",
            "-aes*-ctr",
            "^aes256-gcm@openssh.com",
        ],
    ),
    (
        "MACs",
        &["hmac-sha2-256", "+hmac-md5", "-umac-64*,hmac-sha1*"],
    ),
    (
        "KexAlgorithms",
        &[
            "curve25519-sha256",
            "+diffie-hellman-group14-sha1",
            "-ecdh*",
        ],
    ),
    ("StrictModes", &["yes", "no"]),
    ("UseDNS", &["yes", "no"]),
    ("PermitUserEnvironment", &["yes", "no"]),
    ("Compression", &["yes", "no", "delayed"]),
    ("TCPKeepAlive", &["yes", "no"]),
    ("UsePAM", &["yes", "no"]),
];
const CRITERIA: &[&str] = &[
    "all",
    "User root",
    "User=root",
    "User r*,!ubuntu",
    "User *,!root",
    "User !root",
    "Group root",
    "Group *,!root",
    "Group no*",
    "Group nogroup,nobody,!root",
    "Group wheel,adm",
    "Address 10.0.0.0/8",
    "Address 10.*,!10.1.0.0/16",
    "Address 192.0.2.7",
    "Host *.example",
    "LocalPort 22",
    "LocalAddress 10.9.9.9",
    "User root Address 10.0.0.0/8 # told",
    "User \"root\"",
];

#[derive(Debug, Clone)]
enum Line {
    Set(String),
    Match(String),
    Include(usize),
}

/// A line in one of the forms that sshd reads.
fn form(keyword: &str, value: &str, style: u8) -> String {
    match style % 6 {
        0 => format!("{keyword} {value}"),
        1 => format!("  {}={value}", keyword.to_lowercase()),
        2 => format!("\t{} = {value}   ", keyword.to_uppercase()),
        3 => format!("{keyword} {value} # a comment"),
        4 if !value.contains(' ') => format!("{keyword} \"{value}\""),
        _ => format!("\"{keyword}\" {value}\r"),
    }
}

fn line() -> impl Strategy<Value = Line> {
    let any = |table: &'static [(&'static str, &'static [&'static str])]| {
        (
            prop::sample::select(table),
            any::<prop::sample::Index>(),
            any::<u8>(),
        )
            .prop_map(|((keyword, values), at, style)| form(keyword, at.get::<&str>(values), style))
    };
    prop_oneof![
        8 => any(VALUES).prop_map(Line::Set),
        3 => any(GLOBALS).prop_map(|text| Line::Set(format!("!{text}"))),
        3 => prop::sample::select(CRITERIA).prop_map(|c| Line::Match(c.to_owned())),
        2 => (0..3usize).prop_map(Line::Include),
    ]
}

/// The text of a file. What may not stand in a `Match` block is left out there, for sshd would not start.
fn text(lines: &[Line], dir: &Path, in_match: bool, level: usize) -> (String, bool) {
    let mut out = String::new();
    let mut open = in_match;
    for line in lines {
        match line {
            Line::Set(set) => match set.strip_prefix('!') {
                Some(_) if open => {}
                Some(set) => writeln!(out, "{set}").unwrap(),
                None => writeln!(out, "{set}").unwrap(),
            },
            Line::Match(criteria) => {
                open = true;
                writeln!(out, "Match {criteria}").unwrap();
            }
            // Only downwards, so that it ends; a folder of the third level has no files.
            Line::Include(to) if *to >= level && !open => {
                writeln!(out, "Include {}/d{to}/*.conf", dir.display()).unwrap();
            }
            // Inside a block only the folder whose files hold nothing that is refused there.
            Line::Include(_) => writeln!(out, "Include {}/d3/*.conf", dir.display()).unwrap(),
        }
    }
    (out, open)
}

fn include(pattern: &str) -> Option<Vec<(String, String)>> {
    let folder = pattern.strip_suffix("/*.conf")?;
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    found.sort();
    Some(
        found
            .into_iter()
            .map(|path| {
                let text = std::fs::read_to_string(&path).unwrap();
                (path.display().to_string(), text)
            })
            .collect(),
    )
}

fn ask(config: &Path, who: Option<&str>) -> Result<String, String> {
    let mut command = Command::new(SSHD);
    command.arg("-T").arg("-f").arg(config);
    if let Some(who) = who {
        command.args(["-C", who]);
    }
    let out = command.output().unwrap();
    if out.status.success() {
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&out.stderr).into_owned())
    }
}

/// The folder for the files, and sshd's own defaults; `None` where sshd cannot be asked.
fn ready() -> Option<(tempfile::TempDir, BTreeMap<String, String>)> {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    // Debian's sshd wants this folder even for a test; its service makes it. Only root can.
    let _ = std::fs::create_dir_all("/run/sshd");
    let answer = if Path::new(SSHD).exists() {
        ask(&empty, None)
    } else {
        Err("it is not installed".to_owned())
    };
    match answer {
        Ok(told) => {
            let defaults = told
                .lines()
                .filter_map(|line| line.split_once(' '))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            Some((dir, defaults))
        }
        Err(why) => {
            // It is a package of the system: where there is none, there is nothing to agree with.
            let there = Path::new(SSHD).exists();
            assert!(
                !there || std::env::var_os("CI").is_none(),
                "{SSHD} cannot be asked: {why}"
            );
            println!("skipped: {SSHD} cannot be asked: {why}");
            None
        }
    }
}

/// The groups of a user of this machine, whom sshd looks up too.
fn groups(user: &str) -> Vec<String> {
    let told = Command::new("id").args(["-Gn", user]).output().unwrap();
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    told.split_whitespace().map(str::to_owned).collect()
}

fn connections() -> Vec<(Option<&'static str>, Who)> {
    let known = |user: &str, address: &str| Who {
        user: Some(user.into()),
        groups: groups(user),
        host: Some("a.example".into()),
        address: address.parse().ok(),
        local_address: "10.9.9.9".parse().ok(),
        local_port: Some(22),
    };
    vec![
        (None, Who::default()),
        (
            Some("user=root,host=a.example,addr=10.1.2.3,laddr=10.9.9.9,lport=22"),
            known("root", "10.1.2.3"),
        ),
        (
            Some("user=nobody-here,host=a.example,addr=192.0.2.7,laddr=10.9.9.9,lport=22"),
            known("nobody-here", "192.0.2.7"),
        ),
        (
            Some("user=nobody,host=a.example,addr=192.0.2.7,laddr=10.9.9.9,lport=22"),
            known("nobody", "192.0.2.7"),
        ),
    ]
}

#[test]
fn a_real_sshd_agrees() {
    let Some((dir, defaults)) = ready() else {
        return;
    };
    let compared = std::cell::Cell::new(0_u32);
    let lines = || prop::collection::vec(line(), 0..12);
    let quiet = prop::collection::vec(line(), 0..5);
    let files = (lines(), lines(), lines(), lines(), quiet);
    let mut runner = TestRunner::new_with_rng(
        Cases {
            cases: 120,
            failure_persistence: None,
            ..Cases::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let outcome = runner.run(&files, |(main, a, b, c, inner)| {
        let root = dir.path();
        for (folder, name, lines, level) in [
            ("d0", "10.conf", &a, 1),
            ("d1", "10.conf", &b, 2),
            ("d1", "20.conf", &c, 2),
            ("d2", "10.conf", &b, 3),
        ] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
            let (text, _) = text(lines, root, false, level);
            std::fs::write(root.join(folder).join(name), text).unwrap();
        }
        std::fs::create_dir_all(root.join("d3")).unwrap();
        let inner: Vec<Line> = inner
            .into_iter()
            .filter(|line| !matches!(line, Line::Include(_)))
            .collect();
        let (in_block, _) = text(&inner, root, true, 4);
        std::fs::write(root.join("d3/10.conf"), in_block).unwrap();
        let (main, _) = text(&main, root, false, 0);
        let path = root.join("sshd_config");
        std::fs::write(&path, &main).unwrap();
        let ours = read("sshd_config", &main, &include);
        prop_assert!(ours.problems.is_empty(), "{:?}\n{main}", ours.problems);
        for (asked, who) in connections() {
            let told = match ask(&path, asked) {
                Ok(told) => told,
                // sshd wants to be told the port where a block asks for it.
                Err(why) if asked.is_none() && why.contains("in connection test specification") => {
                    continue;
                }
                Err(why) => return Err(TestCaseError::fail(format!("{why}\n{main}"))),
            };
            let theirs = read_dump("sshd -T", &told);
            for (keyword, _) in VALUES.iter().chain(GLOBALS) {
                let mine = ours.value(keyword, &who, &defaults);
                let real = theirs.value(keyword, &Who::default(), &defaults);
                prop_assert_eq!(mine.doubt, None);
                prop_assert_eq!(mine.words, real.words, "{} {:?}\n{}", keyword, asked, main);
                compared.set(compared.get() + 1);
            }
        }
        Ok(())
    });
    if let Err(why) = outcome {
        panic!("{why}");
    }
    println!("{} values compared", compared.get());
}

#[test]
fn what_a_real_sshd_refuses_is_a_problem_here() {
    let Some((dir, _)) = ready() else {
        return;
    };
    for (line, good) in [
        ("PermitRootLogins no", false),
        ("PermitRootLogin maybe", false),
        ("PermitRootLogin", false),
        ("PermitRootLogin no yes", false),
        ("MaxAuthTries many", false),
        ("LoginGraceTime 2x", false),
        ("Banner \"x", false),
        ("Match Colour red", false),
        ("Match User", false),
        ("Match all User root", false),
        ("Match User root\nPort 22", false),
        ("Match User root\nLoginGraceTime 5", false),
        ("Match LocalPort x", false),
        ("Include", false),
        ("AllowUsers", false),
        ("Match all\nLoginGraceTime 5", true),
        ("Protocol 2", true),
        ("X11Forwarding true", false),
        ("X11Forwarding YES", true),
        ("LoginGraceTime 1W", true),
        ("Banner 'x y'", true),
        ("Include /nowhere/*.conf", true),
        ("# comment", true),
        ("  \t", true),
    ] {
        let path = dir.path().join("one");
        std::fs::write(&path, format!("{line}\n")).unwrap();
        let ours = read("one", line, &|_| Some(Vec::new()));
        assert_eq!(ask(&path, None).is_ok(), good, "sshd: {line}");
        assert_eq!(ours.problems.is_empty(), good, "ours: {line}");
    }
}
