import { execFileSync } from "node:child_process";
import { getDiffieHellman } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { describe, expect, test } from "vitest";
import { fromBytes } from "../../src/arithmetic/integers.js";
import { Connection } from "../../src/probe/connection.js";
import { type Agreement, handshake } from "../../src/probe/handshake.js";
import {
	DHE,
	EXPORT_DHE,
	FFDHE,
	LEGACY_DHE,
	MODERN,
	type Offer,
} from "../../src/probe/offers.js";
import { selfSigned } from "./scripted-server.js";

const credentials = selfSigned();

/** Offers a hello to the OpenSSL of this Node. */
async function offerTo(options: TlsOptions, offer: Offer): Promise<Agreement> {
	const server = createServer({ ...credentials, ...options });
	server.on("tlsClientError", () => {});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	try {
		using connection = await Connection.open({
			host: "127.0.0.1",
			port: (server.address() as AddressInfo).port,
			timeout: 5000,
		});
		return await handshake(connection, offer, "localhost");
	} finally {
		server.close();
	}
}

/** OpenSSL takes no group below 1,024 bits, whatever its security level. */
const dhparam = execFileSync("openssl", ["dhparam", "-dsaparam", "1024"], {
	encoding: "utf8",
	stdio: ["ignore", "pipe", "ignore"],
});

/** The prime of a PEM file, as OpenSSL reads it. */
function primeOf(pem: string): bigint {
	const text = execFileSync("openssl", ["dhparam", "-noout", "-text"], {
		input: pem,
		encoding: "utf8",
		stdio: ["pipe", "pipe", "ignore"],
	});
	const hex = /(?:P|prime):\s+((?:[0-9a-f]{2}[:\s]*)+)/i.exec(text)?.[1] ?? "";
	return BigInt(`0x${hex.replace(/[^0-9a-f]/g, "")}`);
}

const everything = "ALL:@SECLEVEL=0";

describe("a handshake with OpenSSL", () => {
	test.each([
		["TLSv1", "TLSv1", LEGACY_DHE],
		["TLSv1", "TLSv1", DHE],
		["TLSv1.1", "TLSv1.1", DHE],
		["TLSv1.2", "TLSv1.2", DHE],
	] as const)("shows the group of its file: %s", async (_, version, offer) => {
		const agreement = await offerTo(
			{
				dhparam,
				ciphers: everything,
				minVersion: "TLSv1",
				maxVersion: version,
			},
			offer,
		);
		expect(agreement).toMatchObject({
			version,
			suite: expect.stringMatching(/^DHE-RSA-/),
		});
		const { params, publicValue } = agreement.dh ?? {};
		expect(params?.p).toBe(primeOf(dhparam));
		expect(params?.bits).toBe(1024);
		expect(publicValue).toBeGreaterThan(1n);
		expect(publicValue).toBeLessThan(primeOf(dhparam) - 1n);
	});

	test("shows its built-in group of RFC 3526", async () => {
		const { dh } = await offerTo(
			{ dhparam: "auto", ciphers: "DHE-RSA-AES128-GCM-SHA256" },
			DHE,
		);
		const modp14 = fromBytes(getDiffieHellman("modp14").getPrime());
		expect(dh?.params.p).toBe(modp14);
	});

	test("is refused where there is no DHE", async () => {
		const ecdheOnly = offerTo({ ciphers: "ECDHE" }, DHE);
		await expect(ecdheOnly).rejects.toMatchObject({
			failure: "refused",
			message: "alert 40, handshake_failure",
		});
	});

	test("is refused for export grade", async () => {
		const attempt = offerTo(
			{ dhparam, ciphers: everything, minVersion: "TLSv1" },
			EXPORT_DHE,
		);
		await expect(attempt).rejects.toMatchObject({ failure: "refused" });
	});

	test("shows what a current client gets", async () => {
		expect(await offerTo({}, MODERN)).toMatchObject({
			version: "TLSv1.3",
			group: expect.stringMatching(/^X25519/),
		});
		expect(await offerTo({ maxVersion: "TLSv1.2" }, MODERN)).toMatchObject({
			version: "TLSv1.2",
			suite: expect.stringMatching(/^ECDHE-RSA/),
			group: "X25519",
		});
		expect(await offerTo({ ecdhCurve: "secp384r1" }, MODERN)).toMatchObject({
			version: "TLSv1.3",
			group: "secp384r1",
		});
		expect(
			await offerTo({ ciphers: "AES128-SHA", maxVersion: "TLSv1.2" }, MODERN),
		).toEqual({ version: "TLSv1.2", suite: "AES128-SHA" });
		const dhe = await offerTo(
			{
				dhparam,
				ciphers: "DHE-RSA-AES128-SHA:@SECLEVEL=0",
				maxVersion: "TLSv1.2",
			},
			MODERN,
		);
		expect(dhe.dh?.params.bits).toBe(1024);
	});

	test.each(["ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe8192"])(
		"shows %s in TLS 1.3",
		async (group) => {
			expect(await offerTo({ ecdhCurve: group }, FFDHE)).toMatchObject({
				version: "TLSv1.3",
				group,
			});
		},
	);

	test("is refused where TLS 1.3 has no such group", async () => {
		await expect(offerTo({ ecdhCurve: "X25519" }, FFDHE)).rejects.toMatchObject(
			{ failure: "refused" },
		);
	});

	test("names the host", async () => {
		const names: (string | undefined)[] = [];
		await offerTo(
			{
				SNICallback: (name, done) => {
					names.push(name);
					done(null);
				},
			},
			MODERN,
		);
		expect(names).toEqual(["localhost"]);
	});
});
