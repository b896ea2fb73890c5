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
		/no matching dh grp found/,
		/(?:could not|cannot|unable to) (?:open|read|load) .{0,200}moduli/,
		/unable to find suitable dh group|moduli .{0,80}no (?:suitable|usable)/,
	],
	meaning:
		"An SSH or SFTP server has no usable file of groups for diffie-hellman-group-exchange and takes a built-in group instead. OpenSSH and SFTPGo want a file in the moduli format, one group a line; ProFTPD's SFTPDHParamFile wants PEM blocks, several sizes in one file. A PEM file is not a moduli file.",
	fix: [
		"Most clients use curve25519-sha256 and never come here. Where a policy asks for group exchange: gen-dhparams config openssh shows how a moduli file is filtered and checked; SFTPGo reads the same file (/etc/ssh/moduli).",
		"Check what the file holds: gen-dhparams check FILE",
	],
	sources: [
		"https://github.com/drakkan/sftpgo/issues/1248",
		"https://github.com/proftpd/proftpd/issues/1465",
		"https://github.com/stribika/stribika.github.io/issues/27",
	],
};

/** In the order in which they are tried. */
export const SSH: readonly Message[] = [moduli, group];
