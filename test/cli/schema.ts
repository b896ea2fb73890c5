import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect } from "vitest";

/** Checks JSON by a schema in docs. */
export function expectValid(name: string, json: string): void {
	const file = new URL(`../../docs/${name}.schema.json`, import.meta.url);
	const ajv = new Ajv({ allErrors: true });
	ajv.validate(JSON.parse(readFileSync(file, "utf8")), JSON.parse(json));
	expect(ajv.errors).toBeNull();
}
