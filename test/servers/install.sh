#!/bin/sh
# Installs the servers that test/servers/ runs against, from Debian, and starts none of them.
# Quick and quiet when everything is there. Needs root and apt.
set -eu

# Where packages go that cannot be installed beside another: Debian allows one mail transport agent.
unpacked=/opt/gen-dhparams-servers

wanted="openssl gnutls-bin m4 postfix dovecot-imapd nginx-light sendmail-bin sendmail-cf
	dovecot-pop3d dovecot-lmtpd dovecot-managesieved
	apache2-bin chromium haproxy lighttpd lighttpd-mod-openssl
	mariadb-server-core postgresql-15 proftpd-core proftpd-mod-crypto prosody slapd"

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
}

missing=""
for package in $wanted; do
	installed "$package" || [ -d "$unpacked/$package" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "install.sh: not root; to run all tests, install:$missing" >&2
	exit 1
fi

export DEBIAN_FRONTEND=noninteractive
if [ ! -e /usr/sbin/policy-rc.d ]; then
	# invoke-rc.d asks this script before it starts a service; 101 means no.
	printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
	chmod 755 /usr/sbin/policy-rc.d
	trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
# Another apt may be at work.
apt-get update -qq

# Of the mail transport agents, Postfix is installed: its programs know only their compiled-in folders.
plain="" apart=""
for package in $missing; do
	if [ "$package" != postfix ] &&
		apt-cache show "$package" | grep -q '^Provides:.*mail-transport-agent'; then
		apart="$apart $package"
		# The libraries that it is linked with.
		plain="$plain $(apt-cache depends "$package" | sed -n 's/^ *Depends: \(lib[a-z0-9.+-]*\)$/\1/p' | tr '\n' ' ')"
	else
		plain="$plain $package"
	fi
done

# shellcheck disable=SC2086
apt-get install -qq -o DPkg::Lock::Timeout=300 -y --no-install-recommends $plain >/dev/null

for package in $apart; do
	download=$(mktemp -d)
	(cd "$download" && chmod 755 . && apt-get download -qq "$package")
	mkdir -p "$unpacked/$package"
	dpkg -x "$download"/*.deb "$unpacked/$package"
	rm -r "$download"
done
