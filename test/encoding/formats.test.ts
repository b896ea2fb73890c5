import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { namedGroup } from "../../src/groups/groups.js";
import { DhParams } from "../../src/params.js";
import { readOne, readParameters } from "../../src/reading/read.js";

const good = readFileSync(
	new URL("../vectors/malformed/good.pem", import.meta.url),
);
const params = readOne(good).params;
const hex = params.p.toString(16);

function openssl(args: string, input: Uint8Array | string = ""): Buffer {
	return execFileSync("openssl", args.split(" "), {
		input,
		stdio: ["pipe", "pipe", "ignore"],
	});
}

function refusal(input: Uint8Array | string, generator?: bigint): string {
	const options = generator === undefined ? {} : { generator };
	try {
		readOne(Buffer.from(input), options);
	} catch (error) {
		return (error as Error).message;
	}
	throw new Error("It was read.");
}

describe("text of openssl", () => {
	test("what openssl dhparam -text -noout prints", () => {
		const text = openssl("dhparam -text -noout", good);
		expect(readOne(text)).toMatchObject({ format: "text", params });
		expect(params.toText()).toBe(text.toString());
	});

	test("with a private length, a q, a seed, or the name of a group", () => {
		const privateLength = new DhParams({ ...params, privateLength: 225 });
		const x942 = new DhParams({
			p: params.p,
			g: 81n,
			q: (params.p - 1n) / 2n,
			validation: { seed: Uint8Array.of(1, 2, 255), counter: 7n },
		});
		for (const given of [privateLength, x942, namedGroup("ffdhe2048")]) {
			const text = openssl("dhparam -text -noout", given.toPem());
			expect(readOne(text).params).toEqual(given);
		}
	});

	test("of OpenSSL 1.0 and 1.1", () => {
		const body = params.toText().split("\n").slice(2, -2);
		const lines = body.map((line) => `        ${line}`);
		const old = `    PKCS#3 DH Parameters: (2048 bit)\n        prime:\n${lines.join("\n")}\n        generator: 2 (0x2)\n`;
		expect(readOne(Buffer.from(old)).params).toEqual(params);
		const newer = old.replace("PKCS#3 ", "");
		expect(readOne(Buffer.from(newer)).params).toEqual(params);
	});

	test("cut off, edited or mixed up is refused", () => {
		const text = params.toText();
		expect(refusal(text.slice(0, 600))).toContain("cut off");
		expect(refusal(text.replace("2048", "2047"))).toContain("2047");
		expect(refusal(text.replace("2 (0x2)", "2 (0x3)"))).toContain("line");
		expect(refusal(`${text}    Q:    3 (0x3)\n    Z: 1 (0x1)\n`)).toContain(
			"Z:",
		);
		expect(refusal(text + text.split("\n").slice(1).join("\n"))).toContain(
			"P:",
		);
	});
});

describe("OpenSSH moduli", () => {
	const line = (type: number, size: number) =>
		`20230825034132 ${type} 6 100 ${size} 2 ${hex.toUpperCase()}`;

	test("each line is a group", () => {
		const table = `# time type tests\n${line(2, 2047)}\n\n${line(2, 2047)}\n`;
		const readings = readParameters(Buffer.from(table));
		expect(readings.map(({ line }) => line)).toEqual([2, 4]);
		expect(readings[0]?.params).toEqual(params);
		expect(refusal(table)).toContain("a table of 2 groups");
	});

	test("a wrong size, another type and a broken line are refused", () => {
		expect(refusal(line(2, 2046))).toContain("claims 2047 bits");
		expect(refusal(line(4, 2047))).toContain("type 4");
		expect(refusal(`${line(2, 2047)}\nnonsense`)).toContain("Line 2");
	});
});

