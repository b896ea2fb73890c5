import { describe, expect, test } from "vitest";
import { sshProbeLines } from "../../src/cli/probe-ssh-text.js";
import { render } from "../../src/cli/terminal-text.js";
import { InvalidArgumentError, ProbeError } from "../../src/errors.js";
import { namedGroup } from "../../src/groups/groups.js";
import { REQUESTS } from "../../src/probe/ssh/group-exchange.js";
import { keyExchangesOf } from "../../src/probe/ssh/key-exchanges.js";
import {
	probeSsh,
	type SshProbeOptions,
	type SshProbeReport,
} from "../../src/probe/ssh/probe-ssh.js";
import { isSshUrl, parseSshTarget } from "../../src/probe/target.js";
import { expectValid } from "../cli/schema.js";
import { type Listening, serve } from "./scripted-server.js";
import {
	disconnect,
	groupMessage,
	IDENTIFICATION,
	kexInit,
	onRequest,
	packet,
	sshServer,
} from "./ssh-server.js";

const SHA256 = "diffie-hellman-group-exchange-sha256";
const SHA1 = "diffie-hellman-group-exchange-sha1";
const CURVE = "curve25519-sha256";

const message = (name: string) => {
	const { p, g } = namedGroup(name);
	return groupMessage(p, g);
};

async function report(
	server: Listening,
	options: SshProbeOptions = {},
): Promise<SshProbeReport> {
	const found = await probeSsh(`ssh://127.0.0.1:${server.port}`, {
		timeout: 5000,
		...options,
	});
	expectValid("probe", JSON.stringify({ version: 1, ...found }));
	// What the command prints holds nothing that a terminal would obey.
	expect(text(found)).toMatch(/^[\x20-\x7e…−é\n]+$/);
	return found;
}

/** The report as the command prints it where nothing is known of a terminal. */
const text = (report: SshProbeReport) =>
	render(sshProbeLines(report), { colour: false, ascii: false });

const ids = ({ findings }: SshProbeReport) => findings.map(({ id }) => id);

/** dh_new_group_fallback of OpenSSH's dh.c. */
const fallback = (max: number) =>
	message(max < 3072 ? "modp_2048" : max < 6144 ? "modp_4096" : "modp_8192");

