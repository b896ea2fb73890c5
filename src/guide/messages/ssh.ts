import type { Message } from "./message.js";

const group: Message = {
	id: "ssh-group",
	title: "OpenSSH: group out of range, no matching key exchange method",
	seenBy: "client",
	patterns: [
		/dh gex group out of range/,
		/no matching key exchange method found.{0,200}diffie-hellman-group(?:1-|14-sha1|-exchange-)/,
		/server sent dh gex group with \d{1,5} bits|dh gen key: group too small/,
		/no common algorithm for key exchange.{0,600}diffie-hellman-group/,
		/couldn't agree a key exchange algorithm.{0,40}diffie-hellman/,
		/incompatible ssh (?:peer|server) \(no acceptable kex/,
		/invalid dh group parameter p: \d{1,5} not in/,
		/algorithm negotiation fail.{0,200}diffie-hellman/,
	],
	meaning:
		"An SSH server offers small or old Diffie-Hellman groups only: group1 has 1024 bits, and a moduli file may hold small groups. TLS parameters have nothing to do with it.",
	fix: [
		"Update the SSH server to one that offers curve25519-sha256. Drop small groups from its moduli file: gen-dhparams config openssh",
	],
	workaround: {
		text: "For this one host: ssh -oKexAlgorithms=+diffie-hellman-group14-sha1 HOST (group1 only where there is nothing else).",
		danger:
			"1024 bits are within reach of states; do not put it into ssh_config for all hosts.",
	},
	sources: [
		"https://www.openssh.com/legacy.html",
		"https://man.openbsd.org/moduli.5",
	],
};

const moduli: Message = {
	id: "ssh-moduli",
	title: "could not open moduli, using fixed modulus (SSH servers)",
	seenBy: "server",
	patterns: [
		/using fixed modulus/,
		/no suitable primes in/,
		/sftpdhparamfile/,
		/invalid contents for module file|moduli? file .{0,300}(?:parts|invalid|unable|cannot)/,
		/(?:could not|cannot|unable to) (?:open|read|load) .{0,200}moduli/,
		/unable to find suitable dh group|moduli .{0,80}no (?:suitable|usable)/,
	],
	meaning:
		"An SSH or SFTP server has no usable file of groups for diffie-hellman-group-exchange and takes a built-in group instead: OpenSSH group 14, 16 or 18 of RFC 3526, which are good. OpenSSH and SFTPGo want a file in the moduli format, one group a line; ProFTPD's SFTPDHParamFile wants PEM blocks, several sizes in one file. A PEM file is not a moduli file.",
	fix: [
		"Most clients use curve25519-sha256 and never come here. Where a policy asks for group exchange: gen-dhparams config openssh shows how a moduli file is made, checked and put in place; SFTPGo reads the same file (/etc/ssh/moduli).",
		"Check what the file holds: gen-dhparams check FILE",
		"See what clients get: gen-dhparams probe ssh://HOST",
	],
	sources: [
		"https://github.com/drakkan/sftpgo/issues/1248",
		"https://github.com/proftpd/proftpd/issues/1465",
		"https://github.com/stribika/stribika.github.io/issues/27",
	],
};

const RELEASE_10 = "https://www.openssh.com/txt/release-10.0";

const noGroup: Message = {
	id: "ssh-no-group",
	title: "no matching DH grp found (OpenSSH 10.0 and later)",
	seenBy: "client",
	eitherSide: true,
	patterns: [/no matching dh grp found/],
	meaning:
		"The server's moduli file holds no group of the sizes that the client takes. Since 10.0 sshd refuses such a client; before, it used a group that it has built in. A file that was filtered to 3072 bits and more has this effect on clients that take 2048 bits at most.",
	fix: [
		"See what each client gets: gen-dhparams probe ssh://HOST",
		"Add groups of the missing sizes to the file, or remove the file altogether, and sshd uses its built-in groups: gen-dhparams config openssh",
	],
	sources: [RELEASE_10, "https://man.openbsd.org/moduli.5"],
};

const clientSizes: Message = {
	id: "ssh-client-sizes",
	title: "Connection from …: DH GEX group out of range (sshd)",
	seenBy: "server",
	patterns: [
		/connection from \S{1,100} port \d{1,5}: dh gex group out of range/,
		/dh gex group out of range \[preauth\]/,
		/kex protocol error: type 30 seq \d{1,9} \[preauth\]/,
	],
	meaning:
		"A client asked sshd for a group in a way that it does not take: fewer than 2048 bits at most, or (type 30) with the message of drafts before RFC 4419. Old libraries do, such as SSH.NET 2016.1 and JSch. gen-dhparams probe ssh:// asks such questions too, and leaves these lines. The moduli file is not the reason.",
	fix: [
		"Nothing is wrong with the server. Update the client, whose address is in the line.",
		"Groups below 2048 bits are not coming back: sshd uses none from its file, whatever it holds (DH_GRP_MIN, since OpenSSH 7.2).",
	],
	sources: [
		"https://github.com/sshnet/SSH.NET/issues/466",
		"https://github.com/mwarning/trigger/issues/44",
		"https://www.rfc-editor.org/rfc/rfc8270",
	],
};

const clientExchanges: Message = {
	id: "ssh-client-exchanges",
	title: "no matching key exchange method found … [preauth] (sshd)",
	seenBy: "server",
	patterns: [
		/no matching key exchange method found.{0,900}diffie-hellman.{0,900}\[preauth\]/,
	],
	meaning:
		"A client of this server offers finite-field Diffie-Hellman only (the list is the client's), and sshd does not offer the same. Since 10.0 sshd offers none of diffie-hellman-* by default; group1-sha1 is gone since 7.0 and group14-sha1 since 8.2.",
	fix: [
		"Update the client, whose address is in the line: all current ones know curve25519-sha256.",
		"Where that is not possible and the list has diffie-hellman-group-exchange-sha256 or diffie-hellman-group14-sha256, enable it with a line in sshd_config, KexAlgorithms +diffie-hellman-group-exchange-sha256: gen-dhparams config openssh",
		"See what the server offers: gen-dhparams probe ssh://HOST",
	],
	sources: [RELEASE_10, "https://www.openssh.com/legacy.html"],
};

const curvesOnly: Message = {
	id: "ssh-curves-only",
	title:
		"no matching key exchange method found. Their offer: curve25519-sha256",
	seenBy: "client",
	patterns: [
		/no matching key exchange method found\. their offer: (?!\S{0,2000}diffie-hellman)\S{0,2000}(?:25519|ecdh-sha2)/,
	],
	meaning:
		"The server offers no finite-field Diffie-Hellman, as sshd does by default since OpenSSH 10.0, and the client knows or allows nothing else (often a KexAlgorithms line in ssh_config).",
	fix: [
		"The server is right. Update the client, or take the KexAlgorithms line out of its configuration.",
		"Only where the client cannot change, the server can enable the exchange again: gen-dhparams config openssh",
	],
	sources: [
		RELEASE_10,
		"https://github.com/PhilippC/keepass2android/issues/2842",
	],
};

const hostKey: Message = {
	id: "ssh-host-key-length",
	title: "Invalid key length (OpenSSH)",
	seenBy: "client",
	patterns: [
		/connection to \S{1,100} port \d{1,5}: invalid key length/,
		/bad server host key: invalid key length/,
	],
	meaning:
		"The server's RSA host key is too short for the client: fewer than 1024 bits, or than RequiredRSASize says. It has nothing to do with Diffie-Hellman: groups and moduli files do not help.",
	fix: [
		"Make a new host key on the server: ssh-keygen -t ed25519 -f /etc/ssh/ssh_host_ed25519_key",
	],
	sources: [
		"https://www.openssh.com/txt/release-7.6",
		"https://github.com/gliderlabs/ssh/issues/58",
		"https://man.openbsd.org/ssh_config.5#RequiredRSASize",
	],
};

/** In the order in which they are tried. */
export const SSH: readonly Message[] = [
	noGroup,
	moduli,
	clientSizes,
	clientExchanges,
	curvesOnly,
	group,
	hostKey,
];
