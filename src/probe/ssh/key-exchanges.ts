import { findGroup } from "../../groups/groups.js";
import type { NamedGroup } from "../../groups/named-group.js";

/** What the security of a key exchange rests on. */
export type SshKeyExchangeKind =
	/** Finite-field Diffie-Hellman with a group that the server chooses: RFC 4419. */
	| "group-exchange"
	/** Finite-field Diffie-Hellman with the group in its name. */
	| "fixed-group"
	/** A curve: curve25519-sha256, ecdh-sha2-nistp256. */
	| "elliptic-curve"
	/** A curve with a method that quantum computers do not break: sntrup761x25519-sha512, mlkem768x25519-sha256. */
	| "post-quantum"
	/** The client encrypts a secret for an RSA key of the server: RFC 4432. */
	| "rsa"
	/** A name that is not known here. */
	| "unknown";

/** A key exchange that the server offers. */
export interface SshKeyExchange {
	/** As SSH spells it: diffie-hellman-group14-sha256. */
	readonly name: string;
	readonly kind: SshKeyExchangeKind;
	/** The name of a fixed group: modp_2048. */
	readonly group?: string;
	/** The size of a fixed group's p. */
	readonly bits?: number;
}

/**
 * The groups that SSH numbers: RFC 4253 section 8.1, RFC 8268, and RFC 8732 for gss-. Number 1 is Oakley group 2, as
 * RFC 4253 says. The names end in a hash, behind which @ssh.com or the mechanism of GSS may stand.
 */
const FIXED_GROUP =
	/^(?:diffie-hellman-|gss-)group(1|14|15|16|17|18)-sha\d{1,3}(?:[@-]|$)/;
const GROUPS: Readonly<Record<string, NamedGroup>> = {
	"1": findGroup("modp_1024"),
	"14": findGroup("modp_2048"),
	"15": findGroup("modp_3072"),
	"16": findGroup("modp_4096"),
	"17": findGroup("modp_6144"),
	"18": findGroup("modp_8192"),
};

const KINDS: readonly (readonly [RegExp, SshKeyExchangeKind])[] = [
	[/^(?:diffie-hellman-group-exchange|gss-gex)-sha\d/, "group-exchange"],
	[/mlkem|sntrup|kyber|frodokem|ntru/, "post-quantum"],
	[/curve(?:25519|448)|^(?:ecdh|gss-nistp|ecmqv)-?/, "elliptic-curve"],
	[/^rsa(?:1024|2048)-/, "rsa"],
];

/**
 * Names in the list that are not key exchanges: RFC 8308 section 2.1, strict key exchange (CVE-2023-48795), and
 * Dropbear's sign that its guess may be wrong.
 */
const SIGNALS = /^(?:ext-info-[cs]|kex-strict-[cs]-.*|kexguess2@.*)$/;

/** The offered key exchanges, in the server's order. */
export function keyExchangesOf(names: readonly string[]): SshKeyExchange[] {
	return names.filter((name) => !SIGNALS.test(name)).map(keyExchangeOf);
}

/** The group exchanges that a client can ask for without GSS credentials, the one with the best hash first. */
export function groupExchangesOf(
	offered: readonly SshKeyExchange[],
): SshKeyExchange[] {
	const asked = offered.filter(
		({ name, kind }) => kind === "group-exchange" && !name.startsWith("gss-"),
	);
	const isSha1 = ({ name }: SshKeyExchange) => name.endsWith("-sha1");
	return [...asked.filter((each) => !isSha1(each)), ...asked.filter(isSha1)];
}

/** The groups of the fixed-group exchanges, each once. */
export function fixedGroupsOf(
	offered: readonly SshKeyExchange[],
): NamedGroup[] {
	return Object.values(GROUPS).filter(({ name }) =>
		offered.some(({ group }) => group === name),
	);
}

function keyExchangeOf(name: string): SshKeyExchange {
	const group = GROUPS[FIXED_GROUP.exec(name)?.[1] ?? ""];
	if (group !== undefined) {
		const { name: groupName, bits } = group;
		return { name, kind: "fixed-group", group: groupName, bits };
	}
	const kind = KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? "unknown";
	return { name, kind };
}
