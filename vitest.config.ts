import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		// A worker thread of Node 20 loads no TypeScript, and the command line is tested as users run it: compiled.
		globalSetup: "test/build.ts",
		setupFiles: "test/load-asn1.ts",
		testTimeout: 60_000,
		hookTimeout: 60_000,
		// Without a UTF-8 locale the command line writes ASCII.
		env: { LC_ALL: "C.UTF-8" },
	},
});
