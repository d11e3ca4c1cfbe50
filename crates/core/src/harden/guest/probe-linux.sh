#!/bin/sh
# Rebato's look into a Linux guest. It only reads, uses no network, prints no private key and no password, and its output
# is bounded. Run it as root: `sh probe-linux.sh > guest.txt`; `sh probe-linux.sh packed` prints it compressed.
#
# Each line of what it found begins with `|`, so that no file can forge the frame `@@begin NAME`, `@@end NAME STATUS`.
LC_ALL=C
export LC_ALL
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 077

# section NAME LINES FUNCTION: at most so many lines of 4,000 characters; `@@more` where that is not all. The function's answer is the status: 0 ok,
# 2 absent, 3 denied, else failed.
section() {
    echo "@@begin $1"
    {
        "$3" 2>/dev/null
        echo "@@status $?"
    } | awk -v most="$2" '
        /^@@status [0-9]+$/ { status = $2; next }
        length($0) > 4000 { long = 1 }
        NR <= most { gsub(/\r/, ""); print "|" substr($0, 1, 4000) }
        END { if (NR > most + 1 || long) print "@@more"; exit status }'
    case $? in
        0) echo "@@end $1 ok" ;;
        2) echo "@@end $1 absent" ;;
        3) echo "@@end $1 denied" ;;
        *) echo "@@end $1 failed" ;;
    esac
}

have() { command -v "$1" >/dev/null 2>&1; }
root() { [ "$(id -u)" = 0 ] || return 3; }
unit() { have systemctl && systemctl is-active "$1" 2>/dev/null | head -n 1 || echo unknown; }

os() { [ -r /etc/os-release ] || return 2; cat /etc/os-release; }
kernel() { uname -sr; }
sshd_t() { have sshd || return 2; root || return 3; sshd -T; }
sshd_t_root() { have sshd || return 2; root || return 3; sshd -T -C user=root,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22; }

