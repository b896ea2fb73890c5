#!/bin/sh
# Installs the servers that test/servers/ runs against, from Debian, and starts none of them.
# Quick and quiet when everything is there. Needs root and apt.
set -eu

installed="cron groff mandoc openssl gcc libc6-dev libssl-dev libgnutls28-dev libmbedtls-dev gnutls-bin m4 python3-yaml systemd postfix dovecot-imapd nginx-light sendmail-cf socat
	dovecot-pop3d dovecot-lmtpd dovecot-managesieved
	apache2-bin chromium haproxy lighttpd lighttpd-mod-openssl
	mariadb-server-core postgresql-15 proftpd-core proftpd-mod-crypto prosody slapd
	openvpn openssh-server openssh-client dropbear-bin putty-tools bsdutils coturn freeradius hitch mosquitto
	squid-openssl stunnel4
	parallel slurm-wlm munge shellcheck
	redis-server redis-tools faketime pari-gp"

# Only unpacked, to this folder: Debian allows one mail transport agent, one IMAP server and one FTP server, and these are
# Postfix, whose programs know only their compiled-in folders, Dovecot and ProFTPD; and the set-up of INN would add its
# jobs to cron.
folder=/opt/gen-dhparams-servers
unpacked="sendmail-bin exim4-daemon-light inn2 inn2-inews courier-base pure-ftpd"

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
}

missing=""
for package in $installed; do
	is_installed "$package" || missing="$missing $package"
done
missing_unpacked=""
for package in $unpacked; do
	[ -d "$folder/$package" ] || missing_unpacked="$missing_unpacked $package"
done
[ -n "$missing$missing_unpacked" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "install.sh: not root; to run all tests, install:$missing$missing_unpacked" >&2
	exit 1
fi

export DEBIAN_FRONTEND=noninteractive
if [ ! -e /usr/sbin/policy-rc.d ]; then
	# invoke-rc.d asks this script before it starts a service; 101 means no.
	printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
	chmod 755 /usr/sbin/policy-rc.d
	trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq

# The libraries that the unpacked programs are linked with.
libraries=""
for package in $missing_unpacked; do
	libraries="$libraries $(apt-cache depends "$package" | sed -n 's/^ *Depends: \(lib[a-z0-9.+-]*\)$/\1/p' | tr '\n' ' ')"
done
# Another apt may be at work.
# shellcheck disable=SC2086
apt-get install -qq -o DPkg::Lock::Timeout=300 -y --no-install-recommends $missing $libraries >/dev/null

for package in $missing_unpacked; do
	download=$(mktemp -d)
	(cd "$download" && chmod 755 . && apt-get download -qq "$package")
	mkdir -p "$folder/$package"
	dpkg -x "$download"/*.deb "$folder/$package"
	rm -r "$download"
done

# Exim does not start without the user that it was built for.
id Debian-exim >/dev/null 2>&1 ||
	useradd --system --user-group --no-create-home --home-dir /var/spool/exim4 --shell /usr/sbin/nologin Debian-exim
