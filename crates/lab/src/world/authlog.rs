//! What sshd on the instance writes, in syslog form, shipped to CloudWatch Logs.
//! Must not know who logs in or why.

use std::net::IpAddr;

use super::model::World;

/// The log group that the instances' agents write to; the stream is the instance id.
pub const AUTH_LOG_GROUP: &str = "/var/log/auth.log";

/// One login attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Login<'a> {
    pub(crate) user: &'a str,
    pub(crate) from: IpAddr,
    pub(crate) port: u16,
    /// Process id of the sshd child.
    pub(crate) process: u32,
}

impl World {
    pub(crate) fn log_failed_login(&mut self, instance_id: &str, login: &Login<'_>, known: bool) {
        let Login {
            user,
            from,
            port,
            process,
        } = login;
        if known {
            self.sshd(instance_id, *process, &format!("pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={from}  user={user}"));
            self.sshd(
                instance_id,
                *process,
                &format!("Failed password for {user} from {from} port {port} ssh2"),
            );
            self.sshd(
                instance_id,
                *process,
                &format!(
                    "Connection closed by authenticating user {user} {from} port {port} [preauth]"
                ),
            );
        } else {
            self.sshd(
                instance_id,
                *process,
                &format!("Invalid user {user} from {from} port {port}"),
            );
            self.sshd(
                instance_id,
                *process,
                &format!("Failed password for invalid user {user} from {from} port {port} ssh2"),
            );
            self.sshd(
                instance_id,
                *process,
                &format!("Connection closed by invalid user {user} {from} port {port} [preauth]"),
            );
        }
    }

    pub(crate) fn log_accepted_login(&mut self, instance_id: &str, login: &Login<'_>) {
        let Login {
            user,
            from,
            port,
            process,
        } = login;
        self.sshd(
            instance_id,
            *process,
            &format!("Accepted password for {user} from {from} port {port} ssh2"),
        );
        self.sshd(
            instance_id,
            *process,
            &format!(
                "pam_unix(sshd:session): session opened for user {user}(uid=1000) by {user}(uid=0)"
            ),
        );
    }

    pub(crate) fn log_key_login(&mut self, instance_id: &str, login: &Login<'_>) {
        let Login {
            user,
            from,
            port,
            process,
        } = login;
        self.sshd(instance_id, *process, &format!("Accepted publickey for {user} from {from} port {port} ssh2: ED25519 SHA256:0b2rS1m5S0mJ5hVtq4o2o7xk0yGx1lV9s8n3d6w4c2A"));
        self.sshd(
            instance_id,
            *process,
            &format!(
                "pam_unix(sshd:session): session opened for user {user}(uid=1001) by {user}(uid=0)"
            ),
        );
    }

    /// A visitor who leaves before saying anything.
    pub(crate) fn log_scan(&mut self, instance_id: &str, login: &Login<'_>) {
        let Login {
            from,
            port,
            process,
            ..
        } = login;
        self.sshd(
            instance_id,
            *process,
            &format!("Connection closed by {from} port {port} [preauth]"),
        );
    }

    /// A visitor who says nothing until the server loses patience; the line comes when the connection does, for simplicity.
    pub(crate) fn log_timeout(&mut self, instance_id: &str, login: &Login<'_>) {
        let Login {
            from,
            port,
            process,
            ..
        } = login;
        self.sshd(
            instance_id,
            *process,
            &format!("Timeout before authentication for {from} port {port}"),
        );
    }

    pub(crate) fn log_cron(&mut self, instance_id: &str, process: u32) {
        for what in [
            "opened for user root(uid=0) by root(uid=0)",
            "closed for user root",
        ] {
            self.auth_line(
                instance_id,
                &format!("CRON[{process}]: pam_unix(cron:session): session {what}"),
            );
        }
    }

    fn sshd(&mut self, instance_id: &str, process: u32, text: &str) {
        self.auth_line(instance_id, &format!("sshd[{process}]: {text}"));
    }

    /// The agent ships a line only while the instance reaches AWS; what it would send later is not simulated.
    fn auth_line(&mut self, instance_id: &str, text: &str) {
        if !self.reaches_aws(instance_id) {
            return;
        }
        let host = self
            .interfaces_of(instance_id)
            .next()
            .and_then(|i| i.private_addresses.first())
            .map(|a| format!("ip-{}", a.ip.to_string().replace('.', "-")))
            .unwrap_or_default();
        let line = format!("{} {host} {text}", self.now.strftime("%b %e %H:%M:%S"));
        self.log_line(AUTH_LOG_GROUP, instance_id, self.now, line);
    }
}
