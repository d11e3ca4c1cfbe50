#!/bin/sh
# Rebato's change of sshd, run as root. Before it stand: task (set or confirm), had and wanted (SHA-256 of the file before and
# after, or "absent"), content and expect (base64), minutes (0: nothing is put back by itself).
#
# The old state comes back by itself: at once when the syntax is wrong, a setting does not take effect or sshd does not take
# it, and after so many minutes when nobody confirms.
LC_ALL=C
export LC_ALL
PATH=${tools:-}/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 077
folder=${etc:-/etc/ssh}/sshd_config.d
keep=${keep:-/var/lib/rebato}
file=$folder/00-rebato.conf
unit=rebato-sshd

say() { echo "@@sshd $1"; exit 0; }
end() { echo "@@why $1"; exit 1; }
digest() { if [ -f "$1" ]; then sha256sum "$1" | cut -c1-64; else echo absent; fi; }
# Nothing is put back any more by what an earlier change set up.
disarm() {
    systemctl stop "$unit.timer" >/dev/null 2>&1
    systemctl reset-failed "$unit.service" >/dev/null 2>&1
    pid=$(cat "$1" 2>/dev/null)
    case $pid in '' | *[!0-9]*) ;; *) kill "$pid" 2>/dev/null ;; esac
    return 0
}

[ "$(id -u)" = 0 ] || [ -n "${tools:-}" ] || end not-root

if [ "$task" = confirm ]; then
    # Who moves this file first has it: the confirmation, or the putting back.
    if mv "$keep/pending" "$keep/confirmed" 2>/dev/null; then
        disarm "$keep/confirmed"
        [ "$(digest "$file")" = "$wanted" ] || end changed
    elif [ -e "$keep/put-back-at" ] || [ "$(digest "$file")" != "$wanted" ]; then
        end put-back
    fi
    say confirmed
fi

command -v sshd >/dev/null 2>&1 || end no-sshd
[ -d "$folder" ] || end no-folder
now=$(digest "$file")
if [ "$now" = "$wanted" ]; then
    [ "$minutes" = 0 ] && mv "$keep/pending" "$keep/disarmed" 2>/dev/null && disarm "$keep/disarmed"
    say already
fi
[ "$now" = "$had" ] || end changed
sshd -t >/dev/null 2>&1 || end broken-before

mkdir -p "$keep" && chmod 700 "$keep" || end no-room
mv "$keep/pending" "$keep/disarmed" 2>/dev/null
disarm "$keep/disarmed"
rm -f "$keep/before" "$keep/disarmed" "$keep/put-back-at"
if [ -f "$file" ]; then cp -p "$file" "$keep/before" || end no-room; fi
cat >"$keep/put-back" <<END || end no-room
#!/bin/sh
PATH=$PATH
reload() {
    for name in sshd ssh; do
        if systemctl is-active --quiet \$name 2>/dev/null; then systemctl reload \$name; return; fi
    done
    # Begun by a socket, sshd reads its settings with the next connection.
    if systemctl is-active --quiet ssh.socket 2>/dev/null; then return 0; fi
    [ -s /run/sshd.pid ] && kill -HUP "\$(cat /run/sshd.pid)"
}
[ "\$1" = reload ] && { reload; exit; }
[ "\$1" = now ] || mv "$keep/pending" "$keep/put-back-at" 2>/dev/null || exit 0
rm -f "$keep/pending"
if [ -f "$keep/before" ]; then cp -p "$keep/before" "$file.new" && mv "$file.new" "$file"; else rm -f "$file"; fi
sshd -t && reload
END

if [ "$minutes" != 0 ]; then
    echo timer >"$keep/pending" || end no-room
    if ! systemd-run --quiet --unit="$unit" --on-active="${minutes}m" /bin/sh "$keep/put-back" >/dev/null 2>&1; then
        nohup sh -c "sleep $((minutes * 60)); exec /bin/sh '$keep/put-back'" >/dev/null 2>&1 </dev/null &
        echo $! >"$keep/pending"
        kill -0 $! 2>/dev/null || { rm -f "$keep/pending"; end no-timer; }
    fi
fi

undone() {
    disarm "$keep/pending"
    sh "$keep/put-back" now >/dev/null 2>&1
    end "$1"
}

if [ "$wanted" = absent ]; then
    rm -f "$file"
else
    printf %s "$content" | base64 -d >"$file.new" && chmod 600 "$file.new" && mv "$file.new" "$file" || undone no-room
fi
[ "$(digest "$file")" = "$wanted" ] || undone no-room
sshd -t >/dev/null 2>&1 || undone syntax
sshd -T >"$keep/effective" 2>/dev/null || undone syntax
printf '%s\n' "$expect" | base64 -d >"$keep/expected"
while IFS= read -r line || [ -n "$line" ]; do
    [ -z "$line" ] || grep -Eixq "$line" "$keep/effective" || undone not-effective
done <"$keep/expected"
sh "$keep/put-back" reload >/dev/null 2>&1 || undone reload
say set