describe("probeSsh", () => {
	test("asks what clients ask, and says what each gets", async () => {
		const asked: (readonly number[])[] = [];
		await using server = await sshServer([CURVE, SHA256], (request) => {
			asked.push(request);
			const [preferred = 0] = request.length === 1 ? request : request.slice(1);
			return message(preferred <= 2048 ? "modp_2048" : "modp_3072");
		});
		const found = await report(server);
		expect(asked).toEqual([
			[2048, 3072, 8192],
			[2048, 8192, 8192],
			[2048, 7680, 8192],
			[1024, 4096, 8192],
			[1024, 2048, 8192],
			[1024, 2048, 2048],
			[1024, 1024, 8192],
			[1024, 1024, 1024],
			[2048],
		]);
		expect(server.connections).toBe(9);
		expect(found).toMatchObject({
			...{ protocol: "ssh", host: "127.0.0.1", port: server.port },
			...{ address: "127.0.0.1", greeting: "SSH-2.0-Scripted_1.0" },
			keyExchanges: [
				{ name: CURVE, kind: "elliptic-curve" },
				{ name: SHA256, kind: "group-exchange" },
			],
			groupExchange: { name: SHA256, source: "standard" },
		});
		const bits = found.groupExchange?.replies.map(({ reply }) =>
			"params" in reply ? reply.params.bits : undefined,
		);
		expect(bits).toEqual([3072, 3072, 3072, 3072, ...Array(5).fill(2048)]);
		expect(found.groups.map(({ validation }) => validation.group)).toEqual([
			"modp_3072",
			"modp_2048",
		]);
		// 2048 bits for a client that takes 1024 at most.
		expect(ids(found)).toEqual(["group-out-of-range", "seldom-used"]);
		expect(found.findings[0]).toMatchObject({ verdict: "note" });
		expect(found.verdict).toBe("accept");
	});

	test("knows the groups that OpenSSH has built in", async () => {
		await using server = await sshServer([SHA256], ([min, , max = 8192]) =>
			max === 1024 || min === undefined ? undefined : fallback(max),
		);
		const found = await report(server);
		expect(found.groupExchange?.source).toBe("fallback");
		expect(ids(found)).toEqual(["built-in-groups", "no-curve"]);
		expect(text(found)).toContain(
			"groups from       OpenSSH's built-in groups; no moduli file is in use",
		);
	});

	test("takes a file with groups 14, 16 and 18 for a file", async () => {
		await using server = await sshServer(
			[SHA256, CURVE],
			([min, preferred = 0]) =>
				min === undefined
					? undefined
					: message(
							preferred <= 2048
								? "modp_2048"
								: preferred <= 4096
									? "modp_4096"
									: "modp_8192",
						),
		);
		expect((await report(server)).groupExchange?.source).toBe("standard");
	});

	test("names a server that hands out 1024 bits", async () => {
		await using server = await sshServer([CURVE, SHA1, SHA256], ([min = 0]) =>
			message(min <= 1024 ? "modp_1024" : "modp_2048"),
		);
		const found = await report(server);
		expect(found.verdict).toBe("reject");
		// The one with the better hash is asked, whatever the order.
		expect(found.groupExchange?.name).toBe(SHA256);
		expect(ids(found)).toEqual(["sha1-exchange", "seldom-used"]);
		const legacy = await report(server, { policy: "legacy" });
		expect(legacy.verdict).toBe("warn");
	});

	test("warns where a client gets a smaller group than it takes", async () => {
		await using server = await sshServer([CURVE, SHA256], () =>
			message("modp_1536"),
		);
		const found = await report(server, { policy: "legacy" });
		expect(found.findings[0]).toMatchObject({
			id: "group-out-of-range",
			verdict: "warn",
			message: expect.stringContaining(
				"2048 to 8192 bits gets a group of 1536",
			),
		});
	});

	test("says where a built-in group stands in for one of the file", async () => {
		// p of 2048 bits that is not prime: only its size is of interest.
		const own = groupMessage((1n << 3071n) + 1n, 2n);
		await using server = await sshServer([CURVE, SHA256], ([, , max = 0]) =>
			max === 2048 ? fallback(2048) : max > 2048 ? own : undefined,
		);
		const found = await report(server);
		expect(found.groupExchange?.source).toBe("file");
		expect(ids(found)).toEqual(["built-in-group", "seldom-used"]);
		expect(found.verdict).toBe("reject");
	});

	test("checks groups that exchanges have in their names", async () => {
		await using server = await sshServer([
			"diffie-hellman-group14-sha256",
			"diffie-hellman-group14-sha1",
			"diffie-hellman-group1-sha1",
			"diffie-hellman-group18-sha512",
			"gss-group16-sha512-toWM5Slw5Ew8Mqkay+al2g==",
			"ext-info-s",
			"kex-strict-s-v00@openssh.com",
		]);
		const found = await report(server);
		expect(server.connections).toBe(1);
		expect(found.groupExchange).toBeUndefined();
		expect(found.keyExchanges).toHaveLength(5);
		expect(
			found.groups.map(({ params, validation }) => [
				params.bits,
				validation.group,
				validation.verdict,
			]),
		).toEqual([
			[1024, "modp_1024", "reject"],
			[2048, "modp_2048", "accept"],
			[4096, "modp_4096", "accept"],
			[8192, "modp_8192", "accept"],
		]);
		expect(ids(found)).toEqual(["sha1-exchange", "no-curve"]);
	});

	test("says where there is nothing to fix", async () => {
		// The list of OpenSSH 10.0.
		await using server = await sshServer([
			"mlkem768x25519-sha256",
			"sntrup761x25519-sha512",
			"sntrup761x25519-sha512@openssh.com",
			"curve25519-sha256",
			"curve25519-sha256@libssh.org",
			"ecdh-sha2-nistp256",
			"ext-info-s",
		]);
		const found = await report(server);
		expect(found).toMatchObject({ verdict: "accept", groups: [] });
		expect(ids(found)).toEqual(["no-finite-field"]);
		expect(text(found)).toContain("There is nothing to fix.");
		expect(server.connections).toBe(1);
	});

	test("prints a finding on several groups once, with their sizes", async () => {
		// Composites with a factor of 3, of several sizes.
		await using server = await sshServer([CURVE, SHA256], ([, bits = 2048]) =>
			groupMessage(3n * ((1n << BigInt(bits - 2)) + 12_345n), 2n),
		);
		const found = await report(server, { rounds: 1 });
		expect(text(found)).toContain(
			"p-prime: 1024, 2048, 3072, 4096, 7680 and 8192 bits: p is not prime: 3 divides p.\n",
		);
	});

	test("says where a group exchange gives no group", async () => {
		// OpenSSH 10.0 with a moduli file that has no fitting group.
		await using server = await sshServer([CURVE, SHA256], () =>
			disconnect("no matching DH grp found"),
		);
		const found = await report(server);
		expect(found.groupExchange?.source).toBeUndefined();
		expect(found.verdict).toBe("warn");
		expect(ids(found)).toEqual(["no-group", "seldom-used"]);
		expect(text(found)).toContain('"no matching DH grp found", reason 2');
	});

	test("passes over a wrong guess, IGNORE, DEBUG and lines before SSH", async () => {
		const ignored = packet(Uint8Array.of(2, 0, 0, 0, 0));
		await using server = await serve((socket) => {
			socket.write(`welcome\r\nto this\r\n${IDENTIFICATION}`);
			socket.write(ignored);
			socket.write(packet(kexInit([CURVE, SHA256], { guesses: true })));
			socket.write(packet(Uint8Array.of(31, 9, 9, 9)));
			onRequest(socket, () => {
				socket.write(ignored);
				socket.write(packet(message("ffdhe2048")));
			});
		});
		const found = await report(server);
		expect(found.groups.map(({ validation }) => validation.group)).toEqual([
			"ffdhe2048",
		]);
	});

	test("goes to the same address each time, and to the one that is given", async () => {
		await using server = await sshServer([SHA256], () => message("modp_2048"));
		const found = await probeSsh(`ssh.example.org:${server.port}`, {
			ip: "127.0.0.1",
			timeout: 5000,
		});
		expect(found).toMatchObject({
			host: "ssh.example.org",
			address: "127.0.0.1",
		});
		expect(text(found)).toContain(
			`ssh.example.org:${server.port} at 127.0.0.1 with SSH: `,
		);
	});

	test.each([
		[0n, 2n],
		[1n, 0n],
		[23n, 5n],
		[(1n << 100_000n) + 1n, 2n],
		[namedGroup("modp_2048").p, 1n],
		[2n, namedGroup("modp_2048").p],
	])("rejects a group that breaks the rules: %#", async (p, g) => {
		await using server = await sshServer([SHA256], () => groupMessage(p, g));
		const begun = Date.now();
		const found = await report(server);
		expect(Date.now() - begun).toBeLessThan(10_000);
		expect(found.verdict).toBe("reject");
		expect(found.groups).toHaveLength(1);
	});

	test("stops when it is told to", async () => {
		await using server = await serve(() => {});
		const signal = AbortSignal.timeout(100);
		await expect(
			probeSsh(`127.0.0.1:${server.port}`, { signal }),
		).rejects.toMatchObject({ name: "TimeoutError" });
		await expect(
			probeSsh("127.0.0.1:1", { signal: AbortSignal.abort() }),
		).rejects.toMatchObject({ name: "AbortError" });
	});

	test("names the host in an error", async () => {
		const unreached = probeSsh("127.0.0.1:1");
		await expect(unreached).rejects.toThrow(ProbeError);
		await expect(unreached).rejects.toThrow(/^127\.0\.0\.1:1 refuses/);
	});

	test.each([
		["a b", {}],
		["https://example.org", {}],
		["ssh://me@example.org", {}],
		["ssh://example.org:0", {}],
		["ssh://", {}],
		["example.org", { timeout: 0 }],
		["example.org", { timeout: "1" }],
		["example.org", { ip: "example.org" }],
		["example.org", { policy: "lax" }],
		["example.org", { starttls: "smtp" }],
		[22, {}],
	])("refuses %j with %j", async (target, options) => {
		await expect(
			probeSsh(target as string, options as SshProbeOptions),
		).rejects.toThrow(InvalidArgumentError);
	});
});