# `=MODE OWNER PATH`, then the lines of the file after `>`; `+PATH` is a folder that was gone through. What would be cut is
# not shown in part. The last line of a file may lack its end, which awk gives it.
config_file() {
    stat -c '=%a %U %n' "$1" || return 1
    awk 'length($0) > 3900 { exit 1 } { print ">" $0 }' "$1"
}
sshd_files() {
    [ -e /etc/ssh/sshd_config ] || return 2
    [ -r /etc/ssh/sshd_config ] || return 3
    config_file /etc/ssh/sshd_config || return 1
    for folder in /etc/ssh/sshd_config.d; do
        [ -d "$folder" ] || { echo "+$folder"; continue; }
        [ -r "$folder" ] || return 3
        for file in "$folder"/*; do
            [ -f "$file" ] || continue
            config_file "$file" || return 1
        done
        echo "+$folder"
    done
    for file in /etc/crypto-policies/back-ends/opensshserver.config; do
        [ -r "$file" ] || continue
        config_file "$file" || return 1
    done
    return 0
}
# Of this machine, and of a directory where it lists its users.
users() { cat /etc/passwd; have getent && getent passwd; }
homes() { users | awk -F: '!/^#/ && NF > 5 { print $1 ":" $6 }' | sort -u; }
uid0() { [ -r /etc/passwd ] || return 3; users | awk -F: '!/^#/ && $3 ~ /^[ +]*0+$/ { print $1 }' | sort -u; }
no_password() {
    root || return 3
    awk -F: '!/^#/ && NF > 1 && $2 == "" { print $1 }' /etc/shadow /etc/passwd | sort -u
}
# sudoers_file FILE DEPTH: lines that ask for no password, and those of what it includes; `?` before what cannot be followed.
# `#` and a number is a user, not a comment.
sudoers_file() {
    [ -r "$1" ] && [ "$2" -lt 8 ] || { echo "?$1"; return; }
    awk -v file="$1" '
        /^[ \t]*#/ && !/^[ \t]*#[0-9]/ { next }
        /NOPASSWD|![ \t]*authenticate|exempt_group/ { print file ": " $0 }' "$1"
    awk '/^[ \t]*[#@]include(dir)?[ \t]/ { kind = $1; sub(/^[ \t]*[^ \t]+[ \t]+/, ""); gsub(/"/, ""); sub(/[ \t]+$/, ""); print kind, $0 }' "$1" |
        while read -r kind path; do
            case $path in
                *%* | *\\*) echo "?$path" && continue ;;
                /*) ;;
                *) path="${1%/*}/$path" ;;
            esac
            case $kind in
                *dir) for found in "$path"/*; do [ ! -f "$found" ] || sudoers_file "$found" $(($2 + 1)); done ;;
                *) sudoers_file "$path" $(($2 + 1)) ;;
            esac
        done
}
sudoers() {
    root || return 3
    [ -e /etc/sudoers ] || return 2
    sudoers_file /etc/sudoers 0 | sort -u
}
# `=USER MODE SECONDS PATH`, then the lines of the file after `>`: public keys only. `<` says that there are more, or longer
# ones, than are shown.
keys() {
    root || return 3
    [ "$(homes | wc -l)" -le 2000 ] || return 1
    homes | while IFS=: read -r user home; do
        for file in "$home/.ssh/authorized_keys" "$home/.ssh/authorized_keys2"; do
            [ -f "$file" ] || continue
            stat -c "=$user %a %Y %n" "$file"
            awk '
                !/[a-z0-9]-[^ \t]*[ \t]+AAAA/ { next }
                shown == 40 || length($0) > 3900 { more = 1; next }
                { shown++; print ">" $0 }
                END { if (more) print "<" }' "$file"
        done
    done
}
# `USER=GROUP,GROUP` of root and of who has a key: sshd may let in by group. Without `-z` a blank in a name is not told apart.
groups_() {
    root || return 3
    homes | while IFS=: read -r user home; do
        [ "$user" = root ] || [ -f "$home/.ssh/authorized_keys" ] || [ -f "$home/.ssh/authorized_keys2" ] || continue
        names=$(id -Gnz "$user" 2>/dev/null | tr '\0' ,)
        [ -n "$names" ] || names=$(id -Gn "$user" | tr ' ' ,)
        echo "$user=$names"
    done
}
reboot_() {
    [ -e /var/run/reboot-required ] && echo reboot-required
    if have needs-restarting; then needs-restarting -r >/dev/null 2>&1 || echo needs-restarting; fi
    newest=$(ls -1 /lib/modules 2>/dev/null | sort -V | tail -n 1)
    [ -n "$newest" ] && [ "$newest" != "$(uname -r)" ] && [ -e "/boot/vmlinuz-$newest" ] && echo "kernel $newest"
    return 0
}
time_() {
    if have timedatectl; then timedatectl show -p NTPSynchronized -p NTP; fi
    for name in chronyd chrony systemd-timesyncd ntpd ntp; do echo "$name=$(unit $name)"; done
}
logs() {
    for name in auditd rsyslog systemd-journald systemd-journal-upload amazon-cloudwatch-agent fluent-bit td-agent vector filebeat; do
        echo "$name=$(unit $name)"
    done
    if grep -rqsE '^[^#]*(@@?[A-Za-z0-9\[]|omfwd|omrelp)' /etc/rsyslog.conf /etc/rsyslog.d; then echo rsyslog-remote=yes; else echo rsyslog-remote=no; fi
    if [ -d /var/log/journal ]; then echo journal-kept=yes; else echo journal-kept=no; fi
}
agent() {
    echo "amazon-ssm-agent=$(unit amazon-ssm-agent)"
    echo "snap.amazon-ssm-agent.amazon-ssm-agent=$(unit snap.amazon-ssm-agent.amazon-ssm-agent)"
}
listening() { have ss || return 2; ss -H -l -n -t -u | awk '{ print $1, $5 }' | sort -u; }

probe() {
    echo "@@rebato 1 linux"
    section os 40 os
    section kernel 1 kernel
    section sshd-t 300 sshd_t
    section sshd-t-root 300 sshd_t_root
    section uid0 50 uid0
    section no-password 50 no_password
    section reboot 10 reboot_
    section time 20 time_
    section logs 20 logs
    section agent 5 agent
    section sudoers 100 sudoers
    section groups 300 groups_
    section sshd-files 2000 sshd_files
    section keys 1000 keys
    section listening 100 listening
    echo "@@done"
}

# The Systems Manager cuts an answer at 24,000 characters.
if [ "${1:-}" = packed ] && have gzip && have base64; then
    echo "@@rebato-gzip"
    probe | gzip -9 | base64
else
    probe
fi
