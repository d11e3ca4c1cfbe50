//! What one message of Dropbear says of a login. The forms are those of its `svr-authpasswd.c`, `svr-authpam.c`, `svr-authpubkey.c` and
//! `svr-auth.c`. Must not know times, nor other messages.

use super::line::{Login, What};

pub(super) fn login(message: &str) -> Option<Login> {
    let message = message.trim();
    let found = |user: &str, rest: &str, what: What| {
        let from = rest.rsplit_once(" from ")?.1;
        let (ip, port) = from.rsplit_once(':')?;
        port.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| Login::new(user, ip, what, 1))
            .flatten()
    };
    let quoted = |rest: &'_ str| -> Option<(String, String)> {
        // A name may hold a quote; the last one before the address ends it.
        let (user, rest) = rest.strip_prefix('\'')?.rsplit_once('\'')?;
        Some((user.to_owned(), rest.to_owned()))
    };
    for (start, method) in [
        ("Password auth succeeded for ", "password"),
        ("PAM password auth succeeded for ", "password"),
        ("Pubkey auth succeeded for ", "publickey"),
        ("Auth succeeded with blank password for ", "none"),
    ] {
        if let Some(rest) = message.strip_prefix(start) {
            let (user, rest) = quoted(rest)?;
            let method = method.to_owned();
            return found(&user, &rest, What::Accepted { method });
        }
    }
    for start in ["Bad password attempt for ", "Bad PAM password attempt for "] {
        if let Some(rest) = message.strip_prefix(start) {
            let (user, rest) = quoted(rest)?;
            return found(&user, &rest, What::Failed { invalid: false });
        }
    }
    if let Some(rest) = message.strip_prefix("Login attempt for nonexistent user") {
        return found("", rest, What::Failed { invalid: true });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_dropbear() {
        let say = |message: &str| {
            login(message).map(|login| format!("{:?} {} {}", login.what, login.user, login.from))
        };
        for (message, wanted) in [
            (
                "Password auth succeeded for 'root' from 203.0.113.9:50000",
                "Accepted { method: \"password\" } root 203.0.113.9",
            ),
            (
                "Pubkey auth succeeded for 'root' with ssh-rsa key SHA256:x from 2001:db8::9:50000",
                "Accepted { method: \"publickey\" } root 2001:db8::9",
            ),
            (
                "Bad password attempt for 'a' from 1.2.3.4:5' from 203.0.113.9:50000",
                "Failed { invalid: false } a' from 1.2.3.4:5 203.0.113.9",
            ),
            (
                "Login attempt for nonexistent user from 203.0.113.9:50000",
                "Failed { invalid: true }  203.0.113.9",
            ),
        ] {
            assert_eq!(say(message).as_deref(), Some(wanted), "{message}");
        }
        assert_eq!(say("Exit before auth: Exited normally"), None);
    }
}
