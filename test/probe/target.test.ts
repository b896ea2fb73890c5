import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { formatTarget, parseTarget, STARTTLS } from "../../src/probe/target.js";

describe("parseTarget", () => {
	test.each([
		["example.org", "example.org", 443, "none"],
		["mail.example.org:25", "mail.example.org", 25, "smtp"],
		["mail.example.org:465", "mail.example.org", 465, "none"],
		["mail.example.org:587", "mail.example.org", 587, "smtp"],
		["example.org.:8443", "example.org", 8443, "none"],
		["bücher.example:5269", "xn--bcher-kva.example", 5269, "xmpp"],
		["192.0.2.7:143", "192.0.2.7", 143, "imap"],
		["::1", "::1", 443, "none"],
		["2001:db8::25", "2001:db8::25", 443, "none"],
		["[2001:db8::7]", "2001:db8::7", 443, "none"],
		["[2001:db8::7]:4190", "2001:db8::7", 4190, "sieve"],
		["localhost:5432", "localhost", 5432, "postgres"],
		["_tls.example.org:389", "_tls.example.org", 389, "ldap"],
	] as const)("reads %s", (text, host, port, starttls) => {
		expect(parseTarget(text)).toEqual({ host, port, starttls });
	});

	test("takes the port of the protocol where none is given", () => {
		expect(parseTarget("mail.example.org", "smtp").port).toBe(25);
		expect(parseTarget("db.example.org", "mysql").port).toBe(3306);
		expect(parseTarget("example.org", "none").port).toBe(443);
	});

	test("lets the caller overrule the guess", () => {
		expect(parseTarget("example.org:25", "none").starttls).toBe("none");
		expect(parseTarget("example.org:2525", "smtp").starttls).toBe("smtp");
	});

	test.each([
		"",
		":25",
		"example.org:",
		"example.org:0",
		"example.org:65536",
		"example.org:25x",
		"example.org:-1",
		"http://example.org/",
		"https://user@example.org/",
		"https://",
		"gopher://example.org/",
		"https://a.org:443:444/",
		"constructor://a.org/",
		"user@example.org",
		"192.0.2.0/24",
		"192.0.2.1-9",
		"192.0.2.999",
		"127.1",
		"*.example.org",
		"a,b",
		"a b",
		"[::1",
		"::1]:443",
		"[example.org]:443",
		"[192.0.2.7]:443",
		"-v.example.org",
		"example..org",
		`${"a".repeat(64)}.org`,
	])("refuses %j", (text) => {
		expect(() => parseTarget(text)).toThrow(InvalidArgumentError);
	});

	test("reads back what it formats", () => {
		const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
		fc.assert(
			fc.property(
				host,
				fc.integer({ min: 1, max: 65_535 }),
				fc.constantFrom(...STARTTLS),
				(host, port, starttls) => {
					const target = parseTarget(formatTarget({ host, port }), starttls);
					expect(target).toEqual({ host, port, starttls });
				},
			),
		);
	});

	test("answers any text with a target or an InvalidArgumentError", () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				try {
					parseTarget(text);
				} catch (error) {
					expect(error).toBeInstanceOf(InvalidArgumentError);
				}
			}),
		);
	});

	test.each([
		["https://example.org/", "example.org", 443, "none"],
		["HTTPS://example.org", "example.org", 443, "none"],
		["https://example.org:8443/a?b=c#d", "example.org", 8443, "none"],
		["https://[2001:db8::7]:444/", "2001:db8::7", 444, "none"],
		["smtp://mx.example.org", "mx.example.org", 25, "smtp"],
		["smtp://mx.example.org:587", "mx.example.org", 587, "smtp"],
		["imaps://example.org", "example.org", 993, "none"],
		["ldap://example.org:10389", "example.org", 10389, "ldap"],
	])("reads the URL %s", (text, host, port, starttls) => {
		expect(parseTarget(text)).toEqual({ host, port, starttls });
	});
});
