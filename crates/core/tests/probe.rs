//! The script that looks into a Linux guest, run by a real shell over a folder that stands for the guest, and read back.
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "the test runs a shell and writes its files; it fails by panicking and says when it skips"
)]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use rebato_core::harden::guest::{Guest, LINUX_PROBE, read};
use rebato_core::harden::sshd::{Who, defaults};

const KEY: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

/// A guest that is no more than a folder.
struct System {
    root: PathBuf,
}

impl System {
    /// One of this name, or nothing where there is no shell.
    fn new(name: &str) -> Option<Self> {
        if !PathBuf::from("/bin/sh").exists() {
            println!("skipped: this system has no /bin/sh");
            return None;
        }
        let root = std::env::temp_dir().join(format!("rebato-probe-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let system = Self { root };
        system.write(
            "etc/passwd",
            &format!(
                "root:x:0:0:root:{0}/root:/bin/sh\nana:x:1000:1000::{0}/home/ana:/bin/sh\n",
                system.root.display()
            ),
        );
        system.write("etc/shadow", "root:*:1::\nana:$y$x:1::\n");
        system.write("etc/sudoers", "root ALL=(ALL) ALL\n");
        system.write(
            "etc/ssh/sshd_config",
            "Include /etc/ssh/sshd_config.d/*.conf\n",
        );
        fs::create_dir_all(system.root.join("etc/ssh/sshd_config.d")).unwrap();
        // The script asks only root, and only this machine.
        system.tool(
            "id",
            "case $1 in -u) echo 0 ;; -Gnz) printf 'users\\0domain users\\0' ;; esac",
        );
        system.tool("getent", "exit 0");
        system.tool("sshd", "exit 1");
        Some(system)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn tool(&self, name: &str, body: &str) {
        self.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{body}\n"));
        let path = self.root.join("bin").join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What the script prints here, read.
    fn look(&self, packed: bool) -> Guest {
        let root = self.root.display().to_string();
        // What the files say of paths stays as it is.
        let script = LINUX_PROBE
            .replace("/etc/", &format!("{root}/etc/"))
            .replace("PATH=/usr/sbin", &format!("PATH={root}/bin:/usr/sbin"));
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script).arg("probe");
        if packed {
            command.arg("packed");
        }
        let ran = command.output().unwrap();
        let said = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(packed, said.starts_with("@@rebato-gzip\n"), "{said}");
        let said = if packed {
            said
        } else {
            said.replace(&root, "")
        };
        read(said.as_bytes()).unwrap()
    }

    fn sudoers(&self) -> Result<Vec<String>, String> {
        let guest = self.look(false);
        guest.sudoers.seen().cloned().map_err(str::to_owned)
    }

    /// root's keys: how many are known, and whether there are more.
    fn keys(&self, text: &str) -> (usize, bool) {
        self.write("root/.ssh/authorized_keys", text);
        let guest = self.look(false);
        let file = &guest.keys.seen().unwrap()[0];
        (file.keys.len(), file.more)
    }
}

impl Drop for System {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

#[test]
fn a_file_without_an_end_of_line_does_not_run_into_the_next() {
    let Some(system) = System::new("ends") else {
        return;
    };
    system.write("etc/ssh/sshd_config.d/10.conf", "PermitRootLogin no");
    system.write("etc/ssh/sshd_config.d/20.conf", "MaxAuthTries 3");
    let guest = system.look(false);
    let config = guest.sshd_files.seen().unwrap();
    assert_eq!(config.problems, []);
    for (keyword, wanted) in [("permitrootlogin", "no"), ("maxauthtries", "3")] {
        let value = config.value(keyword, &Who::default(), &defaults());
        assert_eq!(value.words.unwrap(), [wanted]);
    }
    assert_eq!(guest.sshd_modes.seen().unwrap().len(), 3);
    // Packed, it is the same; and a line that would be cut is not shown in part.
    assert_eq!(system.look(true).sshd_modes.seen().unwrap().len(), 3);
    system.write(
        "etc/ssh/sshd_config.d/30.conf",
        &format!("AllowUsers {}\n", "a ".repeat(3000)),
    );
    assert_eq!(system.look(false).sshd_files.seen(), Err("failed"));
}

#[test]
fn no_key_hides_behind_others() {
    let Some(system) = System::new("keys") else {
        return;
    };
    let key = format!("ssh-ed25519 {KEY}");
    assert_eq!(system.keys(&key), (1, false), "without an end of line");
    assert_eq!(system.keys(&format!("{key} PRIVATE\r\n")), (1, false));
    assert_eq!(
        system.keys(&format!("rsa-sha2-512 {KEY}\n")),
        (1, false),
        "sshd takes the name of a signature"
    );
    assert_eq!(
        system.keys(&format!("{}{key}\n", "# x\n\n".repeat(100))),
        (1, false)
    );
    let many = format!("{key} a\n").repeat(41);
    assert_eq!(system.keys(&many), (40, true));
    let long = format!("environment=\"A={}\" {key}\n", "x".repeat(5000));
    assert_eq!(system.keys(&long), (0, true));
    let odd = format!("odd-kind {KEY}\n");
    assert_eq!(system.keys(&odd), (0, true));
    // A private key that lies there stays there.
    let private = format!(
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n{KEY}\n-----END OPENSSH PRIVATE KEY-----\n"
    );
    assert_eq!(system.keys(&private), (0, false));
    let groups = system.look(false).groups;
    assert_eq!(groups.seen().unwrap()["root"], ["users", "domain users"]);
    assert!(
        !groups.seen().unwrap().contains_key("ana"),
        "she has no key"
    );
}

#[test]
fn twins_of_root_and_empty_passwords_are_found_wherever_they_stand() {
    let Some(system) = System::new("users") else {
        return;
    };
    let before = fs::read_to_string(system.root.join("etc/passwd")).unwrap();
    let more = "toor:x:00:0::/:/bin/sh\nten:x:10:0::/:/bin/sh\n#old:x:0:0::/:/bin/sh\nopen::1001:1001::/:/bin/sh\n";
    system.write("etc/passwd", &format!("{before}{more}"));
    system.write("etc/shadow", "root:*:1::\nana::1::\n");
    system.tool("getent", "echo 'far:x:0:0::/:/bin/sh'");
    let guest = system.look(false);
    assert_eq!(guest.uid0.seen().unwrap(), &["far", "root", "toor"]);
    assert_eq!(guest.no_password.seen().unwrap(), &["ana", "open"]);
}

#[test]
fn sudoers_are_followed_into_what_they_include() {
    let Some(system) = System::new("sudoers") else {
        return;
    };
    assert_eq!(system.sudoers(), Ok(vec![]));
    let root = system.root.display();
    let mut text = String::new();
    for line in [
        "Defaults env_reset",
        "# ana ALL=(ALL) NOPASSWD: ALL",
        "#1001 ALL=(ALL) NOPASSWD: ALL",
        "User_Alias OPS = ana, \\",
        "    eva",
        "OPS ALL = (ALL) \\",
        "    NOPASSWD : ALL",
        "Defaults:ana ! authenticate",
        "Defaults exempt_group=adm",
        "@include sudoers.more",
    ] {
        writeln!(text, "{line}").unwrap();
    }
    writeln!(text, "#includedir \"{root}/opt/sudo\"").unwrap();
    system.write("etc/sudoers", &text);
    system.write(
        "etc/sudoers.more",
        "%adm ALL=(ALL) NOPASSWD: ALL\n@include sudoers.more\n",
    );
    system.write("opt/sudo/x", "eva ALL=(ALL) NOPASSWD: /bin/x");
    let found = system.sudoers().unwrap();
    for (file, line) in [
        ("/etc/sudoers", "#1001 ALL=(ALL) NOPASSWD: ALL"),
        ("/etc/sudoers", "    NOPASSWD : ALL"),
        ("/etc/sudoers", "Defaults:ana ! authenticate"),
        ("/etc/sudoers", "Defaults exempt_group=adm"),
        ("/etc/sudoers.more", "%adm ALL=(ALL) NOPASSWD: ALL"),
        ("/opt/sudo/x", "eva ALL=(ALL) NOPASSWD: /bin/x"),
    ] {
        assert!(
            found.contains(&format!("{file}: {line}")),
            "{line}: {found:?}"
        );
    }
    assert!(
        !found.iter().any(|line| line.contains("# ana")),
        "{found:?}"
    );
    // One that cannot be followed may hold anything.
    for include in ["@include /nowhere", "@include sudoers.%h"] {
        system.write("etc/sudoers", &format!("{include}\n"));
        assert_eq!(
            system.sudoers(),
            Err("include-not-given".into()),
            "{include}"
        );
    }
}
