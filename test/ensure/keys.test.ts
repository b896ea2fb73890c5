import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensure, FileError, namedGroup } from "gen-dhparams";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withAsn1 } from "../../src/encoding/asn1.js";
import { lossOf } from "../../src/ensure/loss.js";
import { fuzz, keys } from "./keys.js";

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-keys-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const WEAK = namedGroup("modp_1024");

test.each(keys())(
	"$name is not replaced, not even with force",
	async ({ name, bytes }) => {
		const file = join(folder, name);
		writeFileSync(file, bytes);
		for (const force of [false, true]) {
			const refused = ensure(file, { force, checkMode: true });
			await expect(refused).rejects.toThrow(FileError);
			await expect(refused).rejects.toThrow("would be lost");
		}
		expect(readFileSync(file).equals(bytes)).toBe(true);
	},
);

test("nor when it was cut, its line ends were changed, or it stands beside parameters", async () => {
	expect(await fuzz(5000, 20_261_124)).toEqual([]);
});

test("a moduli file with a bad line, and a key under the label of parameters, are not replaced either", async () => {
	const moduli = readFileSync("test/vectors/keys/moduli-cut", "utf8");
	const key = readFileSync("test/vectors/keys/openssl-ed25519.pem", "utf8");
	for (const text of [
		`not a line of moduli\n${moduli}`,
		moduli.replace(/ 2 6 /, " x 6 "),
		key.replaceAll("PRIVATE KEY", "DH PARAMETERS"),
		key.replaceAll("PRIVATE KEY", "private key"),
		key.replaceAll("-----", "----"),
		key.replaceAll("-----", ""),
		`${WEAK.toPem()}\n${key.split("\n")[1]}\n`,
	]) {
		const loss = await withAsn1(() => lossOf(Buffer.from(text)));
		expect(loss, text).toMatchObject({
			isPrecious: true,
		});
	}
});

test.each([
	["nothing", ""],
	["blanks", " \r\n\t\n"],
	["zeros", "\0".repeat(4096)],
	["weak parameters", WEAK.toPem()],
	["with CRLF", WEAK.toPem().replaceAll("\n", "\r\n")],
	["with the text of openssl", WEAK.toText() + WEAK.toPem()],
	["only that text", WEAK.toText()],
	["cut text", WEAK.toText().slice(0, 200)],
	[
		"with comments",
		`# openssl dhparam -out /etc/nginx/ssl/dhparam-2048-2024.pem 2048\n# 2024-01-01T00:00:00Z admin@host-01.example.org\n${WEAK.toPem()}`,
	],
	["cut in the base64", WEAK.toPem().slice(0, 100)],
	["cut in the label", "-----BEGIN DH PARA"],
	["cut, then zeros", `${WEAK.toPem().slice(0, 99)}${"\0".repeat(99)}`],
])("%s: nothing is lost", async (_, text) => {
	const loss = await withAsn1(() => lossOf(Buffer.from(text)));
	expect(loss).toBeUndefined();
});

test.each([
	["words", "to do: make parameters with gen-dhparams\n"],
	["a short word", "AGE-SECR"],
	["a configuration", "ssl_dhparam /etc/nginx/dhparams.pem;\n"],
	["a web page", "<!DOCTYPE html>\n<title>404 Not Found</title>\n"],
	["cut DER", WEAK.toDer().subarray(0, 100)],
])("%s: replaced with force only", async (name, content) => {
	const file = join(folder, name);
	writeFileSync(file, content);
	await expect(ensure(file)).rejects.toThrow("so it is left alone");
	expect(await ensure(file, { force: true, checkMode: true })).toMatchObject({
		changed: true,
		reason: "rejected",
	});
});
