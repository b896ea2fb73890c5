import type { Disable, Server, Variant } from "./server.js";

// Tried with OpenSSH 9.2 of Debian 12; 10.0 by its release notes and source.

const LEAST_USED =
	"Do you need this? Current clients choose mlkem768x25519, sntrup761x25519 or curve25519 and never use the file; OpenSSH has had a curve as its first choice since 5.7 (2011). Bother only for old clients, or where a policy asks for groups of your own.";

/** The same for all versions: what the file is, and how sshd uses it. */
const FILE_NOTES = [
	"sshd takes no PEM. Its moduli file holds one group a line; the groups of diffie-hellman-group-exchange come from it. A search takes hours to days for the large sizes and goes on where it was stopped.",
	"OpenSSH's client asks for 3072, 7680 or 8192 bits, by its cipher, PuTTY for up to 4096, Paramiko for 2048. All take a larger group of at most 8192 bits. sshd uses no group below 2048 bits and none above 8192.",
	"Put the file in place with mv, in one step: sshd opens it for each key exchange, so no restart is needed, and half a file would be used as it is.",
	"The other exchanges named diffie-hellman-group14, 16 and 18 have fixed groups of RFC 3526 and read no file.",
];

const DISABLE: Disable = {
	directive: "KexAlgorithms -diffie-hellman-*",
	file: "/etc/ssh/sshd_config",
	notes: [
		"Since 7.5. sshd -T | grep kexalgorithms shows what is left. Then systemctl reload ssh (sshd on other systems than Debian).",
		"sshd of 10.0 and later offers none of them by default: there it is enough to take out a line that enables them.",
	],
	breaks:
		"SSH clients without elliptic curves, such as OpenSSH before 5.7 (2011), have no other key exchange. RFC 10015 is about TLS, not SSH.",
};

const MAKE: Pick<Variant, "make" | "install" | "disable"> = {
	make: "gen-dhparams moduli --sizes 3072,4096,6144,7680,8192 --per-size 20 --out moduli",
	// mv replaces a file in one step only within its own file system.
	install: (path) => [
		"gen-dhparams moduli check moduli",
		`install -m 644 moduli ${path}.new`,
		`mv ${path}.new ${path}`,
	],
	disable: DISABLE,
};

export const openssh: Server = {
	id: "openssh",
	name: "OpenSSH",
	aliases: ["sshd", "ssh", "moduli"],
	path: "/etc/ssh/moduli",
	probe: "ssh://localhost",
	readsModuli: true,
	program: { names: ["sshd"], version: [/OpenSSH_(\d+\.\d+)/, "-V"] },
	variants: [
		{
			applies: "10.0 and later",
			since: "10.0",
			...MAKE,
			directive: (path) =>
				[
					"KexAlgorithms +diffie-hellman-group-exchange-sha256",
					...(path === "/etc/ssh/moduli" ? [] : [`ModuliFile ${path}`]),
				].join("\n"),
			file: "/etc/ssh/sshd_config",
			test: "sshd -t",
			reload: "systemctl reload ssh",
			notes: [
				"Without this line the file has no effect: OpenSSH 10.0 (April 2025) took diffie-hellman-group* and diffie-hellman-group-exchange-* out of what sshd offers by default, since they are slow and have no advantage over curves. Its client still knows them.",
				LEAST_USED,
				...FILE_NOTES,
				'Since 10.0 sshd refuses a client for whose sizes the file has no group ("no matching DH grp found"), and uses built-in groups only where there is no file at all. Add 2048 to the sizes for clients that take no more.',
				"The service is called sshd on other systems than Debian; reload it for the line, not for the file.",
			],
		},
		{
			applies: "9.9 and before",
			...MAKE,
			file: "/etc/ssh/moduli",
			notes: [
				"No line is needed: sshd offers diffie-hellman-group-exchange-sha256 by default, behind the curves. From 10.0 on it does not, and the file has no effect without a line.",
				LEAST_USED,
				...FILE_NOTES,
				"Without a file, and for a client for whose sizes it has no group, sshd uses built-in groups: 14, 16 and 18 of RFC 3526, 2048 to 8192 bits, by the most that the client takes. These are good groups.",
			],
		},
	],
	sources: [
		"https://man.openbsd.org/moduli.5",
		"https://man.openbsd.org/sshd_config.5#KexAlgorithms",
		"https://www.openssh.com/txt/release-10.0",
		"https://github.com/openssh/openssh-portable/blob/master/dh.c",
	],
};
