import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "../src/version.js";

test("the version is that of package.json", () => {
	const { version } = JSON.parse(readFileSync("package.json", "utf8"));
	expect(VERSION).toBe(version);
});
