//! The script that changes sshd, run by a real shell in a folder of its own, among tools that only pretend.
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "the test runs a shell, writes its files and waits for it; it fails by panicking and says when it skips"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use rebato_core::contain::{Act as _, SetSshd};

/// A system that is no more than a folder.
struct System {
    root: PathBuf,
}

const OLD: &str = "MaxAuthTries 6\n";
const NEW: &str = "PasswordAuthentication no\nMaxAuthTries 4\n";

impl System {
    /// One of this name, or nothing where there is no shell.
    fn new(name: &str) -> Option<Self> {
        if !PathBuf::from("/bin/sh").exists() {
            println!("skipped: this system has no /bin/sh");
            return None;
        }
        let root = std::env::temp_dir().join(format!("rebato-sshd-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let system = Self { root };
        for folder in ["bin", "etc/sshd_config.d"] {
            fs::create_dir_all(system.root.join(folder)).unwrap();
        }
        let at = system.root.display();
        system.tool(
            "sshd",
            &format!(
                "if [ \"$1\" = -t ]; then [ ! -e {at}/bad-syntax ] && ! grep -q Nonsense {at}/etc/sshd_config.d/*.conf 2>/dev/null; exit; fi\n\
                 [ -e {at}/deaf ] || tr A-Z a-z < {at}/etc/sshd_config.d/00-rebato.conf 2>/dev/null; exit 0"
            ),
        );
        system.tool(
            "systemctl",
            &format!(
                "echo \"$@\" >> {at}/systemctl.log\ncase \"$1 $2\" in 'is-active --quiet') [ \"$3\" = ssh ] && [ ! -e {at}/inactive ] ;;\n\
                 'reload ssh') [ ! -e {at}/no-reload ] || {{ rm {at}/no-reload; exit 1; }} ;; esac"
            ),
        );
        system.tool(
            "systemd-run",
            &format!("[ ! -e {at}/no-timers ] || exit 1\necho \"$@\" > {at}/timer"),
        );
        // The wait of a guest without timers ends when the test says so.
        system.tool(
            "sleep",
            &format!("while [ ! -e {at}/go ]; do /bin/sleep 0.02; done"),
        );
        Some(system)
    }

    fn tool(&self, name: &str, body: &str) {
        let path = self.root.join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn flag(&self, name: &str) {
        fs::write(self.root.join(name), "").unwrap();
    }

    fn file(&self) -> Option<String> {
        fs::read_to_string(self.root.join("etc/sshd_config.d/00-rebato.conf")).ok()
    }

    fn write(&self, content: &str) {
        fs::write(self.root.join("etc/sshd_config.d/00-rebato.conf"), content).unwrap();
    }

    /// What the script says.
    fn run(&self, script: &str) -> String {
        let ran = Command::new("/bin/sh")
            .arg("-c")
            .arg(script)
            .env("tools", format!("{}/bin:", self.root.display()))
            .env("etc", self.root.join("etc"))
            .env("keep", self.root.join("keep"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout).trim().to_owned();
        assert_eq!(ran.status.success(), said.starts_with("@@sshd "), "{said}");
        said
    }

    fn set(&self, set: &SetSshd) -> String {
        let run = set.in_guest().unwrap();
        self.run(&run.parameters["commands"].join("\n"))
    }

    fn confirm(&self, set: &SetSshd) -> String {
        self.run(&set.confirmation().parameters["commands"].join("\n"))
    }

    /// The time is over: the timer runs what it was given.
    fn time_passes(&self) {
        let timer = fs::read_to_string(self.root.join("timer")).unwrap();
        assert!(timer.contains("--on-active=10m"), "{timer}");
        let ran = Command::new("/bin/sh")
            .arg(self.root.join("keep/put-back"))
            .status();
        assert!(ran.unwrap().success());
    }
}

impl Drop for System {
    fn drop(&mut self) {
        self.flag("go");
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn change(from: Option<&str>, to: Option<&str>) -> SetSshd {
    SetSshd {
        instance: "i-1".into(),
        from: from.map(Into::into),
        to: to.map(Into::into),
        expect: vec![
            "passwordauthentication no".into(),
            "maxauthtries (4|3)".into(),
        ],
        minutes: Some(10),
    }
}

fn undo(set: &SetSshd) -> SetSshd {
    SetSshd {
        from: set.to.clone(),
        to: set.from.clone(),
        expect: Vec::new(),
        minutes: None,
        ..set.clone()
    }
}

#[test]
fn a_change_is_set_once_confirmed_and_taken_back() {
    let Some(system) = System::new("whole") else {
        return;
    };
    let set = change(None, Some(NEW));
    assert_eq!(system.set(&set), "@@sshd set");
    assert_eq!(system.file().as_deref(), Some(NEW));
    assert_eq!(system.set(&set), "@@sshd already");
    assert_eq!(system.confirm(&set), "@@sshd confirmed");
    assert_eq!(
        system.confirm(&set),
        "@@sshd confirmed",
        "a second word changes nothing"
    );
    system.time_passes();
    assert_eq!(
        system.file().as_deref(),
        Some(NEW),
        "what is confirmed stays"
    );
    assert_eq!(system.set(&undo(&set)), "@@sshd set");
    assert_eq!(system.file(), None);
    let log = fs::read_to_string(system.root.join("systemctl.log")).unwrap();
    assert_eq!(log.matches("reload ssh").count(), 2);
    let mode = fs::metadata(system.root.join("keep"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn without_a_word_the_old_state_comes_back() {
    let Some(system) = System::new("silent") else {
        return;
    };
    system.write(OLD);
    let set = change(Some(OLD), Some(NEW));
    assert_eq!(system.set(&set), "@@sshd set");
    system.time_passes();
    assert_eq!(system.file().as_deref(), Some(OLD));
    assert_eq!(system.confirm(&set), "@@why put-back");
    assert_eq!(system.set(&undo(&set)), "@@sshd already");
}

#[test]
fn a_guest_without_timers_waits_by_itself() {
    let Some(system) = System::new("timerless") else {
        return;
    };
    system.flag("no-timers");
    let set = change(None, Some(NEW));
    assert_eq!(system.set(&set), "@@sshd set");
    system.flag("go");
    let end = Instant::now() + Duration::from_secs(20);
    while system.file().is_some() {
        assert!(Instant::now() < end, "nothing was put back");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(system.confirm(&set), "@@why put-back");
}

#[test]
fn taking_it_back_ends_the_wait() {
    let Some(system) = System::new("early") else {
        return;
    };
    system.write(OLD);
    let set = change(Some(OLD), Some(NEW));
    system.set(&set);
    assert_eq!(system.set(&undo(&set)), "@@sshd set");
    assert_eq!(system.file().as_deref(), Some(OLD));
    system.write("somebody else's\n");
    system.time_passes();
    assert_eq!(system.file().as_deref(), Some("somebody else's\n"));
}

#[test]
fn what_sshd_does_not_take_is_put_back_at_once() {
    for (name, flag, content, why) in [
        ("syntax", None, "Nonsense\n", "@@why syntax"),
        ("deaf", Some("deaf"), NEW, "@@why not-effective"),
        ("reload", Some("no-reload"), NEW, "@@why reload"),
        ("inactive", Some("inactive"), NEW, "@@why reload"),
        ("broken", Some("bad-syntax"), NEW, "@@why broken-before"),
    ] {
        let Some(system) = System::new(name) else {
            return;
        };
        system.write(OLD);
        if let Some(flag) = flag {
            system.flag(flag);
        }
        let set = change(Some(OLD), Some(content));
        assert_eq!(system.set(&set), why, "{name}");
        assert_eq!(system.file().as_deref(), Some(OLD), "{name}");
        assert!(!system.root.join("keep/pending").exists(), "{name}");
    }
}

#[test]
fn what_somebody_else_changed_is_left_alone() {
    let Some(system) = System::new("changed") else {
        return;
    };
    system.write("MaxAuthTries 2\n");
    assert_eq!(system.set(&change(Some(OLD), Some(NEW))), "@@why changed");
    assert_eq!(system.set(&change(None, Some(NEW))), "@@why changed");
    assert_eq!(system.file().as_deref(), Some("MaxAuthTries 2\n"));
}