describe("JSON", () => {
	test("is read as it is written", () => {
		const x942 = new DhParams({
			p: params.p,
			g: 81n,
			q: (params.p - 1n) / 2n,
			j: 2n,
			validation: { seed: Uint8Array.of(1, 2, 255), counter: 7n },
		});
		for (const given of [
			params,
			new DhParams({ ...params, privateLength: 300 }),
			x942,
		]) {
			const json = JSON.stringify({ ...given.toJSON(), pem: given.toPem() });
			expect(readOne(Buffer.from(json)).params).toEqual(given);
		}
	});

	test.each([
		['{"bits":3,"p":"7"}', '"g" is missing'],
		['{"bits":3,"p":"7","g":"2","x":1}', 'field "x"'],
		['{"bits":4,"p":"7","g":"2"}', "claims 4 bits"],
		['{"bits":3,"p":7,"g":"2"}', "hexadecimal"],
		['{"bits":3,"p":"07","g":"2"}', "hexadecimal"],
		['{"bits":3,"p":"-7","g":"2"}', "hexadecimal"],
		['{"bits":3,"p":"7","g":"2","privateLength":-1}', "privateLength"],
		['{"bits":3,"p":"7","g":"2","q":"3","privateLength":2}', "both given"],
		[
			'{"bits":3,"p":"7","g":"2","q":"3","validation":{"seed":"0g"}}',
			"validation",
		],
		['{"bits":3,"p":"7"', "cut off"],
		["{}", "missing"],
	])("%s is refused", (json, reason) => {
		expect(refusal(json)).toContain(reason);
	});
});

describe("a bare number", () => {
	test("decimal and hexadecimal, with a generator", () => {
		const colons = hex.match(/../g)?.join(":") ?? "";
		for (const text of [
			hex,
			`0x${hex}`,
			`0X${hex.toUpperCase()}`,
			` ${params.p}\n`,
			colons,
		]) {
			const reading = readOne(Buffer.from(text), { generator: 2n });
			expect(reading.params).toEqual(params);
		}
	});

	test("needs the generator", () => {
		expect(refusal(hex)).toContain("give the generator that goes with it");
		expect(refusal("not a number", 2n)).toContain("not recognised");
	});
});

describe("anything else is named", () => {
	const key = openssl("genpkey -algorithm ed25519");
	const rsa = openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024");
	const cases: readonly (readonly [string, Uint8Array | string, string])[] = [
		["nothing", "", "empty"],
		["blanks", " \n\t\n", "blank"],
		["a web page", "<!doctype html><title>404</title>", "web page"],
		["gzip", gzipSync(good), "gzip"],
		["UTF-16", Buffer.from(`\ufeff${good}`, "utf16le"), "UTF-16"],
		["zeros", new Uint8Array(4096), "zero bytes"],
		["binary", Uint8Array.of(1, 0, 2, 3, 4), "binary"],
		["a private key", key, "private key"],
		["a private key in DER", openssl("pkey -outform DER", key), "private key"],
		[
			"an RSA key in DER",
			openssl("rsa -traditional -outform DER", rsa),
			"private key",
		],
		["a public key", openssl("pkey -pubout", key), "public key"],
		[
			"a public key in DER",
			openssl("pkey -pubout -outform DER", key),
			"public key",
		],
		[
			"an encrypted key",
			openssl("pkcs8 -topk8 -passout pass:x -outform DER", key),
			"private key",
		],
		["EC parameters", openssl("ecparam -name prime256v1"), "elliptic curve"],
		[
			"EC parameters in DER",
			openssl("ecparam -name prime256v1 -outform DER"),
			"elliptic curve",
		],
		[
			"an SSH key",
			"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI me@host\n",
			"SSH public key",
		],
		[
			"hexadecimal DER",
			Buffer.from(params.toDer()).toString("hex"),
			"hexadecimal",
		],
		["base64 alone", Buffer.from(params.toDer()).toString("base64"), "base64"],
		["words", "listen 443 ssl;", "not recognised"],
		["more than 1 MiB", new Uint8Array(1_048_577), "too many"],
	];
	test.each(cases)("%s", (_, input, name) => {
		expect(refusal(input)).toContain(name);
	});

	test("a certificate, and a request", () => {
		const subject =
			"-subj /CN=x -newkey ed25519 -nodes -keyout /dev/null -outform DER";
		const certificate = openssl(`req -x509 ${subject}`);
		const request = openssl(`req -new ${subject}`);
		expect(refusal(certificate)).toContain("a certificate,");
		expect(refusal(request)).toContain("request");
	});
});