test.each([
	["example.org", "example.org", 22],
	["example.org:2222", "example.org", 2222],
	["ssh://example.org", "example.org", 22],
	["SSH://example.org:23/", "example.org", 23],
	["sftp://example.org/some/file", "example.org", 22],
	["ssh://[::1]:2222", "::1", 2222],
	["::1", "::1", 22],
])("the target %j", (text, host, port) => {
	expect(parseSshTarget(text)).toEqual({ host, port });
	expect(isSshUrl(text)).toBe(text.includes("//"));
});

// IANA's registry of key exchange method names, and what else is on the wire.
test.each([
	["diffie-hellman-group1-sha1", "fixed-group", 1024],
	["diffie-hellman-group14-sha1", "fixed-group", 2048],
	["diffie-hellman-group14-sha256", "fixed-group", 2048],
	["diffie-hellman-group14-sha256@ssh.com", "fixed-group", 2048],
	["diffie-hellman-group15-sha512", "fixed-group", 3072],
	["diffie-hellman-group16-sha512", "fixed-group", 4096],
	["diffie-hellman-group17-sha512", "fixed-group", 6144],
	["diffie-hellman-group18-sha512", "fixed-group", 8192],
	["gss-group1-sha1-toWM5Slw5Ew8Mqkay+al2g==", "fixed-group", 1024],
	["gss-group14-sha256-toWM5Slw5Ew8Mqkay+al2g==", "fixed-group", 2048],
	["diffie-hellman-group-exchange-sha1", "group-exchange", undefined],
	["diffie-hellman-group-exchange-sha256", "group-exchange", undefined],
	["diffie-hellman-group-exchange-sha512@ssh.com", "group-exchange", undefined],
	["gss-gex-sha1-toWM5Slw5Ew8Mqkay+al2g==", "group-exchange", undefined],
	["curve25519-sha256", "elliptic-curve", undefined],
	["curve25519-sha256@libssh.org", "elliptic-curve", undefined],
	["curve448-sha512", "elliptic-curve", undefined],
	["ecdh-sha2-nistp521", "elliptic-curve", undefined],
	["ecdh-sha2-1.3.132.0.10", "elliptic-curve", undefined],
	["ecmqv-sha2", "elliptic-curve", undefined],
	["gss-nistp256-sha256-toWM5Slw5Ew8Mqkay+al2g==", "elliptic-curve", undefined],
	[
		"gss-curve25519-sha256-toWM5Slw5Ew8Mqkay+al2g==",
		"elliptic-curve",
		undefined,
	],
	["mlkem768x25519-sha256", "post-quantum", undefined],
	["mlkem1024nistp384-sha384", "post-quantum", undefined],
	["sntrup761x25519-sha512@openssh.com", "post-quantum", undefined],
	["sntrup4591761x25519-sha512@tinyssh.org", "post-quantum", undefined],
	["rsa2048-sha256", "rsa", undefined],
	["diffie-hellman-group2-sha1", "unknown", undefined],
	["diffie-hellman-group140-sha1", "unknown", undefined],
	["kexguess2@matt.ucc.asn.au", undefined, undefined],
	["ext-info-s", undefined, undefined],
	["kex-strict-s-v00@openssh.com", undefined, undefined],
])("%s", (name, kind, bits) => {
	const [found] = keyExchangesOf([name]);
	expect(found?.kind).toBe(kind);
	expect(found?.bits).toBe(bits);
});

test("requests are such as a server must answer", () => {
	for (const { min, preferred, max } of REQUESTS) {
		if (min === undefined || max === undefined) continue;
		expect(min).toBeLessThanOrEqual(preferred);
		expect(preferred).toBeLessThanOrEqual(max);
	}
});
